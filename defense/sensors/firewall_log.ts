/**
 * Packets that the kernel's firewall logged (netfilter's `LOG` target,
 * nftables' `log` statement, and what ulogd writes of either):
 *
 *     kernel: [7.1] DROP IN=eth0 OUT= MAC=… SRC=192.0.2.1 DST=198.51.100.2
 *       LEN=44 … PROTO=TCP SPT=40000 DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0
 *
 * Only packets that begin something are connections: TCP with SYN and without
 * ACK, or the flags of a probe, and UDP that is not an answer to us. Firewalls
 * also log what is left of old connections (ACK or FIN+ACK, as in ACK and
 * Maimon scans); that comes from a service, or to a port from which we asked,
 * and neither kind is taken for a probe. An address in such a line may be forged, so there is no
 * handshake. Whoever logs what he *accepts* says so in the prefix; such a
 * packet has not failed and tells nothing.
 *
 * @module
 */
import type { Connection, Probe } from "../observation.ts";
import type { AddressCache } from "./address_cache.ts";
import type { LogRecord } from "./syslog_line.ts";

/** An underscore is no letter: `INPUT_ACCEPT`. */
const welcome = /(?<![a-z])(?:allow|accept|audit|pass)/i;
const flagWord = /\b(SYN|ACK|FIN|RST|PSH|URG)\b(?!=)/g;
const lastWellKnownPort = 1_023;
/** Linux asks from this port on (`ip_local_port_range`). */
const firstEphemeralPort = 32_768;

/**
 * Reads one record of the kernel.
 *
 * @returns `undefined` when it is no firewall line, `"other"` when it is one
 *   that begins no connection towards us.
 */
export function readFirewallRecord(
  record: LogRecord,
  addresses: AddressCache,
  line?: number,
): Connection | "other" | undefined {
  const { message } = record;
  const start = packetAt(message);
  if (start < 0) return undefined;
  const source = field(message, " SRC=", start);
  const destination = field(message, " DST=", start);
  const protocol = field(message, " PROTO=", start);
  if (source === undefined || destination === undefined || !protocol) {
    return undefined;
  }
  const isTcp = protocol === "TCP" || protocol === "6";
  if (!isTcp && protocol !== "UDP" && protocol !== "17") return "other";
  const sourcePort = portOf(field(message, " SPT=", start));
  const port = portOf(field(message, " DPT=", start));
  const from = addresses.read(source);
  const to = addresses.read(destination);
  if (sourcePort === undefined || port === undefined || !from || !to) {
    return undefined;
  }
  if (message.charCodeAt(start + 3) === 32) return "other"; // not inbound
  if (welcome.test(message.slice(0, start))) return "other";
  const isAnswer = sourcePort <= lastWellKnownPort && port > lastWellKnownPort;
  const flags = isTcp ? flagsOf(message.slice(start)) : undefined;
  const probe = flags === undefined ? undefined : probeOf(flags);
  const begins = flags === undefined
    ? isTcp || !isAnswer
    : probe !== undefined || isOpening(flags);
  if (!begins || isGroup(message, to, start)) return "other";
  const isLeft = probe === "ack" || probe === "maimon";
  if (isLeft && (isAnswer || port >= firstEphemeralPort)) return "other";
  return {
    kind: "connection",
    atMs: record.atMs,
    protocol: isTcp ? "tcp" : "udp",
    source: from,
    destination: to,
    port,
    ...(probe === undefined ? {} : { probe }),
    outcome: "unanswered",
    handshake: false,
    ...(line === undefined ? {} : { line }),
  };
}

/**
 * The names of a packet's TCP flags, sorted; `undefined` for a line that does
 * not show them, which is taken to be logged for what it begins.
 */
function flagsOf(text: string): string | undefined {
  // ulogd leaves the reserved bits out.
  const reserved = text.indexOf(" RES=");
  const at = reserved < 0 ? text.indexOf(" WINDOW=") : reserved;
  if (at < 0) return undefined;
  return [...text.slice(at).matchAll(flagWord)].map(([, name]) => name)
    .sort().join(" ");
}

const probes: Readonly<Record<string, Probe>> = {
  "": "null",
  "FIN": "fin",
  "FIN PSH URG": "xmas",
  "ACK": "ack",
  "ACK FIN": "maimon",
};

function probeOf(flags: string): Probe | undefined {
  return probes[flags];
}

/** Neither an answer nor an end. */
function isOpening(flags: string): boolean {
  return !flags.includes("ACK") && !flags.includes("RST");
}

/** Whether the packet was for everybody: multicast or broadcast. */
function isGroup(message: string, to: string, start: number): boolean {
  return to.endsWith(".255") || to.startsWith("ff") ||
    /^2(?:2[4-9]|3\d)\./.test(to) ||
    message.startsWith(
      "ff:ff:ff:ff:ff:ff",
      message.indexOf(" MAC=", start) + 5,
    );
}

/**
 * Where the packet begins behind the prefix, which may touch it (`DROPIN=eth0`,
 * `"final: "IN=eth0`): both interfaces' names always stand side by side.
 */
function packetAt(text: string): number {
  const out = text.indexOf(" OUT=");
  const at = out < 0 ? -1 : text.lastIndexOf("IN=", out);
  if (at < 0) return -1;
  const space = text.indexOf(" ", at);
  return space === out ? at : -1;
}

function field(text: string, name: string, from: number): string | undefined {
  const at = text.indexOf(name, from);
  if (at < 0) return undefined;
  const start = at + name.length;
  const end = text.indexOf(" ", start);
  return end < 0 ? text.slice(start) : text.slice(start, end);
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}
