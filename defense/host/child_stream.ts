/**
 * A child program that writes for as long as it lives (`tcpdump`,
 * `journalctl`): started again with growing pauses when it ends, and ended
 * with us.
 *
 * @module
 */

/** Pauses between starts: 1 s doubling to 60 s. Our choice. */
const firstPauseMs = 1_000;
const pauseMsMax = 60_000;
/** What is kept of its error output, from the end, for the operator. */
const errorTextMax = 500;

/** A program and what to do with its output. */
export interface ChildStreamOptions {
  readonly command: string;
  /** Asked again for each start, if a function. */
  readonly args: readonly string[] | (() => readonly string[]);
  /** A new output begins: the reader starts from nothing. */
  readonly onStart: () => void;
  readonly onBytes: (bytes: Uint8Array) => void;
  /** It ended by itself, with the end of its error output. */
  readonly onFailure?: (errors: string) => void;
  /** Takes what it says on its error output, piece by piece. */
  readonly onErrorText?: (text: string) => void;
}

/** A program that is kept running. */
export interface ChildStream {
  /** Why it does not run right now, if so. */
  trouble(): string | undefined;
  readonly counters: { starts: number };
  /** Sends a signal, if the program runs. */
  signal(signal: Deno.Signal): void;
  stop(): Promise<void>;
}

/** Starts the program; a missing or forbidden one is reported, not thrown. */
export function keepRunning(options: ChildStreamOptions): ChildStream {
  const counters = { starts: 0 };
  let trouble: string | undefined;
  let child: Deno.ChildProcess | undefined;
  let stopped = false;
  let pauseMs = firstPauseMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended: Promise<void> = Promise.resolve();

  const runOnce = async (): Promise<void> => {
    counters.starts++;
    const startedMs = performance.now();
    try {
      child = new Deno.Command(options.command, {
        args: typeof options.args === "function"
          ? [...options.args()]
          : [...options.args],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
    } catch (cause) {
      trouble = `cannot start ${options.command}: ${
        cause instanceof Error ? cause.message : cause
      }`;
      return;
    }
    trouble = undefined;
    options.onStart();
    let errors = "";
    const decoder = new TextDecoder();
    const readErrors = async (stream: ReadableStream<Uint8Array>) => {
      for await (const bytes of stream) {
        const text = decoder.decode(bytes, { stream: true });
        options.onErrorText?.(text);
        errors = (errors + text).slice(-errorTextMax);
      }
    };
    const readOutput = async (stream: ReadableStream<Uint8Array>) => {
      for await (const bytes of stream) options.onBytes(bytes);
    };
    const [status] = await Promise.all([
      child.status,
      readErrors(child.stderr),
      readOutput(child.stdout),
    ]);
    if (performance.now() - startedMs > pauseMsMax) pauseMs = firstPauseMs;
    if (!stopped) {
      options.onFailure?.(errors);
      trouble = `${options.command} ended with ${status.code}: ${
        errors.trim().split("\n").at(-1) ?? ""
      }`;
    }
  };

  const loop = (): void => {
    ended = runOnce().then(() => {
      if (stopped) return;
      timer = setTimeout(loop, pauseMs);
      pauseMs = Math.min(pauseMs * 2, pauseMsMax);
    });
  };
  loop();

  const signal = (name: Deno.Signal): void => {
    try {
      child?.kill(name);
    } catch {
      // Already gone.
    }
  };
  return {
    counters,
    trouble: () => trouble,
    signal,
    stop: async () => {
      stopped = true;
      if (timer !== undefined) clearTimeout(timer);
      signal("SIGTERM");
      await ended;
    },
  };
}
