/**
 * A filter as an operator names it: `sshd`, `sshd[mode=aggressive]`, or with
 * several options, `sshd[mode=extra, logtype=journal]`, or a path
 * `/srv/filters/x.conf[…]` (fail2ban, jail.conf(5), "filter").
 *
 * @module
 */

/** What was named. */
export interface FilterName {
  /** Name in the directory of filters, or an absolute path. */
  readonly name: string;
  /** What to set, by name in lower case. */
  readonly options: ReadonlyMap<string, string>;
}

const form = /^([^[\]]+?)(?:\[(.*)\])?\s*$/s;
const option =
  /\s*([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,\]]*))\s*(?:,|\]\s*\[|$)/y;

/**
 * Reads the name of a filter.
 *
 * @throws {SyntaxError} If it has another form.
 */
export function parseFilterName(text: string): FilterName {
  const match = form.exec(text);
  const name = match?.[1] ?? "";
  if (!/^(?:\/|\.{0,2}\/)?[\w./@+-]+$/.test(name) || name.includes("..")) {
    throw new SyntaxError(
      `Cannot read filter "${text}": expected NAME or NAME[option=value]`,
    );
  }
  const rest = match?.[2] ?? "";
  const options = new Map<string, string>();
  option.lastIndex = 0;
  while (option.lastIndex < rest.trimEnd().length) {
    const from = option.lastIndex;
    const found = option.exec(rest);
    if (!found) {
      throw new SyntaxError(
        `Cannot read filter "${text}": expected option=value at ${
          rest.slice(from)
        }`,
      );
    }
    const [, key = "", double, single, bare] = found;
    options.set(key.toLowerCase(), (double ?? single ?? bare ?? "").trim());
  }
  return { name, options };
}

/** The service that a filter speaks for: its name without directory. */
export function serviceOf({ name }: FilterName): string {
  return name.slice(name.lastIndexOf("/") + 1).replace(/\.conf$/, "");
}
