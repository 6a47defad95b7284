/**
 * Packets that the firewall pf of the BSDs dropped, in the two spellings in
 * which people keep them: what tcpdump prints of `pflog0`,
 *
 *     2026-11-23 03:26:55.123456 rule 4/0(match): block in on em0:
 *       192.0.2.1.40000 > 198.51.100.2.22: Flags [S], seq 1, win 1024, length 0
 *
 * and the comma-separated line of pfSense and OPNsense (`filterlog`). As in
 * `firewall_log.ts`, only what begins a connection counts, and the address may
 * be forged.
 *
 * @module
 */
import type { Connection, Observation } from "../observation.ts";
import { AddressCache } from "./address_cache.ts";
import { LogClock } from "./log_clock.ts";
import { SyslogClock, type SyslogClockOptions } from "./syslog_time.ts";
import type {
  LineReader,
  LineReading,
  LoginLogCounters,
  TextFormat,
} from "./text_format.ts";

/** What one message says; `"other"`: nothing that begins a connection to us. */
export type PfReading = Connection | "other" | undefined;

/** `rule 4/0(match): block in on em0: `; OpenBSD has no colon behind the reason. */
const rule =
  /^(?:\([^)]{0,32}\) )?rule [^\s(:]{1,64}(?:\(\S{1,16}\))?(?: \[[^\]]{0,64}\])?:? (pass|block|match|scrub) (in|out) on [\w.]{1,16}: /;
/** What `-v` adds: `(tos 0x0, ttl 54, id 1, offset 0, flags [none], proto TCP (6), length 44)`. */
const header =
  /^\((?:tos|class|hlim|flowlabel) (?:[^()]|\([^()]{0,16}\)){0,200}\)\s*/;
const packet =
  /^(?:IP6? )?([0-9A-Fa-f:.]{2,45})\.(\d{1,5}) > ([0-9A-Fa-f:.]{2,45})\.(\d{1,5}): (.*)$/s;
const lastWellKnownPort = 1_023;

