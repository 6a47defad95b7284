/**
 * What an operator has judged harmless, and up to when: evidence from before a
 * release never counts again.
 *
 * Bound: `subjectsMax` subjects, the one released longest ago is forgotten.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { RecentMap } from "../recent_map.ts";
import { aheadMsMax } from "./evidence.ts";

const subjectsMax = 4_096;

/** Times of releases. */
export class Dismissals {
  readonly #bySubject = new RecentMap<Address, number>(subjectsMax);
  #allMs = 0;

  /** Evidence about `subject` seen up to `atMs` is judged. */
  add(subject: Address | "all", atMs: number, wallMs: number): void {
    // Not under what a clock that ran ahead has left: that counts for nothing.
    const untilMs = Math.max(atMs, this.untilMs(subject, wallMs));
    if (subject === "all") this.#allMs = untilMs;
    else this.#bySubject.set(subject, untilMs);
  }

  /** Up to when evidence about `subject` is judged; 0 if never. */
  untilMs(subject: Address | "all", wallMs: number): number {
    const own = subject === "all" ? 0 : this.#bySubject.get(subject) ?? 0;
    // A later time than any release could carry: the wall clock was set back.
    return Math.max(
      ...[this.#allMs, own].map((at) => at > wallMs + aheadMsMax ? 0 : at),
    );
  }
}
