/**
 * Log files that one service writes itself: a stamp in the service's own form,
 * then what it would say in syslog too. A format is the service's parser and
 * the form of its stamp.
 *
 * @module
 */
import { LogClock } from "./log_clock.ts";
import { ServiceLog, serviceMessageLengthMax } from "./service_log.ts";
import type { Service } from "./service_reading.ts";
import type {
  LineReader,
  LineReaderOptions,
  LineReading,
  LoginLogCounters,
  TextFormat,
} from "./text_format.ts";

/** A line without its stamp. */
export interface StampedMessage {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  readonly message: string;
  /** Process id, where it stands beside the stamp. */
  readonly pid?: number;
}

/** Takes the stamp off a line; `undefined` where none stands. */
export type StampReader = (
  line: string,
  clock: LogClock,
) => StampedMessage | undefined;

class ServiceFileReader implements LineReader {
  atMs = NaN;
  readonly #service: Service;
  readonly #stamp: StampReader;
  readonly #clock: LogClock;
  readonly #log: ServiceLog;

  constructor(
    service: Service,
    stamp: StampReader,
    options: LineReaderOptions,
  ) {
    this.#log = new ServiceLog(options.attempts);
    this.#service = service;
    this.#stamp = stamp;
    this.#clock = new LogClock(options);
  }

  get counters(): Readonly<LoginLogCounters> {
    return this.#log.counters;
  }

  read(line: string, number?: number): LineReading {
    this.atMs = NaN;
    if (line.length > serviceMessageLengthMax) return undefined;
    const stamped = this.#stamp(line, this.#clock);
    if (stamped === undefined) return undefined;
    const { atMs, message, pid = -1 } = stamped;
    this.atMs = atMs;
    const reading = this.#service.read(message, this.#service.name);
    if (reading === undefined) return undefined;
    const origin = { atMs, host: "", pid };
    return this.#log.take(this.#service, reading, origin, 1, number);
  }
}

const utc = new LogClock({});

/** The format of a log that only `service` writes. */
export function serviceFormat(
  service: Service,
  stamp: StampReader,
): TextFormat {
  return {
    fits: (line) => {
      if (line.length > serviceMessageLengthMax) return false;
      const stamped = stamp(line, utc);
      return stamped !== undefined &&
        service.read(stamped.message, service.name) !== undefined;
    },
    open: (options) => new ServiceFileReader(service, stamp, options),
  };
}
