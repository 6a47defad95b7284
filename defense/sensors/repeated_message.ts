/**
 * Messages that a syslog writes once for several:
 *
 * | record | who writes it |
 * | --- | --- |
 * | `sshd[7]: message repeated 3 times: [ … ]` | rsyslog |
 * | `last message repeated 3 times` | the BSDs' syslogd, sysklogd, old rsyslog |
 * | `--- last message repeated 3 times ---` | macOS |
 * | `syslog-ng[1]: Last message 'Fail…' repeated 3 times, …` | syslog-ng |
 *
 * All but the first speak of the record before, which they do not name.
 *
 * @module
 */
import { summedAttemptsMax } from "./pam_log.ts";
import type { LogRecord } from "./syslog_line.ts";

const repeated = /^message repeated (\d{1,6}) times: \[ ?(.*?)\]?$/s;

/** The message itself, and how often it counts: at most `summedAttemptsMax`. */
export function unrepeat(
  message: string,
): { readonly message: string; readonly times: number } {
  if (!message.startsWith("message repeated ")) return { message, times: 1 };
  const match = repeated.exec(message);
  return match
    ? {
      message: match[2] ?? "",
      times: Math.min(Number(match[1]), summedAttemptsMax),
    }
    : { message, times: 1 };
}

const writers = /^(?:last|---|syslogd|rsyslogd|syslog-ng)$/;
const lastRepeated =
  /^(?:(?:last )?message repeated (\d{1,6}) times?(?: ---)?|Last message '.{0,64}' repeated (\d{1,6}) times, suppressed by .*)$/s;

/** The record that `record` stands for, if it repeats the one before. */
export function repeatOf(
  record: LogRecord,
  before: LogRecord | undefined,
): LogRecord | undefined {
  if (before === undefined || !writers.test(record.program)) return undefined;
  const match = lastRepeated.exec(record.message);
  if (!match) return undefined;
  const { atMs, host } = record;
  const isSameHost = host === before.host || host === "---";
  if (!isSameHost || before.message.startsWith("message repeated ")) {
    return undefined;
  }
  const message = `message repeated ${
    match[1] ?? match[2]
  } times: [ ${before.message}]`;
  return { ...before, atMs, message };
}
