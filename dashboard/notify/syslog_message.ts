/**
 * A notice as a syslog message (RFC 5424), one datagram (RFC 5426) or one frame
 * of a TCP stream (RFC 6587, §3.4.1: octet counting).
 *
 * ```text
 * <36>1 2026-11-27T00:12:00.000Z office-nas stealthmesh - alert
 *   [stealthmesh@32473 id="office-nas-4711" subject="10.0.0.7" …] BOM TEXT
 * ```
 *
 * Facility 4 (security); severity 4 (warning) for an alert, 5 (notice) for a
 * measure, 6 for a drill or a test. 32473 is the enterprise number of examples (RFC 5612):
 * we have none of our own.
 *
 * @module
 */
import type { Notice } from "./notice.ts";

/** RFC 5424, §6.1: receivers should take so much; the text is cut. */
export const syslogBytesMax = 2_048;

const facility = 4;
const severities = {
  alert: 4,
  measure: 5,
  signal: 5,
  exercise: 6,
  test: 6,
} as const;

/** One message, as it goes into a datagram. */
export function syslogMessage(notice: Notice): Uint8Array<ArrayBuffer> {
  const { kind, atMs, host, id, subject, facts, title } = notice;
  const priority = facility * 8 + severities[kind];
  const time = new Date(atMs).toISOString();
  const params = Object.entries({
    id,
    ...(subject !== "" && { subject }),
    ...facts,
  }).map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  const head = `<${priority}>1 ${time} ${hostName(host)} stealthmesh - ` +
    `${kind} [stealthmesh@32473${params}] `;
  const encoder = new TextEncoder();
  const bytes = encoder.encode(`${head}\ufeff${title}`);
  if (bytes.length <= syslogBytesMax) return bytes;
  // A cut inside a character would not be UTF-8 any more.
  let end = syslogBytesMax;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.slice(0, end);
}

/** One message with its length before it, as it goes into a stream. */
export function syslogFrame(notice: Notice): Uint8Array<ArrayBuffer> {
  const message = syslogMessage(notice);
  const length = new TextEncoder().encode(`${message.length} `);
  const frame = new Uint8Array(length.length + message.length);
  frame.set(length);
  frame.set(message, length.length);
  return frame;
}

/** RFC 5424, §6.3.3: three characters are escaped. */
function escaped(value: string): string {
  return value.replace(/["\\\]]/g, "\\$&");
}

/** Printable ASCII without spaces, at most 255 (RFC 5424, §6.2.4). */
function hostName(name: string): string {
  return name.replace(/[^\x21-\x7e]/g, "").slice(0, 255) || "-";
}
