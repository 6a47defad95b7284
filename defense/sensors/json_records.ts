/**
 * Puts lines together to JSON objects: one per line, or written over many
 * lines, as members of a list or one after the other.
 *
 * Bound: an object of more than `recordLengthMax` characters is dropped and
 * counted, and reading goes on at the next line that begins with `{`.
 *
 * @module
 */

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
   * @returns The object that it completes; `undefined` if it completes none;
   *   `null` for a line that is no JSON.
   */
  read(line: string): unknown {
    const text = line.trim();
    if (this.#depth > 0) return this.#goOn(text);
    if (text === "" || text === "[" || text === "]" || text === ",") {
      return undefined;
    }
    const start = text.indexOf("{");
    // At most a list's bracket or comma stands before an object.
    if (start < 0 || start > 1) return null;
    if (start === 0 && text.endsWith("}")) {
      try {
        return JSON.parse(text);
      } catch {
        // The first line of an object that goes on, or no JSON at all.
      }
    }
    return this.#goOn(text.slice(start));
  }

  #goOn(text: string): unknown {
    const { end, depth } = balance(text, this.#depth);
    if (end < 0) {
      this.#depth = depth;
      if (this.#text.length + text.length > recordLengthMax) {
        this.overlong++;
        this.#text = "";
        this.#depth = 0;
      } else this.#text += text + "\n";
      return undefined;
    }
    const whole = this.#text + text.slice(0, end);
    this.#text = "";
    this.#depth = 0;
    try {
      return JSON.parse(whole);
    } catch {
      return null;
    }
  }
}

/** Where the object ends that is open at `depth`; -1 if it goes on. */
function balance(
  text: string,
  depth: number,
): { readonly end: number; readonly depth: number } {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (quoted) {
      if (unit === 92) at++; // a backslash takes the next character with it
      else if (unit === 34) quoted = false;
    } else if (unit === 34) quoted = true;
    else if (unit === 123) depth++;
    else if (unit === 125 && --depth === 0) return { end: at + 1, depth };
  }
  // A string does not reach over a line's end: this is no JSON.
  return { end: quoted ? text.length : -1, depth };
}
