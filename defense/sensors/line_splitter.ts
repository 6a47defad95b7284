/**
 * Cuts a stream of bytes into lines. Bytes that are no UTF-8 become
 * U+FFFD; a line longer than `lineLengthMax` is dropped and counted, so that
 * a file without line ends cannot fill the memory.
 *
 * @module
 */

/** Longest line that is read, in UTF-16 units. Our choice; rsyslog cuts at 8 KiB. */
export const lineLengthMax = 65_536;

/** Splits one stream. */
export class LineSplitter {
  /** Lines that were too long. */
  overlong = 0;
  readonly #decoder: TextDecoder;
  #partial = "";
  /** The present line is too long; its rest is thrown away. */
  #skipping = false;

  /** @param encoding `utf-8`, or `utf-16le` for what Windows exports. */
  constructor(encoding: "utf-8" | "utf-16le" = "utf-8") {
    this.#decoder = new TextDecoder(encoding);
  }

  /** Calls `onLine` for each line that `chunk` completes, without its end. */
  push(chunk: Uint8Array, onLine: (line: string) => void): void {
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
    if (this.#partial.length > lineLengthMax) {
      this.overlong++;
      this.#partial = "";
      this.#skipping = true;
    }
  }

  /** The stream has ended; a last line may lack its end. */
  end(onLine: (line: string) => void): void {
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
    onLine: (line: string) => void,
  ): void {
    const last = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    if (last - start > lineLengthMax) this.overlong++;
    else onLine(text.slice(start, last));
  }
}
