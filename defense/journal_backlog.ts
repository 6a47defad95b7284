/**
 * Entries on their way to the journal. Trouble with it never stops containment:
 * what it does not take waits, and is tried again with the next entry or
 * wake-up.
 *
 * Bound: `unwrittenMax` entries, the oldest dropped and counted.
 *
 * @module
 */
import type { JournalEntry, JournalWriter } from "./world.ts";

/** Entries that wait for the journal. Our choice: about half a megabyte. */
const unwrittenMax = 1_000;
/** What one journal has not taken yet. */
export class JournalBacklog {
  readonly #journal: JournalWriter;
  #unwritten: JournalEntry[] = [];
  #failures = 0;
  #dropped = 0;

  constructor(journal: JournalWriter) {
    this.#journal = journal;
  }

  /** Entries that wait. */
  get size(): number {
    return this.#unwritten.length;
  }

  /** Entries lost because too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Calls of the journal that threw. */
  get failures(): number {
    return this.#failures;
  }

  /** Writes an entry, behind those that wait. */
  add(entry: JournalEntry): void {
    this.#unwritten.push(entry);
    if (this.#unwritten.length > unwrittenMax) {
      this.#unwritten.shift();
      this.#dropped++;
    }
    this.write();
  }

  /** Tries again what waits. */
  write(): void {
    let written = 0;
    try {
      for (const entry of this.#unwritten) {
        this.#journal.append(entry);
        written++;
      }
    } catch {
      this.#failures++;
    }
    if (written > 0) this.#unwritten = this.#unwritten.slice(written);
  }
}
