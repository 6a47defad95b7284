/**
 * Lines of one service's own file and lines of syslog, as they come: people
 * send both to one file, and change from one to the other.
 *
 * Syslog is asked first. What is one of its records is never read as anything
 * else, because programs write strangers' words into it, and these may look
 * like a line of another log.
 *
 * @module
 */
import { SourceAttempts } from "./source_attempts.ts";
import { syslog } from "./syslog_format.ts";
import type {
  LineReader,
  LineReaderOptions,
  LineReading,
  LoginLogCounters,
  TextFormat,
} from "./text_format.ts";

class MixedReader implements LineReader {
  atMs = NaN;
  readonly #shared: LineReader;
  readonly #own: LineReader;

  constructor(own: TextFormat, options: LineReaderOptions) {
    const attempts = options.attempts ?? new SourceAttempts();
    this.#shared = syslog.open({ ...options, attempts });
    this.#own = own.open({ ...options, attempts });
  }

  get counters(): Readonly<LoginLogCounters> {
    const [shared, own] = [this.#shared.counters, this.#own.counters];
    return {
      understood: shared.understood + own.understood,
      noAddress: shared.noAddress + own.noAddress,
      duplicates: shared.duplicates + own.duplicates,
      ambiguous: shared.ambiguous + own.ambiguous,
    };
  }

  read(line: string, number?: number): LineReading {
    const shared = this.#shared.read(line, number);
    this.atMs = this.#shared.atMs;
    const isRecord = !Number.isNaN(this.atMs) &&
      (shared !== undefined || syslog.fits(line));
    if (isRecord) return shared;
    const own = this.#own.read(line, number);
    this.atMs = this.#own.atMs;
    return own;
  }
}

/** A format that takes syslog's lines too. */
export function withSyslog(own: TextFormat): TextFormat {
  return {
    fits: own.fits,
    open: (options) => new MixedReader(own, options),
  };
}
