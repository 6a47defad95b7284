/**
 * What an observer of the wire writes down in the virtual world: who sent how
 * many bytes to whom and when, and nothing about what they say.
 *
 * @module
 */
import type { VirtualMesh } from "./virtual_mesh.ts";

/**
 * One line per cell. Two runs look alike if their traces are the same text.
 * In which order two hosts send within one moment is the virtual clock's
 * business, so a moment's cells are listed by sender; those of one sender stay
 * in their order.
 */
export function traceOf(mesh: VirtualMesh): string {
  return mesh.network.sent.toSorted((a, b) =>
    a.atMs - b.atMs || (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)
  ).map(({ atMs, from, to, cell }) => `${atMs} ${from} ${to} ${cell.length}`)
    .join("\n");
}

/** The first line in which two traces differ; undefined if they do not. */
export function firstDifference(a: string, b: string): string | undefined {
  if (a === b) return undefined;
  const [ours, theirs] = [a.split("\n"), b.split("\n")];
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  const index = at < 0 ? ours.length : at;
  return `cell ${index}: "${ours[index]}" but "${theirs[index]}"`;
}
