/**
 * Records of systemd's journal, see `journal_fields.ts`, and whether to believe
 * them.
 *
 * Fields whose names begin with `_` come from the kernel and cannot be
 * forged by the writer. Anybody may claim to be sshd in `SYSLOG_IDENTIFIER`;
 * so a record of a user other than root is turned away, if it names its user,
 * unless systemd itself says that it comes from the unit of the service that
 * it speaks for: databases and mail servers have users of their own.
 *
 * @module
 */
import { journalFields } from "./journal_fields.ts";
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
  const fields = journalFields(line);
  if (fields === undefined) return undefined;
  const program = fields.text("SYSLOG_IDENTIFIER", "_COMM");
  if (program === undefined) return undefined;
  const user = fields.text("_UID");
  const isKernel = fields.text("_TRANSPORT") === "kernel";
  if (
    user !== undefined && user !== "0" &&
    !isOwnUnit(program, fields.text("_SYSTEMD_UNIT"))
  ) return "untrusted";
  if (program === "kernel" && user !== undefined && !isKernel) {
    return "untrusted";
  }
  const pid = fields.text("_PID", "SYSLOG_PID") ?? "";
  return {
    atMs: fields.atMs,
    host: fields.text("_HOSTNAME") ?? "",
    program: program.slice(program.lastIndexOf("/") + 1),
    tag: "",
    pid: /^\d{1,9}$/.test(pid) ? Number(pid) : -1,
    message: fields.message,
  };
}

/** What packages add to a service's name: `postgresql-16`, `named-chroot`. */
const kind = /-(?:\d{1,3}(?:\.\d{1,3})?|chroot|pkcs11|server|ad-dc)$/;

/** `mysql.service` may speak as `mysqld`, and as nobody else. */
function isOwnUnit(program: string, unit: string | undefined): boolean {
  const name = /^([a-z0-9.-]{1,64})(?:@[^/]*)?\.service$/.exec(unit ?? "")?.[1]
    ?.replace(kind, "");
  const service = serviceOf(program.slice(program.lastIndexOf("/") + 1));
  return name !== undefined && service !== undefined &&
    serviceOf(name) === service;
}
