/**
 * Reads lines of sshd and PAM, for tests.
 *
 * @module
 */
import { LogReader } from "../../../defense/sensors/log_format.ts";

/** What a log of bodies behind "sshd[100]: " or full lines leads to. */
export function read(lines: readonly string[]): string[] {
  const reader = new LogReader("syslog", { referenceYear: 2026 });
  return lines.flatMap((line, index) =>
    reader.read(complete(line), index + 1).map((seen) => {
      if (seen.kind !== "auth_failure" && seen.kind !== "auth_success") {
        return `${seen.kind} ${seen.source}`;
      }
      const mark = seen.kind === "auth_success"
        ? "+"
        : seen.unknownUser
        ? "?"
        : "-";
      return `${seen.line}${mark}${seen.source} ${seen.user ?? ""}`.trimEnd();
    })
  );
}

/** A body as a whole line. */
export function complete(line: string): string {
  return /^[A-Z][a-z]{2} {1,2}\d/.test(line)
    ? line
    : `Nov 23 03:26:55 web sshd[100]: ${line}`;
}
