/**
 * Records of systemd's journal as `journalctl -o json` prints them, one JSON
 * object a line (systemd, "Journal Export Formats", JSON format): a field is
 * text, or an array of byte values where it is no clean UTF-8, or `null`
 * where it is too long.
 *
 * Fields whose names begin with `_` come from the kernel and cannot be
 * forged by the writer. Anybody may claim to be sshd in `SYSLOG_IDENTIFIER`;
 * so a record of a user other than root is turned away, if it names its user,
 * unless systemd itself says that it comes from the unit of the service that
 * it speaks for: databases and mail servers have users of their own.
 *
 * @module
 */
import { serviceOf } from "./service_table.ts";
import type { LogRecord } from "./syslog_line.ts";

/**
 * Reads one line of `journalctl -o json`.
 *
 * @returns `undefined` when the line is no journal record; `"untrusted"` when
 *   an ordinary user wrote it.
 */
export function readJournalRecord(
  line: string,
): LogRecord | "untrusted" | undefined {
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
  if (message === undefined || stamp === undefined) return undefined;
  if (!/^\d{1,17}$/.test(stamp)) return undefined;
  const program = textOf(fields["SYSLOG_IDENTIFIER"] ?? fields["_COMM"]);
  if (program === undefined) return undefined;
  const user = textOf(fields["_UID"]);
  const isKernel = textOf(fields["_TRANSPORT"]) === "kernel";
  if (
    user !== undefined && user !== "0" &&
    !isOwnUnit(program, textOf(fields["_SYSTEMD_UNIT"]))
  ) return "untrusted";
  if (program === "kernel" && user !== undefined && !isKernel) {
    return "untrusted";
  }
  const pid = textOf(fields["_PID"] ?? fields["SYSLOG_PID"]) ?? "";
  return {
    atMs: Math.floor(Number(stamp) / 1_000),
    host: textOf(fields["_HOSTNAME"]) ?? "",
    program: program.slice(program.lastIndexOf("/") + 1),
    tag: "",
    pid: /^\d{1,9}$/.test(pid) ? Number(pid) : -1,
    message,
  };
}

/** `mysql.service` may speak as `mysqld`, and as nobody else. */
function isOwnUnit(program: string, unit: string | undefined): boolean {
  const name = /^([a-z0-9-]{1,64})(?:@[^/]*)?\.service$/.exec(unit ?? "")?.[1];
  const service = serviceOf(program.slice(program.lastIndexOf("/") + 1));
  return name !== undefined && service !== undefined &&
    serviceOf(name) === service;
}

/** A field's text; the first value where a field was given several times. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  if (typeof value[0] === "string") return value[0];
  if (value.length === 0 || !value.every(isByte)) return undefined;
  return new TextDecoder().decode(Uint8Array.from(value));
}

function isByte(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 &&
    value <= 255;
}
