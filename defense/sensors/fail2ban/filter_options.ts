/**
 * The options of a filter, as fail2ban looks them up: the filter's file with
 * what it includes (`[INCLUDES] before`, `after`) and each file's `.local`
 * beside it, one over the other, and `%(name)s` in values replaced (Python
 * library reference, `configparser.BasicInterpolation`), also as
 * `%(section/name)s` and `%(known/name)s`, the value before it was replaced
 * by a later file.
 *
 * Bounds: `filesMax` files, `depthMax` references in references,
 * `valueLengthMax` characters, `replacementsMax` replacements in all; a filter
 * that needs more is refused.
 *
 * @module
 */
import {
  defaultSection,
  IniError,
  type IniSection,
  readIniFile,
} from "./ini_file.ts";
import { OriginMarks, withoutMarks } from "./origin_marks.ts";

/** A filter that cannot be used at all. */
export class FilterError extends Error {
  /** Tells errors apart. */
  override readonly name = "FilterError";
}

/** Text of a file; `undefined` if there is none. */
export type ReadFile = (path: string) => string | undefined;

const filesMax = 64;
/** Python's MAX_INTERPOLATION_DEPTH. */
const depthMax = 10;
/** Longest value once everything in it is replaced; our choice. */
export const valueLengthMax = 262_144;
/** Our choice; the filter with most, sshd, takes some hundreds. */
const replacementsMax = 20_000;
/** Before the name of a section: what it held before a later file. */
const knownPrefix = "KNOWN/";

/** Options of one filter. */
export class FilterOptions {
  readonly marks = new OriginMarks();
  readonly #sections = new Map<string, IniSection>();
  readonly #defaults: IniSection = new Map();
  #replacements = 0;

  /**
   * Reads a filter.
   *
   * @param path Of its file; those it includes are looked for beside it.
   * @throws {FilterError} If there is no such file, or one cannot be read.
   */
  constructor(path: string, readFile: ReadFile) {
    const files: string[] = [];
    const read = new Map<string, Map<string, IniSection>>();
    const include = (file: string, seen: readonly string[]): void => {
      if (seen.includes(file)) return;
      if (files.length >= filesMax) {
        throw new FilterError(`includes more than ${filesMax} files`);
      }
      const known = read.get(file);
      const text = known ? "" : readFile(file);
      if (text === undefined) return;
      const sections = known ?? this.#readIni(text, file);
      read.set(file, sections);
      const inside = [...seen, file];
      for (const each of includesOf(sections, "before", file)) {
        withLocal(each).forEach((one) => include(one, inside));
      }
      files.push(file);
      for (const each of includesOf(sections, "after", file)) {
        withLocal(each).forEach((one) => include(one, inside));
      }
    };
    for (const file of withLocal(path)) include(file, []);
    if (files.length === 0) throw new FilterError(`there is no file ${path}`);
    for (const file of files) this.#merge(read.get(file)!);
  }

