/**
 * The words in which commands show times, nodes and measures; one spelling
 * for all of them.
 *
 * @module
 */
import { type Lease, type Measure, serviceText } from "../defense/mod.ts";
import type { Tone } from "./output.ts";

/** Local time to the second, `2026-11-23 04:05:06`. */
export function shortTime(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return "?";
  const two = (number: number) => String(number).padStart(2, "0");
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${day.map(two).join("-")} ${time.map(two).join(":")}`;
}

/** Enough of a node id to tell nodes of one mesh apart. */
export function shortNode(node: string): string {
  return node === "" ? "here" : node.slice(0, 12);
}

/** How strong a measure is, as a tone. */
export function toneOf(measure: Measure): Tone {
  return measure === "block" ? "bad" : "warning";
}

/** A measure and what it is about: `block tcp/22`. */
export function measureText(
  { measure, service }: Pick<Lease, "measure" | "service">,
): string {
  return service ? `${measure} ${serviceText(service)}` : measure;
}
