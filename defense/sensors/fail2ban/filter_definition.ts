/**
 * A filter as its files define it, with everything replaced that can be: what
 * `fail2ban-client -d` would send to its server (fail2ban, jail.conf(5)).
 * It is plain data, so main can read the files and post it to the isolate
 * that sees the logs; `line_filter.ts` runs it.
 *
 * @module
 */
import { type FilterName, serviceOf } from "./filter_name.ts";
import { FilterError, FilterOptions, type ReadFile } from "./filter_options.ts";
import { substituteTags } from "./filter_tags.ts";
import { withoutMarks } from "./origin_marks.ts";

/** One regular expression of a filter, in Python's dialect, with fail2ban's tags. */
export interface FilterExpression {
  /** Not yet with what fail2ban's tags stand for. */
  readonly text: string;
  /** `/etc/fail2ban/filter.d/sshd.conf:46`: where it was written. */
  readonly origin: string;
}

/** What a filter's files say. */
export interface FilterDefinition {
  /** Its name without directory and options. */
  readonly service: string;
  /** Only lines that match are looked at; its content is what `fail` sees. */
  readonly before?: FilterExpression;
  /** The first that matches says that a line is a failure, and whose. */
  readonly fail: readonly FilterExpression[];
  /** Unless one of these matches. */
  readonly ignore: readonly FilterExpression[];
  /** Patterns of time stamps; fail2ban's own if absent. */
  readonly stamps?: readonly FilterExpression[];
  /** Lines that one expression may look at, at least 1. */
  readonly lines: number;
  /** Arguments for `journalctl`; empty if the filter names none. */
  readonly journal: readonly string[];
  /** Whether `<HOST>` takes host names. */
  readonly hostNames: boolean;
}

/** Where filters are, unless someone says otherwise. */
export const filterDirectory = "/etc/fail2ban/filter.d";

/** Expressions of one kind that are read; our choice, Debian's most is 46. */
const expressionsMax = 1_000;
/** Lines that one expression may look at; our choice. */
const linesMax = 100;
const settings = [
  "usedns",
  "prefregex",
  "ignoreregex",
  "failregex",
  "maxlines",
  "datepattern",
  "journalmatch",
] as const;

/**
 * Reads the definition of a filter.
 *
 * @param readFile Asked for the filter's file and those it includes.
 * @throws {FilterError} If there is no such filter, or if its files cannot be
 *   read; the message names file and line, or the option.
 */
export function readFilterDefinition(
  wanted: FilterName,
  directory: string,
  readFile: ReadFile,
): FilterDefinition {
  const path = pathOf(wanted.name, directory);
  const files = new FilterOptions(path, readFile);
  const given = new Map(wanted.options);
  if (!given.has("logtype") && !files.has("Definition", "logtype")) {
    given.set("logtype", "file");
  }
  const options = new Map<string, string>();
  for (const name of settings) {
    if (given.has(name)) continue;
    const value = files.get("Definition", name, given);
    if (value !== undefined) options.set(name, value);
  }
  const overrides = new Map(given);
  for (const name of files.namesIn("Init")) {
    const value = files.get("Init", name) ?? "";
    given.set(`known/${name}`, value);
    if (!given.has(name)) given.set(name, value);
  }
  for (const [name, value] of given) options.set(name, value);
  const values = substituteTags(
    options,
    (name) => files.find("Definition", name, overrides),
  );
  const expressions = (name: string): FilterExpression[] => {
    const lines = (values.get(name) ?? "").split("\n")
      .filter((line) => withoutMarks(line).trim() !== "");
    if (lines.length > expressionsMax) {
      throw new FilterError(`${name} has more than ${expressionsMax} lines`);
    }
    return lines.map((line) => {
      const origin = files.marks.originOf(line);
      return {
        text: withoutMarks(line),
        origin: origin === undefined ? path : `${origin.path}:${origin.line}`,
      };
    });
  };
  const plain = (name: string): string =>
    withoutMarks(values.get(name) ?? "").trim();
  const [before] = expressions("prefregex");
  const stamps = expressions("datepattern");
  const lines = Number(plain("maxlines") || "1");
  return {
    service: serviceOf(wanted),
    ...(before && { before }),
    fail: expressions("failregex"),
    ignore: expressions("ignoreregex"),
    ...(stamps.length > 0 && { stamps }),
    lines: Number.isInteger(lines) && lines > 0 ? Math.min(lines, linesMax) : 1,
    journal: journalMatches(plain("journalmatch")),
    hostNames: plain("usedns").toLowerCase() !== "no",
  };
}

/** `sshd` is a file of the directory; `/…` and `./…` are paths themselves. */
export function pathOf(name: string, directory: string): string {
  if (/^\.?\//.test(name)) {
    return /\.\w+$/.test(name) ? name : `${name}.conf`;
  }
  return `${directory.replace(/\/$/, "")}/${name.replace(/\.conf$/, "")}.conf`;
}

/** Lines of `journalmatch` are alternatives, as `+` is within a line. */
function journalMatches(text: string): string[] {
  const lines = text.split("\n").map((line) =>
    [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
      word.replace(/["']/g, "")
    ).filter((word) => word === "+" || /^[A-Z_][A-Z0-9_]*=/.test(word))
  ).filter((words) => words.length > 0);
  return lines.flatMap((words, index) => index === 0 ? words : ["+", ...words]);
}
