/**
 * Where a command's words go: data to stdout, everything else to stderr.
 * Writes are synchronous, so nothing is lost when the program exits, and a
 * reader that went away (`| head`) ends the program quietly.
 *
 * @module
 */
import { exitCodes } from "./exit_code.ts";
import { clean, jsonLine } from "./plain_text.ts";

/** Colours with a meaning; nothing else is coloured. */
export type Tone = "good" | "warning" | "bad" | "faint" | "strong";

const sequences: Readonly<Record<Tone, readonly [string, string]>> = {
  good: ["\x1b[32m", "\x1b[39m"],
  warning: ["\x1b[33m", "\x1b[39m"],
  bad: ["\x1b[31m", "\x1b[39m"],
  faint: ["\x1b[2m", "\x1b[22m"],
  strong: ["\x1b[1m", "\x1b[22m"],
};

/** The part of a file that output needs; a test hands in its own. */
export interface Sink {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** One cell of a table: text, or text with a tone. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

/** Longest cell of a table; a longer one ends with an ellipsis. */
const cellCharactersMax = 120;

const encoder = new TextEncoder();

/** What a command writes with. */
export class Output {
  readonly json: boolean;
  #lasting = false;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #colour: { readonly stdout: boolean; readonly stderr: boolean };

  /** @param noColour Whether `NO_COLOR` is set and not empty (no-color.org). */
  constructor(
    options: {
      readonly json: boolean;
      readonly noColour: boolean;
      readonly stdout?: Sink;
      readonly stderr?: Sink;
    },
  ) {
    this.json = options.json;
    this.#stdout = options.stdout ?? Deno.stdout;
    this.#stderr = options.stderr ?? Deno.stderr;
    this.#colour = {
      stdout: !options.noColour && this.#stdout.isTerminal(),
      stderr: !options.noColour && this.#stderr.isTerminal(),
    };
  }

  /** Whether stderr is a terminal: where progress may be drawn. */
  get interactive(): boolean {
    return this.#stderr.isTerminal();
  }

  /** Whether stdout is a terminal: where a QR code makes sense. */
  get dataOnTerminal(): boolean {
    return this.#stdout.isTerminal();
  }

  /**
   * From now on a reader that went away, a terminal that was closed or a disk
   * that is full costs words and ends nothing: for what runs on by itself.
   */
  outlive(): void {
    this.#lasting = true;
  }

  /** Text that this program composed, as data. May hold line breaks. */
  text(text: string): void {
    this.#write(this.#stdout, text + "\n");
  }

  /** Lines that hold what others said, as data: cleaned, breaks kept. */
  lines(text: string): void {
    for (const line of text.split("\n")) this.text(clean(line));
  }

  /** One value as one line of JSON, as data. */
  record(value: unknown): void {
    this.#write(this.#stdout, jsonLine(value) + "\n");
  }

  /** Text already encoded, many lines at once; the caller cleaned it. */
  bytes(bytes: Uint8Array): void {
    writeBytes(this.#stdout, bytes, this.#lasting);
  }

  /** A table with a header, columns aligned, as data; cells are cleaned. */
  table(header: readonly string[], rows: readonly (readonly Cell[])[]): void {
    const cells = [
      header.map((text): Cell => ({ text, tone: "strong" })),
      ...rows,
    ].map((row) => row.map(toneAndText));
    const widths = header.map((_, column) =>
      Math.max(...cells.map((row) => row[column]?.text.length ?? 0))
    );
    for (const row of cells) {
      const line = row.map(({ text, tone }, column) => {
        const width = column === row.length - 1 ? 0 : widths[column] ?? 0;
        return this.#paint(text, tone, this.#colour.stdout) +
          " ".repeat(Math.max(0, width - text.length));
      });
      this.#write(this.#stdout, line.join("  ").trimEnd() + "\n");
    }
  }

  /** One line for people, on stderr; cleaned. */
  note(text: string, tone?: Tone): void {
    this.#write(
      this.#stderr,
      this.#paint(clean(text), tone, this.#colour.stderr) + "\n",
    );
  }

  /** Several lines for people, on stderr, that this program composed. */
  notes(text: string, tone?: Tone): void {
    for (const line of text.split("\n")) this.note(line, tone);
  }

  /** A picture made of characters, on stderr, so that data stays data. */
  picture(lines: string): void {
    this.#write(this.#stderr, lines.endsWith("\n") ? lines : lines + "\n");
  }

  /** A question on stderr, without a line break after it. */
  prompt(question: string): void {
    this.#write(this.#stderr, clean(question));
  }

  /** Draws over the current line of stderr; nothing where it is no terminal. */
  progress(text: string): void {
    if (this.interactive) this.#write(this.#stderr, `\r\x1b[2K${clean(text)}`);
  }

  /** One cell as text for stdout: cleaned, with its tone where it has one. */
  plain(cell: Cell): string {
    const { text, tone } = toneAndText(cell);
    return this.#paint(text, tone, this.#colour.stdout);
  }

  /** Text for stdout with a tone, where colour is wanted. */
  toned(text: string, tone: Tone): string {
    return this.#paint(text, tone, this.#colour.stdout);
  }

  #write(sink: Sink, text: string): void {
    writeBytes(sink, encoder.encode(text), this.#lasting);
  }

  #paint(text: string, tone: Tone | undefined, colour: boolean): string {
    if (!colour || tone === undefined || text === "") return text;
    const [open, close] = sequences[tone];
    return open + text + close;
  }
}

function toneAndText(
  cell: Cell,
): { readonly text: string; readonly tone?: Tone } {
  const { text, tone } = typeof cell === "string"
    ? { text: cell, tone: undefined }
    : cell;
  const plain = clean(text);
  const shown = plain.length > cellCharactersMax
    ? plain.slice(0, cellCharactersMax - 1) + "…"
    : plain;
  return tone === undefined ? { text: shown } : { text: shown, tone };
}

function writeBytes(sink: Sink, bytes: Uint8Array, lasting: boolean): void {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(sink.writeSync(rest));
    } catch (error) {
      if (lasting) return;
      if (error instanceof Deno.errors.BrokenPipe) Deno.exit(exitCodes.done);
      if (error instanceof Deno.errors.WouldBlock) continue;
      throw error;
    }
  }
}
