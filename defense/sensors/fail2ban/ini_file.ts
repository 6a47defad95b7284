/**
 * Reads a filter file as Python's `configparser` does with fail2ban's
 * settings (Python 3.11 library reference, "Supported INI File Structure"):
 * `[section]`, `name = value` or `name: value`, names without regard to case,
 * deeper indented lines continue a value, `#` and `;` begin a comment line and
 * ` ;` a comment in a line.
 *
 * Values keep a mark at the beginning of each of their lines, from which
 * `origin_marks.ts` tells later where a regular expression was written,
 * however it was put together. Interpolation is left to `filter_options.ts`.
 *
 * @module
 */
import type { OriginMarks } from "./origin_marks.ts";

/** A file that cannot be read as INI. */
export class IniError extends Error {
  override readonly name = "IniError";
  /** 1-based; 0 if it is about the whole file. */
  readonly line: number;

  constructor(reason: string, line: number) {
    super(reason);
    this.line = line;
  }
}

/** Options of a section by name in lower case. */
export type IniSection = Map<string, string>;

/** Name of the section whose options all others fall back on. */
export const defaultSection = "DEFAULT";

/** Longest file that is read, in characters; our choice, Debian's longest has 10 kB. */
export const iniLengthMax = 1_048_576;

/**
 * Reads one file.
 *
 * @param path Only for the marks.
 * @returns Sections by name in their order.
 * @throws {IniError} Where Python would refuse the file.
 */
export function readIniFile(
  text: string,
  path: string,
  marks: OriginMarks,
): Map<string, IniSection> {
  if (text.length > iniLengthMax) {
    throw new IniError(`longer than ${iniLengthMax} characters`, 0);
  }
  const sections = new Map<string, Map<string, string[]>>();
  let section: Map<string, string[]> | undefined;
  let value: string[] | undefined;
  let indent = 0;
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const number = index + 1;
    const comment = commentStart(line);
    const bare = line.slice(0, comment).trim();
    if (bare === "") {
      if (comment === undefined) value?.push("");
      continue;
    }
    const depth = line.search(/\S/);
    if (value !== undefined && depth > indent) {
      value.push(marks.mark(path, number) + bare);
      continue;
    }
    indent = depth;
    const header = /^\[(.+)\]/.exec(bare);
    if (header) {
      const name = header[1]!;
      if (sections.has(name) && name !== defaultSection) {
        throw new IniError(`section [${name}] stands there twice`, number);
      }
      section = sections.get(name) ?? new Map();
      sections.set(name, section);
      value = undefined;
      continue;
    }
    if (section === undefined) {
      throw new IniError("expected a [section] first", number);
    }
    const option = /^(.*?)\s*[=:]\s*(.*)$/s.exec(bare);
    const name = option?.[1]?.toLowerCase() ?? "";
    if (name === "") throw new IniError("expected name = value", number);
    if (section.has(name)) {
      throw new IniError(`option ${name} stands there twice`, number);
    }
    value = [marks.mark(path, number) + option![2]!.trim()];
    section.set(name, value);
  }
  return new Map(
    [...sections].map(([name, options]) => [
      name,
      new Map([...options].map(([option, lines]) => [option, joined(lines)])),
    ]),
  );
}

/** Where a comment begins; `undefined` if there is none. */
function commentStart(line: string): number | undefined {
  if (/^\s*[#;]/.test(line)) return 0;
  const inline = /(?:^|\s);/.exec(line);
  return inline ? inline.index + inline[0].length - 1 : undefined;
}

function joined(lines: readonly string[]): string {
  return lines.join("\n").replace(/\s+$/, "");
}
