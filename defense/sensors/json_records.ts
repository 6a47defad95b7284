/**
 * Puts lines together to JSON objects: one per line, or written over many
 * lines, as members of a list or one after the other.
 *
 * Bound: an object of more than `recordLengthMax` characters is dropped and
 * counted, and reading goes on at the next line that begins with `{`.
 *
 * @module
 */
import { jsonObjectEnd } from "./json_object_end.ts";

/** Longest object, in UTF-16 units. Our choice: twice the longest line. */
export const recordLengthMax = 131_072;

/** Splits one log. */
export class JsonRecords {
  /** Objects that were too long. */
  overlong = 0;
  #text = "";
  #depth = 0;

  /**
   * Takes one line.
   *
   * @param onRecord Takes each object that the line completes; `null` for
   *   what is no JSON.
   */
  read(line: string, onRecord: (record: unknown) => void): void {
    let text = line.trim();
    while (text !== "") {
      if (this.#depth === 0) {
        text = text.replace(/^[[\],\s]{1,8}/, "");
        if (text === "") return;
        if (!text.startsWith("{")) return onRecord(null);
      }
      const { end: inside, depth, quoted } = jsonObjectEnd(
        text,
        0,
        this.#depth,
      );
      // A string does not reach over a line's end: this is no JSON.
      const end = quoted ? text.length : inside;
      if (end < 0) return this.#keep(text, depth);
      const whole = this.#text + text.slice(0, end);
      this.#text = "";
      this.#depth = 0;
      onRecord(parsed(whole));
      text = text.slice(end);
    }
  }

  #keep(text: string, depth: number): void {
    this.#depth = depth;
    if (this.#text.length + text.length > recordLengthMax) {
      this.overlong++;
      this.#text = "";
      this.#depth = 0;
    } else this.#text += text + "\n";
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
