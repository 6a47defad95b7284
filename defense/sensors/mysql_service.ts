/**
 * What MySQL and MariaDB say, each version with a stamp of its own:
 *
 *     261123  3:26:55 [Warning] Access denied for user 'ada'@'192.0.2.1' (using password: YES)
 *     2026-11-23T03:26:55.123456Z 113 [Note] [MY-010926] [Server] Access denied …
 *
 * The account's name is the client's text and may hold `'@'`; behind the
 * address the server says whether there was a password, and that decides.
 * Where a database is named there instead, its name is the client's as well,
 * and a line with two places that look alike names nobody.
 *
 * @module
 */
import type { LogClock } from "./log_clock.ts";
import { serviceFormat } from "./service_format.ts";
import {
  ambiguousReading,
  otherReading,
  type Service,
  type ServiceReading,
} from "./service_reading.ts";
import type { TextFormat } from "./text_format.ts";

/** The server's stamp inside syslog's, its thread, level, code and part. */
const heading =
  /^(?:[\d:.TZ+/ -]{10,40} )?(?:\d{1,20} )?\[(?:Note|Warning|ERROR|System|Entry)\](?: \[MY-\d{6}\] \[[A-Za-z]{2,32}\])? /;
const denied =
  /^Access denied for user '(.*)'@'([^']{1,255})'((?: to database '[^']*')?(?: \(using password: (?:YES|NO)\))?)\s*$/s;

/** Reads a message of the server. */
function readMysql(message: string): ServiceReading | undefined {
  const head = heading.exec(message);
  const text = head ? message.slice(head[0].length) : message;
  if (!text.startsWith("Access denied for user ")) {
    return head ? otherReading : undefined;
  }
  const match = denied.exec(text);
  if (!match) return undefined;
  const [, user = "", host = "", behind = ""] = match;
  const sure = behind.startsWith(" (using password: ") &&
    !user.includes("' to database '");
  if (user.includes("'@'") && !sure) return ambiguousReading;
  return { what: "refused", form: "login", host, user };
}

/** MySQL and MariaDB. */
export const mysql: Service = {
  name: "mysql",
  family: "mysql",
  read: readMysql,
};

/** The server's own error log. */
export const mysqlFormat: TextFormat = serviceFormat(
  mysql,
  (line: string, clock: LogClock) => {
    const stamp = clock.twoDigitYear(line, 0) ?? clock.numeric(line, 0);
    return stamp && line.charCodeAt(stamp.end) === 32 &&
        heading.test(line.slice(stamp.end + 1, stamp.end + 120))
      ? { atMs: stamp.atMs, message: line.slice(stamp.end + 1) }
      : undefined;
  },
);
