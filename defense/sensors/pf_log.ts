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
import type { SyslogClockOptions } from "./syslog_time.ts";
import type {
  LineReader,
  LineReading,
  LoginLogCounters,
  TextFormat,
} from "./text_format.ts";

/** What one message says; `"other"`: nothing that begins a connection to us. */
export type PfReading = Connection | "other" | undefined;

const rule =
  /^(?:\([^)]{0,32}\) )?rule \S{1,64}(?: \[[^\]]{0,64}\])?(?:: |\(\S{1,16}\): )(pass|block|match|scrub) (in|out) on [\w.]{1,16}: (?:\(tos [^)]{0,200}\) )?(?:IP6? )?([0-9A-Fa-f:.]{2,45})\.(\d{1,5}) > ([0-9A-Fa-f:.]{2,45})\.(\d{1,5}): (.*)$/s;
const ruleWords = /^(?:\([^)]{0,32}\) )?rule \S+: (?:pass|block|match|scrub) /;
const lastWellKnownPort = 1_023;

/** Reads what tcpdump prints of a packet, behind the stamp. */
export function readPflog(
  text: string,
  atMs: number,
  addresses: AddressCache,
  line?: number,
): PfReading {
  const match = rule.exec(text);
  if (!match) return ruleWords.test(text) ? "other" : undefined;
  const [, action, direction, source, from, destination, to, rest = ""] = match;
  if (action !== "block" || direction !== "in") return "other";
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

class PflogReader implements LineReader {
  atMs = NaN;
  readonly #clock: LogClock;
  readonly #addresses = new AddressCache();
  readonly counters: LoginLogCounters = {
    understood: 0,
    noAddress: 0,
    duplicates: 0,
    ambiguous: 0,
  };

  constructor(options: SyslogClockOptions) {
    this.#clock = new LogClock(options);
  }

  read(line: string, number?: number): LineReading {
    this.atMs = NaN;
    const stamp = this.#clock.numeric(line, 0);
    if (stamp === undefined) return undefined;
    this.atMs = stamp.atMs;
    const text = line.slice(stamp.end + 1);
    const seen = readPflog(text, stamp.atMs, this.#addresses, number);
    if (seen === undefined) return undefined;
    this.counters.understood++;
    const nothing: readonly Observation[] = [];
    return seen === "other" ? nothing : [seen];
  }
}

/** `tcpdump -tttt -n -e -r /var/log/pflog`. */
export const pfFormat: TextFormat = {
  fits: (line) =>
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} (?:\([^)]{0,32}\) )?rule \S+: /
      .test(
        line,
      ),
  open: (options) => new PflogReader(options),
};
