/**
 * Log files of web servers. One reader takes access lines and the error lines
 * of nginx and Apache as they come, because people join these files; the name
 * of the format says which server an access line is from, which the line
 * itself does not.
 *
 * An access line is a `web_request`, whatever its status; a refused login in
 * an error log is an `auth_failure`. One refused request makes at most one of
 * each, and no scenario looks at both, so it is counted once.
 *
 * @module
 */
import { readAccessLine } from "./access_log.ts";
import { readApacheError } from "./apache_error.ts";
import { LogClock } from "./log_clock.ts";
import { readNginxError } from "./nginx_error.ts";
import { ServiceLog, serviceMessageLengthMax } from "./service_log.ts";
import type {
  MessageParser,
  Service,
  ServiceReading,
} from "./service_reading.ts";
import type {
  LineReader,
  LineReaderOptions,
  LineReading,
  LoginLogCounters,
  TextFormat,
} from "./text_format.ts";

interface TimedReading {
  readonly atMs: number;
  readonly by: Service;
  readonly reading: ServiceReading;
}

const utc = new LogClock({});

/** What these servers send to syslog is what they would write to a file. */
const readMessage: MessageParser = (message) => {
  // nginx through a second syslog has its name twice.
  const repeated = /^\S{1,64} nginx: /.exec(message);
  const text = repeated ? message.slice(repeated[0].length) : message;
  const stamp = utc.numeric(text, 0);
  if (stamp !== undefined) return readNginxError(text.slice(stamp.end + 1));
  return readAccessLine(text, utc)?.request ?? readNginxError(text) ??
    readApacheError(text);
};

/** A server that is known by its access log only. */
export const http: Service = { name: "http", family: "web", read: readMessage };
/** nginx. */
export const nginx: Service = {
  name: "nginx",
  family: "web",
  read: readMessage,
};
/** Apache's httpd. */
export const apache: Service = {
  name: "apache",
  family: "web",
  read: readMessage,
};

/** Reads one line; `own` is whom an access line is from. */
function readWebLine(
  line: string,
  clock: LogClock,
  own: Service,
): TimedReading | undefined {
  const code = line.charCodeAt(0);
  if (code === 91) { // [
    const stamp = clock.ctime(line, 1);
    if (stamp !== undefined && line.startsWith("] ", stamp.end)) {
      const reading = readApacheError(line.slice(stamp.end + 2));
      return reading && { atMs: stamp.atMs, by: apache, reading };
    }
  }
  if (code >= 48 && code <= 57 && line.charCodeAt(4) === 47) { // 2026/
    const stamp = clock.numeric(line, 0);
    if (stamp !== undefined && line.charCodeAt(stamp.end) === 32) {
      const reading = readNginxError(line.slice(stamp.end + 1));
      return reading && { atMs: stamp.atMs, by: nginx, reading };
    }
  }
  const answered = readAccessLine(line, clock);
  return answered &&
    { atMs: answered.atMs, by: own, reading: answered.request };
}

class WebReader implements LineReader {
  atMs = NaN;
  readonly #own: Service;
  readonly #clock: LogClock;
  readonly #log: ServiceLog;

  constructor(own: Service, options: LineReaderOptions) {
    this.#log = new ServiceLog(options.attempts);
    this.#own = own;
    this.#clock = new LogClock(options);
  }

  get counters(): Readonly<LoginLogCounters> {
    return this.#log.counters;
  }

  read(line: string, number?: number): LineReading {
    this.atMs = NaN;
    if (line.length > serviceMessageLengthMax) return undefined;
    const found = readWebLine(line, this.#clock, this.#own);
    if (found === undefined) return undefined;
    this.atMs = found.atMs;
    const origin = { atMs: found.atMs, host: "", pid: -1 };
    return this.#log.take(found.by, found.reading, origin, 1, number);
  }
}

function webFormat(own: Service): TextFormat {
  return {
    fits: (line) => {
      const found = readWebLine(line, utc, own);
      return found?.by === own;
    },
    open: (options) => new WebReader(own, options),
  };
}

/** Access log of any server. */
export const accessFormat: TextFormat = webFormat(http);
/** nginx, access and error. */
export const nginxFormat: TextFormat = webFormat(nginx);
/** Apache, access and error. */
export const apacheFormat: TextFormat = webFormat(apache);
