/**
 * What one node keeps over restarts: its incarnation and the roster.
 *
 * Production replaces each file whole (`mesh/host/private_file.ts`: written
 * beside, synced, renamed), so what a start reads is the last version or, when
 * the power went in the middle of a write, the one before it; never a torn
 * one, and never none. That is what this store does. That production's writers
 * keep the promise on real files, torn and full disks included, is shown by
 * `tests/mesh/host/`, not here.
 *
 * @module
 */
import type { SeededRandom } from "./random.ts";

/** The kept things of one node. */
export class NodeStore {
  readonly #random: SeededRandom;
  #roster: readonly Uint8Array[];
  /** What a loss of power in the middle of the last write leaves. */
  #rosterBefore: readonly Uint8Array[];
  #incarnation = 0;
  #full = false;
  /** Writes that failed because the disk was full. */
  failures = 0;

  /** @param roster What the node was given when it joined. */
  constructor(random: SeededRandom, roster: readonly Uint8Array[]) {
    this.#random = random;
    this.#roster = this.#rosterBefore = roster;
  }

  /** A start: the next incarnation, kept before it is used. */
  begin(): number {
    return ++this.#incarnation;
  }

  /** The entries that the disk holds. */
  roster(): readonly Uint8Array[] {
    return this.#roster;
  }

  /** Keeps the roster; on a full disk the version before stays. */
  keepRoster(entries: readonly Uint8Array[]): void {
    if (this.#full) {
      this.failures++;
      return;
    }
    this.#rosterBefore = this.#roster;
    this.#roster = entries;
  }

  /** Whether writes fail from now on. */
  fill(full: boolean): void {
    this.#full = full;
  }

  /** Half of the time the last write was still under way. */
  losePower(): void {
    if (this.#random.uniform() < 0.5) this.#roster = this.#rosterBefore;
  }
}