  #readIni(text: string, path: string): Map<string, IniSection> {
    try {
      return readIniFile(text, path, this.marks);
    } catch (error) {
      if (!(error instanceof IniError)) throw error;
      throw new FilterError(`${path}:${error.line}: ${error.message}`);
    }
  }

  #merge(file: ReadonlyMap<string, IniSection>): void {
    for (const [name, options] of file) {
      if (name === defaultSection) {
        for (const [option, value] of options) {
          this.#defaults.set(option, value);
        }
        continue;
      }
      const held = this.#sections.get(name);
      if (held === undefined) {
        this.#sections.set(name, new Map(options));
        continue;
      }
      const known = this.#sections.get(knownPrefix + name) ?? new Map();
      for (const [option, value] of options) {
        const before = held.get(option);
        if (before !== undefined) known.set(option, before);
        held.set(option, value);
      }
      this.#sections.set(knownPrefix + name, known);
    }
  }

  /** Names of a section's own options. */
  namesIn(section: string): readonly string[] {
    return [...this.#sections.get(section)?.keys() ?? []];
  }

  /** Whether the section itself has the option. */
  has(section: string, option: string): boolean {
    return this.#sections.get(section)?.has(option) ?? false;
  }

  /**
   * Looks an option up, in `overrides`, the section, and `[DEFAULT]`.
   *
   * @returns With marks; `undefined` if there is none.
   * @throws {FilterError} If what its value refers to does not exist, or if
   *   references never end.
   */
  get(
    section: string,
    option: string,
    overrides: ReadonlyMap<string, string> = new Map(),
  ): string | undefined {
    const name = withoutMarks(option).toLowerCase();
    const value = this.#raw(section, name, overrides);
    if (value === undefined) return undefined;
    return this.#interpolate(value, section, name, overrides, 1);
  }

  /** As `get`, where the name may be `section/name` or `known/name`. */
  find(
    section: string,
    option: string,
    overrides: ReadonlyMap<string, string>,
  ): string | undefined {
    const parts = /^([\w-]+)\/([^\s>]+)$/.exec(withoutMarks(option));
    if (parts) {
      const [, where = "", name = ""] = parts;
      const lower = where.toLowerCase();
      const places = lower === "known"
        ? [knownPrefix + section, section]
        : [lower === "default" ? defaultSection : where];
      for (const place of places) {
        if (place !== defaultSection && !this.#sections.has(place)) continue;
        const value = this.get(place, name);
        if (value !== undefined) return value;
      }
    }
    return this.get(section, option, overrides);
  }

  #raw(
    section: string,
    name: string,
    overrides: ReadonlyMap<string, string>,
  ): string | undefined {
    return overrides.get(name) ?? this.#sections.get(section)?.get(name) ??
      this.#defaults.get(name);
  }

  #interpolate(
    value: string,
    section: string,
    option: string,
    overrides: ReadonlyMap<string, string>,
    depth: number,
  ): string {
    if (!value.includes("%")) return value;
    if (depth > depthMax) {
      throw new FilterError(`references in ${option} never end`);
    }
    let out = "";
    let at = 0;
    for (;;) {
      const percent = value.indexOf("%", at);
      if (percent < 0) break;
      out += value.slice(at, percent);
      if (value[percent + 1] === "%") {
        out += "%";
        at = percent + 2;
        continue;
      }
      const reference = /%\(([^)]+)\)s/y;
      reference.lastIndex = percent;
      const match = reference.exec(value);
      if (!match) {
        throw new FilterError(
          `${option}: % must be followed by % or (name)s, found ${
            withoutMarks(value.slice(percent, percent + 20))
          }`,
        );
      }
      at = reference.lastIndex;
      const name = withoutMarks(match[1]!).toLowerCase();
      const found = this.#raw(section, name, overrides) ??
        this.#elsewhere(section, withoutMarks(match[1]!));
      if (found === undefined) {
        throw new FilterError(`${option} refers to ${name}, which is not set`);
      }
      if (++this.#replacements > replacementsMax) {
        throw new FilterError(`more than ${replacementsMax} references`);
      }
      out += this.#interpolate(found, section, option, overrides, depth + 1);
      if (out.length > valueLengthMax) {
        throw new FilterError(
          `${option} grows longer than ${valueLengthMax} characters`,
        );
      }
    }
    return out + value.slice(at);
  }

  /** `%(section/name)s`: looked up there, replaced here. */
  #elsewhere(section: string, reference: string): string | undefined {
    if (reference === "__name__") return section;
    const parts = /^([\w-]+)\/([^)]+)$/.exec(reference);
    if (!parts) return undefined;
    const [, where = "", option = ""] = parts;
    const name = option.toLowerCase();
    const lower = where.toLowerCase();
    const place = lower === "known"
      ? this.#sections.get(knownPrefix + section)
      : lower === "default"
      ? undefined
      : this.#sections.get(where);
    return place?.get(name) ?? this.#defaults.get(name);
  }
}

function includesOf(
  sections: ReadonlyMap<string, IniSection>,
  option: "before" | "after",
  path: string,
): string[] {
  const value = sections.get("INCLUDES")?.get(option) ??
    (sections.has("INCLUDES")
      ? sections.get(defaultSection)?.get(option)
      : undefined) ??
    "";
  const directory = path.slice(0, path.lastIndexOf("/") + 1);
  return withoutMarks(value).split("\n").filter((name) => name !== "").map(
    (name) => name.startsWith("/") ? name : directory + name,
  );
}

/** A file, and the one with the operator's own changes beside it. */
function withLocal(path: string): string[] {
  const local = path.replace(/\.[^./]*$/, "") + ".local";
  return local === path ? [path] : [path, local];
}
