/**
 * Makes lines that a filter's expressions match, or nearly match: walks the
 * tree of an expression and writes a random text for each part, then spoils
 * some. No line of anybody's log is needed, and every branch of every filter
 * gets its turn.
 *
 * @module
 */
import type { FilterDefinition } from "../../../../defense/sensors/fail2ban/filter_definition.ts";
import { expandHostTags } from "../../../../defense/sensors/fail2ban/host_tags.ts";
import { parsePattern } from "../../../../defense/sensors/fail2ban/pattern_syntax.ts";
import type {
  ParsedPattern,
  PatternNode,
} from "../../../../defense/sensors/fail2ban/pattern_tree.ts";

/** A number from 0 to below 1. */
export type Chance = () => number;

/** The same chances for the same seed (Vigna's splitmix, cut to 32 bits). */
export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

const words = [
  "root",
  "admin",
  "ada",
  "x from 192.0.2.99 port 22",
  "[preauth]",
  "a b",
  "",
  "mail.example.com",
  "Ü",
  "11",
  "-",
  "user=<ada>",
];
/** By the group that takes them; 3fff::/20 is for examples (RFC 9637). */
const hosts: Readonly<Record<string, readonly string[]>> = {
  ip4: ["192.0.2.7", "203.0.113.200", "198.51.100.1"],
  ip6: ["3fff:db8::7", "3fff::1", "3fff:1:2:3:4:5:6:7"],
  dns: ["host.example.com", "localhost"],
};

/** Writes a text for a pattern; `inner` is written where its group is. */
export function textFor(
  pattern: ParsedPattern,
  chance: Chance,
  inner: ReadonlyMap<string, string> = new Map(),
): string {
  const names = new Map([...pattern.names].map(([name, at]) => [at, name]));
  const groups = new Map<number, string>();
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(chance() * items.length)]!;
  const letterOf = (set: { readonly table: Uint8Array }): string => {
    const usual: number[] = [];
    for (let code = 32; code < 127; code++) {
      if (set.table[code] === 1) usual.push(code);
    }
    if (usual.length === 0) return set.table[10] === 1 ? "\n" : "";
    // Sets of many take letters, so that lines look like lines.
    const letters = usual.filter((code) => code > 96 && code < 123);
    return String.fromCharCode(
      pick(letters.length > 0 && chance() < 0.8 ? letters : usual),
    );
  };
  const write = (node: PatternNode): string => {
    switch (node.type) {
      case "literal":
        return String.fromCharCode(node.code);
      case "set":
        return letterOf(node.set);
      case "sequence":
        return node.parts.map(write).join("");
      case "choice":
        return write(pick(node.options));
      case "group": {
        const name = names.get(node.index) ?? "";
        const known = hosts[name];
        const host = known && pick(known);
        const text = inner.get(name) ?? host ?? write(node.body);
        groups.set(node.index, text);
        return text;
      }
      case "repeat": {
        const { min, max, body } = node;
        const isAnything = body.type === "set" && body.set.table[97] === 1 &&
          body.set.table[32] === 1;
        if (isAnything && max === Infinity) {
          const text = pick(words);
          return text.length < min ? "x".repeat(min) : text;
        }
        const most = Math.min(max, min + 3);
        const count = min + Math.floor(chance() * (most - min + 1));
        return Array.from({ length: count }, () => write(body)).join("");
      }
      case "atomic":
        return write(node.body);
      case "back":
        return groups.get(node.index) ?? "";
      case "condition":
        return write(groups.has(node.index) ? node.yes : node.no);
      case "look":
      case "assert":
        return "";
    }
  };
  return write(pattern.root);
}

/** Takes a letter away, doubles one, or puts another in its place. */
export function spoilt(text: string, chance: Chance): string {
  const at = Math.floor(chance() * text.length);
  const rest = text.slice(at + 1);
  switch (Math.floor(chance() * 4)) {
    case 0:
      return text.slice(0, at) + rest;
    case 1:
      return text.slice(0, at + 1) + text.slice(at);
    case 2:
      return `${text.slice(0, at)}~${rest}`;
    default:
      return text.slice(0, at);
  }
}

/** Lines for a filter, each with a stamp of its own. */
export function linesFor(
  filter: FilterDefinition,
  count: number,
  chance: Chance,
): string[] {
  const parsed = (text: string) => {
    try {
      return [parsePattern(expandHostTags(text, filter.hostNames))];
    } catch {
      return [];
    }
  };
  const before = filter.before && parsed(filter.before.text)[0];
  const fail = filter.fail.flatMap(({ text }) => parsed(text));
  const ignore = filter.ignore.flatMap(({ text }) => parsed(text));
  const stamps = filter.stamps?.map(({ text }) => text.trim()) ?? ["{DEFAULT}"];
  const lines: string[] = [];
  while (lines.length < count && fail.length > 0) {
    const second = lines.length;
    const ignored = ignore.length > 0 && chance() < 0.1;
    const pattern = ignored
      ? ignore[Math.floor(chance() * ignore.length)]!
      : fail[lines.length % fail.length]!;
    let text = textFor(pattern, chance);
    if (before) text = textFor(before, chance, new Map([["content", text]]));
    if (chance() < 0.25) text = spoilt(text, chance);
    const stamp = stamps[Math.floor(chance() * stamps.length)]!;
    const line = withStamp(text, stamp, second, chance);
    lines.push(...line.split("\n").filter((each) => each.trim() !== ""));
  }
  return lines;
}

/** A stamp of 3 March 2026 and so many seconds, in a form the filter finds. */
function withStamp(
  text: string,
  pattern: string,
  second: number,
  chance: Chance,
): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${two(4 + Math.floor(second / 3_600))}:${
    two(Math.floor(second / 60) % 60)
  }:${two(second % 60)}`;
  const seconds = 1_772_510_400 + second;
  const forms = [
    `Mar  3 ${clock}`,
    `2026-03-03 ${clock}`,
    `2026-03-03T${clock}.123+00:00`,
    `2026/03/03 ${clock}`,
    `Tue Mar 03 ${clock}.123456 2026`,
    `[03/Mar/2026:${clock} +0000]`,
    `03-Mar-2026 ${clock}.252`,
    String(seconds),
  ];
  const form = forms[Math.floor(chance() * forms.length)]!;
  if (/^\{\^LN-BEG\}$|^\{DEFAULT\}$|TAI64N/i.test(pattern)) {
    // Apache's stamp stands in brackets, which are left when it is cut out.
    if (text.startsWith("[]")) return `[${form}]${text.slice(2)}`;
    return form + (chance() < 0.5 ? " " : "") + text;
  }
  if (/EPOCH/i.test(pattern)) return `${seconds} ${text}`;
  const fields: Readonly<Record<string, string>> = {
    Y: "2026",
    y: "26",
    m: "03",
    d: "03",
    b: "Mar",
    H: clock.slice(0, 2),
    k: clock.slice(0, 2),
    I: clock.slice(0, 2),
    M: clock.slice(3, 5),
    S: clock.slice(6),
    p: "AM",
    f: "5",
    z: "+0000",
  };
  const filled = pattern.replace(/\{\^LN-BEG\}|\*\*/g, "")
    .replace(/\{DATE\}/gi, () => "@@")
    .replace(/%(?:Ex)?([A-Za-z])/g, (_, name) => fields[name] ?? "");
  let stamp = "";
  try {
    stamp = textFor(parsePattern(filled), chance).replace("@@", form);
  } catch {
    stamp = form;
  }
  return stamp + (chance() < 0.5 ? " " : "") + text;
}
