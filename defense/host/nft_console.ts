/**
 * One long-lived `nft -i -j`: a command is in the kernel within 0.5 ms, where
 * starting nft each time costs 3 ms.
 *
 * nft reads a line, runs it as one transaction, and prints nothing when it
 * succeeded. So every line is followed by a word that is no command; nft
 * complains about it on stderr and repeats it, and what stands on stderr
 * before that is what our line failed with. Answers to `list` arrive on
 * stdout, one JSON line each.
 *
 * Bound: one line at a time; the caller waits. A console that stays silent for
 * {@linkcode silenceMsMax} is killed, and the next line starts another.
 *
 * @module
 */
import { ContainmentError } from "../containment/containment_error.ts";

/** Our choice: a thousand times what an answer takes. */
const silenceMsMax = 2_000;
/** nft's line editor takes more, but a process of its own is then as quick. */
export const lineBytesMax = 16_384;

/** What a line came to. */
export interface ConsoleAnswer {
  /** What nft complained about; empty if the line succeeded. */
  readonly complaint: string;
  /** JSON lines, at most as many as were expected. */
  readonly replies: readonly string[];
}

/** The console has died or fell silent; the line may or may not have run. */
export class ConsoleSilence extends Error {
  override readonly name = "ConsoleSilence";
}

/** How nft is started everywhere: in plain English, with nothing inherited. */
export function nftCommand(
  args: string[],
  stdin: "piped" | "null",
): Deno.Command {
  return new Deno.Command("nft", {
    args,
    stdin,
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
    env: { LC_ALL: "C" },
  });
}

/** Why nft could not be started. */
export function startFailure(cause: unknown): ContainmentError {
  const code = cause instanceof Deno.errors.NotFound
    ? "nft_missing"
    : "nft_denied";
  return new ContainmentError(code, { cause });
}

/** A running console. */
export class NftConsole {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #line = 0;
  #dead = false;
  /** What is awaited at the moment. */
  #pending: PendingAnswer | undefined;

  /** @throws {ContainmentError} If nft cannot be started. */
  constructor() {
    try {
      this.#child = nftCommand(["-i", "-j"], "piped").spawn();
    } catch (error) {
      throw startFailure(error);
    }
    this.#input = this.#child.stdin.getWriter();
    this.#read(this.#child.stderr, (line) => this.#pending?.complain(line));
    this.#read(this.#child.stdout, (line) => this.#pending?.reply(line));
    void this.#child.status.then(() => this.#die());
  }

  /** Whether lines still have somewhere to go. */
  get alive(): boolean {
    return !this.#dead;
  }

  /**
   * Runs one line.
   *
   * @param expected JSON lines to wait for, if the line succeeds.
   * @throws {ConsoleSilence} If no answer came.
   */
  async run(line: string, expected = 0): Promise<ConsoleAnswer> {
    if (this.#dead) throw new ConsoleSilence("nft has ended");
    const marker = `answered_${++this.#line}`;
    const pending = new PendingAnswer(marker, expected);
    this.#pending = pending;
    const timer = setTimeout(() => this.#die(), silenceMsMax);
    try {
      const bytes = new TextEncoder().encode(`${line}\n${marker}\n`);
      await Promise.race([this.#input.write(bytes), pending.answer]);
      return await pending.answer;
    } catch (error) {
      this.#die();
      throw error instanceof ConsoleSilence
        ? error
        : new ConsoleSilence("nft has ended", { cause: error });
    } finally {
      clearTimeout(timer);
      this.#pending = undefined;
    }
  }

  /** Ends the child. */
  async close(): Promise<void> {
    this.#die();
    await this.#child.status;
  }

  #die(): void {
    if (!this.#dead) {
      this.#dead = true;
      this.#input.abort().catch(() => {});
      try {
        this.#child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    this.#pending?.fail();
  }

  async #read(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    take: (line: string) => void,
  ): Promise<void> {
    let rest = "";
    try {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        lines.forEach(take);
      }
    } catch {
      this.#die();
    }
  }
}

/** Collects the answer to one line. */
class PendingAnswer {
  readonly #marker: string;
  readonly #expected: number;
  readonly #complaints: string[] = [];
  readonly #replies: string[] = [];
  readonly #settle = Promise.withResolvers<ConsoleAnswer>();
  #marked = false;

  constructor(marker: string, expected: number) {
    this.#marker = marker;
    this.#expected = expected;
    this.#settle.promise.catch(() => {});
  }

  get answer(): Promise<ConsoleAnswer> {
    return this.#settle.promise;
  }

  complain(line: string): void {
    if (this.#marked) return;
    // The mark under the place of an error; the last one may be our marker's.
    if (/^[\s^~]*$/.test(line)) return;
    if (line.trim() !== this.#marker) {
      this.#complaints.push(line);
      return;
    }
    // The line before names the error in our marker, not in the script.
    this.#complaints.pop();
    this.#marked = true;
    this.#finish();
  }

  reply(line: string): void {
    const start = line.indexOf('{"nftables"');
    // Whatever else is here is a prompt of the line editor.
    if (start < 0) return;
    this.#replies.push(line.slice(start));
    this.#finish();
  }

  fail(): void {
    this.#settle.reject(new ConsoleSilence("nft did not answer"));
  }

  #finish(): void {
    if (!this.#marked) return;
    const complaint = this.#complaints.join("\n");
    if (complaint === "" && this.#replies.length < this.#expected) return;
    this.#settle.resolve({ complaint, replies: this.#replies });
  }
}
