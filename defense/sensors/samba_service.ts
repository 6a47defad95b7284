/**
 * What Samba's audit of logins says (`log level = 1 auth_audit:3` as text,
 * `auth_json_audit:3` as JSON), below a heading with the stamp:
 *
 *     [2026/11/23 03:26:55.123456,  2] ../../auth/auth_log.c:635(…)
 *       Auth: [SMB2,(null)] user [WG]\[ada] at [Mon, 23 Nov 2026 …] with [NTLMv2]
 *         status [NT_STATUS_WRONG_PASSWORD] workstation [PC] remote host
 *         [ipv4:192.0.2.1:5678] mapped to [WG]\[ada]. local host [ipv4:…:445]
 *
 * Names of account, domain and workstation are the client's text, before and
 * behind the address; a line with two places that look alike names nobody.
 *
 * @module
 */
import { LogClock } from "./log_clock.ts";
import { ServiceLog, serviceMessageLengthMax } from "./service_log.ts";
import {
  ambiguousReading,
  otherReading,
  type Service,
  type ServiceReading,
} from "./service_reading.ts";
import type {
  LineReader,
  LineReaderOptions,
  LineReading,
  LoginLogCounters,
  TextFormat,
} from "./text_format.ts";

const marker = "] remote host [";
const verdict =
  /\bstatus \[(NT_STATUS_[A-Z0-9_]{2,64})\] workstation \[.*\] remote host \[(?:ipv4:([\d.]{7,15}):\d{1,5}|ipv6:([0-9A-Fa-f:.]{2,45}):\d{1,5}|[^\]]{0,64})\]/s;
const account = /^Auth: \[.*?\] user \[.*?\]\\\[(.*?)\] at \[/s;

/** Reads a line of the audit; the heading is not for here. */
function readSamba(message: string): ServiceReading | undefined {
  const text = message.trim();
  if (text.startsWith("{")) return readJson(text);
  if (!text.startsWith("Auth: [")) {
    return /^(?:Authorization: |\[\d{4}\/)/.test(text)
      ? otherReading
      : undefined;
  }
  const first = text.indexOf(marker);
  if (first < 0) return undefined;
  if (text.indexOf(marker, first + 1) >= 0) return ambiguousReading;
  const match = verdict.exec(text);
  if (!match) return undefined;
  const [, status = "", v4, v6] = match;
  return judge(status, v4 ?? v6 ?? "", account.exec(text)?.[1] ?? "");
}

function judge(status: string, host: string, user: string): ServiceReading {
  if (status === "NT_STATUS_OK") {
    // Without a name it is the anonymous session that browsing begins with.
    return user === "" || user === "ANONYMOUS LOGON"
      ? otherReading
      : { what: "accepted", host, user };
  }
  const unknownUser = status === "NT_STATUS_NO_SUCH_USER";
  return { what: "refused", form: "login", host, user, unknownUser };
}

function readJson(text: string): ServiceReading | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { type, Authentication: told } = (parsed ?? {}) as {
    readonly type?: unknown;
    readonly Authentication?: Readonly<Record<string, unknown>>;
  };
  if (typeof type !== "string") return undefined;
  if (type !== "Authentication" || typeof told !== "object" || told === null) {
    return otherReading;
  }
  const { status, remoteAddress, clientAccount } = told;
  if (typeof status !== "string") return undefined;
  const host = typeof remoteAddress === "string"
    ? /^ipv[46]:(.*):\d{1,5}$/.exec(remoteAddress)?.[1] ?? ""
    : "";
  const user = typeof clientAccount === "string" ? clientAccount : "";
  const reading = judge(status, host, user);
  // Both audits may be on; they tell of the same login.
  return reading.what === "refused" ? { ...reading, form: "backend" } : reading;
}

/** Samba's smbd. */
export const samba: Service = { name: "samba", family: "smb", read: readSamba };

class SambaReader implements LineReader {
  atMs = NaN;
  readonly #clock: LogClock;
  readonly #log: ServiceLog;
  /** Time of the heading above. */
  #headingMs = NaN;

  constructor(options: LineReaderOptions) {
    this.#log = new ServiceLog(options.attempts);
    this.#clock = new LogClock(options);
  }

  get counters(): Readonly<LoginLogCounters> {
    return this.#log.counters;
  }

  read(line: string, number?: number): LineReading {
    this.atMs = NaN;
    if (line.length > serviceMessageLengthMax) return undefined;
    if (line.charCodeAt(0) === 91) { // [
      const stamp = this.#clock.numeric(line, 1);
      if (stamp === undefined) return undefined;
      this.#headingMs = this.atMs = stamp.atMs;
      return [];
    }
    const atMs = this.#timeOf(line);
    const reading = readSamba(line);
    if (reading === undefined) {
      // The indented text below a heading, whatever it is about.
      return line.startsWith("  ") && !Number.isNaN(atMs) ? [] : undefined;
    }
    if (Number.isNaN(atMs)) return undefined;
    this.atMs = atMs;
    const origin = { atMs, host: "", pid: -1 };
    return this.#log.take(samba, reading, origin, 1, number);
  }

  /** The heading's, or the record's own where the heading is missing. */
  #timeOf(line: string): number {
    const json = line.indexOf('"timestamp": "');
    const own = json >= 0 && json <= 8
      ? this.#clock.numeric(line, json + 14)?.atMs
      : undefined;
    if (own !== undefined || !Number.isNaN(this.#headingMs)) {
      return own ?? this.#headingMs;
    }
    const at = /\] at \[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), /.exec(line);
    return at === null
      ? NaN
      : this.#clock.dayFirst(line, at.index + at[0].length)?.atMs ?? NaN;
  }
}

const headingLine =
  /^\[\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?, {1,2}\d/;

/** `log.smbd`. */
export const sambaFormat: TextFormat = {
  fits: (line) =>
    headingLine.test(line) || /^ {0,2}Auth: \[/.test(line) ||
    (line.startsWith("{") && line.includes('"Authentication": {')),
  open: (options) => new SambaReader(options),
};
