/**
 * That a machine is cut off, wherever it is named.
 *
 * @module
 */
import type { CutOff } from "../api/cut_off.ts";
import { cutOffShort, cutOffSource } from "./cut_off_words.ts";

/** Two words, and in a tooltip by whose; nothing where it is not cut off. */
export function CutOffMark({ words }: { readonly words: readonly CutOff[] }) {
  const [first] = words;
  if (!first) return null;
  const isDone = first.state === "in_force" || first.state === "asked";
  return (
    <span class={isDone ? "bad-text" : "warn-text"} title={cutOffSource(first)}>
      {cutOffShort(words)}
    </span>
  );
}
