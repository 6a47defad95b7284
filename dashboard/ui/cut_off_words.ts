/**
 * Why a machine is cut off, in the words of the pages.
 *
 * @module
 */
import type { CutOff } from "../api/cut_off.ts";
import { signalSource } from "./signal_words.ts";
import { texts } from "./texts.ts";

/** By whose word. */
export function cutOffSource({ by, who = "" }: CutOff): string {
  return by === "signal"
    ? signalSource({ by: who, scope: "mesh" })
    : texts.quarantine.by[by];
}

/** What this machine makes of it, where it does not simply do it. */
export function cutOffHere({ state, refusal }: CutOff): string {
  const words = texts.quarantine;
  const why = refusal && words.refused[refusal.code];
  return [words.here[state], why].filter(Boolean).join(" ");
}

/** In two words: `cut off`; that done here first, as the API sorts them. */
export function cutOffShort([first]: readonly CutOff[]): string | undefined {
  return first && texts.quarantine.short[first.state];
}
