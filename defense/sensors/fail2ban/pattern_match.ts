/**
 * What a pattern found, in the words of Python's match objects.
 *
 * @module
 */

/** What was found, and where. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  /** Text of a group by number or name; `undefined` if it took no part. */
  group(which: number | string): string | undefined;
  /** Where a group begins and ends; -1 if it took no part. */
  span(which: number): readonly [number, number];
  /** Text of each named group; `undefined` for those that took no part. */
  named(): Map<string, string | undefined>;
}

/** A match over the registers of the matcher. */
export class FoundMatch implements PatternMatch {
  readonly start: number;
  readonly end: number;
  readonly #text: string;
  readonly #registers: Int32Array;
  readonly #names: ReadonlyMap<string, number>;

  constructor(
    text: string,
    start: number,
    end: number,
    registers: Int32Array,
    names: ReadonlyMap<string, number>,
  ) {
    this.#text = text;
    this.start = start;
    this.end = end;
    this.#registers = registers;
    this.#names = names;
    registers[0] = start;
    registers[1] = end;
  }

  span(which: number): readonly [number, number] {
    return [this.#registers[2 * which]!, this.#registers[2 * which + 1]!];
  }

  group(which: number | string): string | undefined {
    const index = typeof which === "number" ? which : this.#names.get(which);
    if (index === undefined) return undefined;
    const [start, end] = this.span(index);
    return start < 0 || end < 0 ? undefined : this.#text.slice(start, end);
  }

  named(): Map<string, string | undefined> {
    const found = new Map<string, string | undefined>();
    for (const [name, index] of this.#names) found.set(name, this.group(index));
    return found;
  }
}
