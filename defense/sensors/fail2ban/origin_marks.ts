/**
 * Remembers where text of filter files was written while it is cut up and
 * put together by interpolation: each line of a value begins with a mark, one
 * UTF-16 code unit that no decoded file contains (a low surrogate without a
 * high one before it). Who looks at the text takes the marks away first.
 *
 * Bound: `marksMax` lines; those after them are not marked, and their place
 * is not told.
 *
 * @module
 */

/** A line of a file. */
export interface Origin {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

const firstMark = 0xdc00;
const marksMax = 0x400;
const lonely = /(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const leading = /^\s*[\uDC00-\uDFFF\s]*/;

/** Marks of one filter and the files it includes. */
export class OriginMarks {
  readonly #origins: Origin[] = [];

  /** A mark for a line; empty when there are too many. */
  mark(path: string, line: number): string {
    if (this.#origins.length >= marksMax) return "";
    this.#origins.push({ path, line });
    return String.fromCharCode(firstMark + this.#origins.length - 1);
  }

  /**
   * The line that `text` was written in. Of several marks at its beginning
   * the last is meant: it was there before the others were put around it.
   */
  originOf(text: string): Origin | undefined {
    const marks = leading.exec(text)![0].trim();
    const last = marks.charCodeAt(marks.length - 1);
    return Number.isNaN(last) ? undefined : this.#origins[last - firstMark];
  }
}

/** Text without marks. */
export function withoutMarks(text: string): string {
  return text.replace(lonely, "");
}