/** Reads what tcpdump prints of a packet, behind the stamp. */
export function readPflog(
  text: string,
  atMs: number,
  addresses: AddressCache,
  line?: number,
): PfReading {
  const head = rule.exec(text);
  if (!head) return undefined;
  const [all, action, direction] = head;
  const match = packet.exec(text.slice(all.length).replace(header, ""));
  if (!match || action !== "block" || direction !== "in") return "other";
  const [, source, from, destination, to, rest = ""] = match;
  const flags = /^(?:tcp )?Flags \[([A-Z.]{1,9}|none)\]/.exec(rest)?.[1] ??
    /^([SFPR]{1,4}|\.) \d+:\d+\(/.exec(rest)?.[1];
  return connection(
    flags === undefined ? "udp" : "tcp",
    { source, from, destination, to, flags },
    atMs,
    addresses,
    line,
  );
}

/**
 * Reads a line of `filterlog` (netgate.com, "Raw filter log format"): rule
 * fields, then those of IPv4 or IPv6, then those of TCP or UDP.
 */
export function readFilterlog(
  text: string,
  atMs: number,
  addresses: AddressCache,
  line?: number,
): PfReading {
  const fields = text.split(",", 40);
  const action = fields[6];
  if (fields.length < 9 || (action !== "block" && action !== "pass")) {
    return undefined;
  }
  const version = fields[8];
  if (action !== "block" || fields[7] !== "in") return "other";
  const at = version === "4" ? 16 : version === "6" ? 12 : -1;
  if (at < 0) return undefined;
  const protocol = fields[at]?.toLowerCase();
  if (protocol !== "tcp" && protocol !== "udp") return "other";
  // Number and name change places between the versions.
  const first = version === "4" ? 18 : 15;
  const [source, destination, from, to, , flags] = fields.slice(first);
  return connection(
    protocol,
    { source, from, destination, to, flags },
    atMs,
    addresses,
    line,
  );
}

interface PacketText {
  readonly source: string | undefined;
  readonly from: string | undefined;
  readonly destination: string | undefined;
  readonly to: string | undefined;
  readonly flags: string | undefined;
}

function connection(
  protocol: "tcp" | "udp",
  packet: PacketText,
  atMs: number,
  addresses: AddressCache,
  line: number | undefined,
): PfReading {
  const source = addresses.read(packet.source ?? "");
  const destination = addresses.read(packet.destination ?? "");
  const port = Number(packet.to);
  if (
    source === undefined || destination === undefined ||
    !(port >= 0 && port <= 65_535)
  ) return undefined;
  const begins = protocol === "tcp"
    ? beginsConnection(packet.flags ?? "")
    : !(Number(packet.from) <= lastWellKnownPort && port > lastWellKnownPort);
  const isGroup = destination.endsWith(".255") ||
    destination.startsWith("ff") ||
    /^2(?:2[4-9]|3\d)\./.test(destination);
  if (!begins || isGroup) return "other";
  return {
    kind: "connection",
    atMs,
    protocol,
    source,
    destination,
    port,
    outcome: "unanswered",
    handshake: false,
    ...(line === undefined ? {} : { line }),
  };
}

/** SYN without ACK, or a scanner's FIN, FIN+PSH+URG or nothing at all. */
function beginsConnection(flags: string): boolean {
  return !/[.AR]/.test(flags.replace("none", ""));
}

interface StampedText {
  readonly atMs: number;
  readonly text: string;
}

/** With `-v` the packet stands on a second line. */
const unfinished = /: \((?:tos|class|hlim|flowlabel) .*\)$/;
const continuation = /^\s{2,8}[0-9A-Fa-f:.]+ > /;
const nothing: readonly Observation[] = [];

class PflogReader implements LineReader {
  atMs = NaN;
  readonly #clock: LogClock;
  readonly #classic: SyslogClock;
  /** A line whose packet is still to come. */
  #before: StampedText | undefined;
  readonly #addresses = new AddressCache();
  readonly counters: LoginLogCounters = {
    understood: 0,
    noAddress: 0,
    duplicates: 0,
    ambiguous: 0,
  };

  constructor(options: SyslogClockOptions) {
    this.#clock = new LogClock(options);
    this.#classic = new SyslogClock(options);
  }

  read(line: string, number?: number): LineReading {
    this.atMs = NaN;
    const before = this.#before;
    this.#before = undefined;
    if (before !== undefined && continuation.test(line)) {
      return this.#take(`${before.text} ${line.trim()}`, before.atMs, number);
    }
    const stamped = this.#stamp(line);
    if (stamped === undefined) return undefined;
    const { text, atMs } = stamped;
    if (unfinished.test(text)) this.#before = stamped;
    return this.#take(text, atMs, number);
  }

  #take(text: string, atMs: number, number: number | undefined): LineReading {
    this.atMs = atMs;
    const seen = readPflog(text, atMs, this.#addresses, number);
    if (seen === undefined) return undefined;
    this.counters.understood++;
    return seen === "other" ? nothing : [seen];
  }

  /** `-tttt` writes the date; OpenBSD's `-ttt` writes it without a year. */
  #stamp(line: string): StampedText | undefined {
    const stamp = this.#clock.numeric(line, 0);
    if (stamp) return { atMs: stamp.atMs, text: line.slice(stamp.end + 1) };
    const end = this.#classic.read(line, 0);
    return end < 0
      ? undefined
      : { atMs: this.#classic.atMs, text: line.slice(end + 1) };
  }
}

/** `tcpdump -tttt -n -e -r /var/log/pflog`, or `-ttt` on OpenBSD. */
export const pfFormat: TextFormat = {
  fits: (line) =>
    /^(?:\d{4}-\d\d-\d\d|[A-Z][a-z]{2} [ \d]\d) \d\d:\d\d:\d\d\.\d{6} (?:\([^)]{0,32}\) )?rule \S+ (?:\[[^\]]{0,64}\]:? )?(?:pass|block|match|scrub) /
      .test(line),
  open: (options) => new PflogReader(options),
};
