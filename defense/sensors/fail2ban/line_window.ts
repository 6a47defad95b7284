/**
 * The last lines of a log, for expressions that look at several at once
 * (`maxlines`, `<SKIPLINES>`). Lines that took part in a match are taken out;
 * those that were only skipped stay and may take part in another.
 *
 * @module
 */

/** Where a match begins and ends in the window's text, and what it skipped. */
export interface WindowMatch {
  readonly start: number;
  readonly end: number;
  /** Text of the groups of `<SKIPLINES>`. */
  readonly skipped: string;
}

/** The last lines, without their time stamps. */
export class LineWindow {
  readonly #size: number;
  #lines: string[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** Adds a line; the oldest goes when there are too many. */
  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > this.#size) this.#lines.shift();
  }

  /** The lines as expressions see them, each with its end. */
  get text(): string {
    return this.#lines.join("\n") + "\n";
  }

  /** The lines that a match of the text took, without those it skipped. */
  takenBy(match: WindowMatch): string[] {
    return this.#split(match).taken;
  }

  /** Takes out the lines that a match took. */
  take(match: WindowMatch): void {
    this.#lines = this.#split(match).left;
  }

  #split(match: WindowMatch): { taken: string[]; left: string[] } {
    const { text } = this;
    const lineStart = text.lastIndexOf("\n", match.start) + 1;
    const endOfLast = text.indexOf("\n", Math.max(0, match.end - 1)) + 1 ||
      text.length;
    // A match that begins with a line's end belongs to the line behind it.
    const first = count(text, lineStart);
    const behind = count(text, endOfLast);
    const taken = this.#lines.slice(first, behind);
    const left = this.#lines.slice(0, first);
    let from = 0;
    for (const skipped of match.skipped.split("\n")) {
      const index = taken.indexOf(skipped, from);
      if (skipped === "" || index < 0) continue;
      left.push(...taken.splice(index, 1));
      from = index;
    }
    left.push(...this.#lines.slice(behind));
    return { taken, left };
  }
}

/** Ends of lines before `end`. */
function count(text: string, end: number): number {
  let lines = 0;
  for (
    let at = text.indexOf("\n");
    at >= 0 && at < end;
    at = text.indexOf("\n", at + 1)
  ) lines++;
  return lines;
}
