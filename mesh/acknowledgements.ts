/**
 * What is known to stay of the statements of somebody who was removed: marks
 * (`statementMark`) that its judges have named. They count once the operator,
 * or enough custodians, have spoken; whoever speaks later adds to them.
 *
 * @module
 */
import type { Authority } from "./entry_body.ts";

/** The marks named so far. */
export class Acknowledgements {
  readonly #marks = new Map<Authority, Set<string>>();
  readonly #decided = new Map<Authority, ReadonlySet<string>>();

  /** Those that count, by whose statements they are. */
  get decided(): ReadonlyMap<Authority, ReadonlySet<string>> {
    return this.#decided;
  }

  /** Somebody names what it knows of `about`. */
  add(about: Authority, marks: readonly string[]): void {
    const known = this.#marks.get(about) ?? new Set<string>();
    for (const mark of marks) known.add(mark);
    this.#marks.set(about, known);
  }

  /** Enough have spoken. */
  decide(about: Authority): void {
    const known = this.#marks.get(about);
    if (known) this.#decided.set(about, known);
  }
}
