/**
 * Takes a CBOR array apart, field by field, and says in words which field was
 * not what its format promises.
 *
 * @module
 */
import type { CborValue } from "../cbor.ts";

/** What made a file unusable, in words; turned into a `StateError`. */
export class Flaw extends Error {
  override readonly name = "Flaw";
  readonly code: "corrupt" | "wrong_version";

  constructor(what: string, code: Flaw["code"] = "corrupt") {
    super(what);
    this.code = code;
  }
}

/** Takes the fields of an array in order, each checked. */
export class FieldReader {
  readonly #values: readonly CborValue[];
  #at = 0;

  constructor(values: readonly CborValue[]) {
    this.#values = values;
  }

  /** A byte string, of exactly `length` bytes where given. */
  bytes(name: string, length?: number): Uint8Array {
    const value = this.#take();
    if (!(value instanceof Uint8Array)) throw wrongField(name, "bytes");
    if (length !== undefined && value.length !== length) {
      throw wrongField(name, `${length} bytes`);
    }
    return value;
  }

  /** A whole number from 0 to `max`. */
  integer(name: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#take();
    if (typeof value !== "number" || value < 0 || value > max) {
      throw wrongField(name, `a number from 0 to ${max}`);
    }
    return value;
  }

  /** A text. */
  text(name: string): string {
    const value = this.#take();
    if (typeof value !== "string") throw wrongField(name, "text");
    return value;
  }

  /** A list of at most `max` items, each read by `read`. */
  list<T>(
    name: string,
    max: number,
    read: (item: FieldReader, at: number) => T,
  ): T[] {
    const value = this.#take();
    if (!Array.isArray(value) || value.length > max) {
      throw wrongField(name, `a list of at most ${max}`);
    }
    return value.map((item, at) => {
      if (!Array.isArray(item)) throw wrongField(`${name} ${at}`, "a list");
      const fields = new FieldReader(item);
      const result = read(fields, at);
      fields.end();
      return result;
    });
  }

  /** @throws {Flaw} If fields are left over. */
  end(): void {
    if (this.#at !== this.#values.length) {
      throw new Flaw(`${this.#values.length} fields, expected ${this.#at}`);
    }
  }

  #take(): CborValue | undefined {
    return this.#values[this.#at++];
  }
}

/** The flaw of a field that holds something else. */
export function wrongField(name: string, expected: string): Flaw {
  return new Flaw(`field "${name}" is not ${expected}`);
}
