/**
 * The fields that a time stamp's pattern is made of (`%Y`, `%b`, … as in
 * strptime(3), with fail2ban's `%k`, `%l` and the stricter `%ExY`, `%Exm`, …),
 * and the stamps that fail2ban knows without being told (jail.conf(5),
 * "datepattern"), in its order: where several fit a line, the order decides
 * what is cut out of it.
 *
 * @module
 */
import { PatternError } from "./pattern_error.ts";

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const longMonths =
  "January February March April May June July August September October November December"
    .split(" ");
const days = "Mon Tue Wed Thu Fri Sat Sun".split(" ");
const longDays = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
  .split(" ");

function names(list: readonly string[]): string {
  // The longest first, so that no name hides behind its beginning.
  return [...list].sort((one, other) => other.length - one.length).join("|");
}

const offset = "[+-][01]\\d(?::?\\d{2})?";
const zoneName = "[A-Z](?:[A-Z]{2,4})?";

/** Group and pattern of each field. */
const fields: Readonly<Record<string, readonly [string, string]>> = {
  a: ["a", names(days)],
  A: ["A", names(longDays)],
  b: ["b", names(months)],
  B: ["B", names(longMonths)],
  d: ["d", "[12]\\d|[0 ]?[1-9]|3[01]"],
  Exd: ["d", "[12]\\d|0[1-9]|3[01]"],
  f: ["f", "[0-9]{1,6}"],
  H: ["H", "[01]?\\d|2[0-3]"],
  ExH: ["H", "[01]\\d|2[0-3]"],
  k: ["H", "[0-2]?\\d"],
  Exk: ["H", "[01]?\\d|2[0-3]"],
  I: ["I", "1[0-2]|0[1-9]|[1-9]"],
  l: ["I", "1?\\d"],
  Exl: ["I", "1[0-2]|\\d"],
  j: [
    "j",
    "36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]",
  ],
  m: ["m", "0?[1-9]|1[0-2]"],
  Exm: ["m", "0[1-9]|1[0-2]"],
  M: ["M", "[0-5]?\\d"],
  ExM: ["M", "[0-5]\\d"],
  p: ["p", "am|pm"],
  S: ["S", "[0-5]?\\d|6[01]"],
  ExS: ["S", "[0-5]\\d|6[01]"],
  U: ["U", "5[0-3]|[0-4]\\d|\\d"],
  W: ["W", "5[0-3]|[0-4]\\d|\\d"],
  w: ["w", "[0-6]"],
  y: ["y", "\\d\\d"],
  Exy: ["y", "\\d{2}"],
  Y: ["Y", "\\d{4}"],
  ExY: ["Y", "20\\d\\d"],
  z: ["z", `Z|UTC|GMT|${offset}`],
  Exz: ["z", `(?:${zoneName})?${offset}|${zoneName}`],
  Z: ["Z", "Z|[A-Z]{3,5}"],
  ExZ: ["Z", zoneName],
};
/** Fields that may stand behind one space more. */
const spaced = new Set(["k", "l", "Exk", "Exl"]);

/**
 * Replaces the fields in a stamp's pattern by groups.
 *
 * @throws {PatternError} For a `%` before anything else.
 */
export function expandFields(pattern: string): string {
  return pattern.replace(/%(%|Ex[A-Za-z]|[A-Za-z]|)/g, (whole, name) => {
    if (name === "%") return "%";
    const field = fields[name];
    if (field === undefined) {
      throw new PatternError(
        `unknown field ${whole} in a time stamp's pattern`,
      );
    }
    const [group, text] = field;
    return `${spaced.has(name) ? " ?" : ""}(?P<${group}>${text})`;
  });
}

/** Month's number from 1, as the field says; `undefined` if it says none. */
export function monthNumber(
  group: (name: string) => string | undefined,
): number | undefined {
  const number = group("m");
  if (number !== undefined) return Number(number);
  const name = (group("b") ?? group("B"))?.slice(0, 3).toLowerCase();
  if (name === undefined) return undefined;
  return months.findIndex((each) => each.toLowerCase() === name) + 1;
}

/** Weekday's number, Monday is 0; `undefined` if it says none. */
export function weekdayNumber(
  group: (name: string) => string | undefined,
): number | undefined {
  const number = group("w");
  if (number !== undefined) return (Number(number) + 6) % 7;
  const name = (group("a") ?? group("A"))?.slice(0, 3).toLowerCase();
  if (name === undefined) return undefined;
  return days.findIndex((each) => each.toLowerCase() === name);
}

/** Three parts with the same separator between them, one of `separators`. */
function separated(separators: string, ...parts: readonly string[]): string {
  const [first, second, third] = parts;
  return `${first}(?P<_sep>[${separators}])${second}(?P=_sep)${third}`;
}

const maybe = (part: string) => `(?:${part})?`;
const clock = "%H:%M:%S";
const spacedClock = "%k:%M:%S";
const fraction = maybe("\\.%f");
const anyFraction = maybe("[.,]%f");
const trailingZone = maybe("\\s*%z");
const between = "(?:T|  ?)";
const weekday = maybe("%a ");
const monthDay = "%b %d ";
const trailingYear = maybe(" %ExY");
const classic = `${weekday}${monthDay}${spacedClock}${fraction}${trailingYear}`;

/** Pattern of each stamp that is known, or the name of one without fields. */
export const knownStamps: readonly string[] = [
  // RFC 3339, ISO 8601, also 2005/01/23 and 2005.01.23.
  separated("-/.", "%ExY", "%m", "%d") + between + clock + anyFraction +
  trailingZone,
  // RFC 3164, asctime(3).
  classic,
  // The same with the year behind the day.
  `${weekday}${monthDay}%ExY ${spacedClock}${fraction}`,
  // 23/01/2005 21:59:59, 17-07-08 17:23:25.
  `${separated("-/", "%d", "%m", "(?:%ExY|%Exy)")} ${spacedClock}`,
  // Apache 31/Oct/2006:09:22:55 -0000, BIND 26-Jul-2007 15:20:52.252.
  `${separated("-/", "%d", "%b", "%ExY")}[ :]?${clock}${fraction}${
    maybe(" %z")
  }`,
  // cPanel 05/20/2008:01:57:39.
  `%m/%d/%ExY:${clock}`,
  // 01-27-2012 16:22:44.252.
  `%m-%d-%ExY ${spacedClock}${fraction}`,
  "EPOCH",
  // The time alone.
  `{^LN-BEG}${clock}`,
  // <09/16/08@05:03:30>.
  `^<%m/%d/%Exy@${clock}>`,
  // MySQL 130322 11:46:11.
  `%Exy%Exm%Exd  ?${clock}`,
  // Tomcat.
  "%b %d, %ExY %I:%M:%S %p",
  // ASSP Apr-27-13 02:33:06.
  `^%b-%d-%Exy ${spacedClock}`,
  // 20050123T215959, 20050123-21:59:59.
  `%ExY%Exm%Exd(?:-|T|  ?)%ExH:?%ExM:?%ExS${anyFraction}${trailingZone}`,
  // PDT Apr 16 21:05:29, +00:00 Jan 23 21:59:59.
  maybe("%Z ") + classic,
  maybe("%z ") + classic,
  "TAI64N",
];
