/**
 * Cuts a stream of bytes into lines. Bytes that are no UTF-8 become
 * U+FFFD; a line longer than `lineLengthMax` is dropped and counted, so that
 * a file without line ends cannot fill the memory. Where a format has many
 * records on one line, such a line is cut between them instead.
 *
 * @module
 */

/** Longest line that is read, in UTF-16 units. Our choice; rsyslog cuts at 8 KiB. */
export const lineLengthMax = 65_536;

/** Where a too long text may be cut: behind its last whole record, or 0. */
export type RecordEnd = (text: string) => number;

/** Takes a line; `goesOn` if it is only a part of one, cut between records. */
type LineSink = (line: string, goesOn: boolean) => void;

/** Splits one stream. */
export class LineSplitter {
  /** Lines that were too long. */
  overlong = 0;
  readonly #decoder: TextDecoder;
  #partial = "";
  /** The present line is too long; its rest is thrown away. */
  #skipping = false;

  readonly #recordEnd: RecordEnd | undefined;

  /**
   * @param encoding `utf-8`, or `utf-16le` for what Windows exports.
   * @param recordEnd For a format with many records on one line.
   */
  constructor(
    encoding: "utf-8" | "utf-16le" = "utf-8",
    recordEnd?: RecordEnd,
  ) {
    this.#decoder = new TextDecoder(encoding);
    this.#recordEnd = recordEnd;
  }

  /** Calls `onLine` for each line that `chunk` completes, without its end. */
  push(chunk: Uint8Array, onLine: LineSink): void {
    const text = this.#decoder.decode(chunk, { stream: true });
    let start = 0;
    for (
      let end = text.indexOf("\n");
      end >= 0;
      end = text.indexOf("\n", start)
    ) {
      if (this.#skipping) this.#skipping = false;
      else if (this.#partial === "") this.#emit(text, start, end, onLine);
      else {
        const line = this.#partial + text.slice(start, end);
        this.#partial = "";
        this.#emit(line, 0, line.length, onLine);
      }
      start = end + 1;
    }
    if (this.#skipping) return;
    this.#partial += text.slice(start);
    if (this.#partial.length <= lineLengthMax) return;
    this.#partial = this.#cut(this.#partial, onLine);
    if (this.#partial.length > lineLengthMax) {
      this.overlong++;
      this.#partial = "";
      this.#skipping = true;
    }
  }

  /** The stream has ended; a last line may lack its end. */
  end(onLine: LineSink): void {
    const line = this.#partial + this.#decoder.decode();
    this.#partial = "";
    if (!this.#skipping && line !== "") {
      this.#emit(line, 0, line.length, onLine);
    }
  }

  #emit(
    text: string,
    start: number,
    end: number,
    onLine: LineSink,
  ): void {
    const last = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    const line = text.slice(start, last);
    const rest = line.length > lineLengthMax ? this.#cut(line, onLine) : line;
    if (rest.length > lineLengthMax) this.overlong++;
    else onLine(rest, false);
  }

  /** Hands on the whole records of a too long text; returns the rest. */
  #cut(text: string, onLine: LineSink): string {
    const end = this.#recordEnd?.(text) ?? 0;
    if (end > 0) onLine(text.slice(0, end), true);
    return text.slice(end);
  }
}
