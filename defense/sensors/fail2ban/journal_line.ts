/**
 * A record of systemd's journal as a line that filters understand: what
 * `journalctl -o short` prints, without its time (fail2ban, `filtersystemd.py`:
 * host, program, process, message). Who may have written the record is
 * settled before, by the filter's `journalmatch`, whose trusted fields only
 * journald sets.
 *
 * @module
 */

/** A record without its time, and its time. */
export interface JournalLine {
  readonly text: string;
  /** Wall clock milliseconds. */
  readonly atMs: number;
}

/**
 * Reads one line of `journalctl -o json`.
 *
 * @returns `undefined` if it is none.
 */
export function journalLine(line: string): JournalLine | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const fields = parsed as Readonly<Record<string, unknown>>;
  const message = textOf(fields["MESSAGE"]);
  const stamp = textOf(
    fields["_SOURCE_REALTIME_TIMESTAMP"] ?? fields["__REALTIME_TIMESTAMP"],
  );
  if (message === undefined || !/^\d{1,17}$/.test(stamp ?? "")) {
    return undefined;
  }
  const host = textOf(fields["_HOSTNAME"]);
  const program = textOf(fields["SYSLOG_IDENTIFIER"] ?? fields["_COMM"]);
  const pid = textOf(fields["SYSLOG_PID"] ?? fields["_PID"]);
  const writer = program === undefined
    ? ""
    : `${program}${pid === undefined ? "" : `[${pid}]`}: `;
  return {
    text: (host === undefined ? "" : `${host} `) + writer + message,
    atMs: Math.floor(Number(stamp) / 1_000),
  };
}

/** A field's text; the first value where there are several, bytes as UTF-8. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  if (typeof value[0] === "string") return value[0];
  const isBytes = value.length > 0 &&
    value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
  return isBytes
    ? new TextDecoder().decode(Uint8Array.from(value as number[]))
    : undefined;
}
