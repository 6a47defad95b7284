/**
 * What a format of text logs is: how to know its lines, and how to read them.
 * The list of formats is in `log_format.ts`; to add one, write a file with a
 * `TextFormat` in it and give it a line there.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import type { SourceAttempts } from "./source_attempts.ts";
import type { SyslogClockOptions } from "./syslog_time.ts";

/**
 * What one line says: what was seen in it (often nothing); `"untrusted"` where
 * somebody wrote it who may not speak for a service; `undefined` where no
 * parser knows it.
 */
export type LineReading = readonly Observation[] | "untrusted" | undefined;

/** What became of refused logins, since the start. */
export interface LoginLogCounters {
  /** Records that told of a login or of nothing, but were understood. */
  understood: number;
  /** Refusals from a host name, or from nowhere. */
  noAddress: number;
  /** Lines about an attempt that another line had told already. */
  duplicates: number;
  /** Lines that two parties could have written; nobody is blamed. */
  ambiguous: number;
}

/** Reads the lines of one log, in its order; never throws. */
export interface LineReader {
  /** Wall clock milliseconds of the last line; NaN where it named no time. */
  readonly atMs: number;
  /** What became of its lines. */
  readonly counters: Readonly<LoginLogCounters>;
  /**
   * Reads one line.
   *
   * @param line Without its end; never empty.
   * @param number Number of the line, for people; left out of a live log.
   */
  read(line: string, number?: number): LineReading;
}

/** A format of text logs. */
export interface TextFormat {
  /**
   * Whether a line is surely one of this format. Formats are chosen by most
   * votes over the first lines of a file, so a line that says nothing either
   * way is no vote.
   */
  fits(line: string): boolean;
  /** Begins to read a log. */
  open(options: LineReaderOptions): LineReader;
}

/** How to begin. */
export interface LineReaderOptions extends SyslogClockOptions {
  /**
   * Refusals that other logs of this host tell as well, so that each counts
   * once: PAM writes to one file what a service writes to another.
   */
  readonly attempts?: SourceAttempts;
}
