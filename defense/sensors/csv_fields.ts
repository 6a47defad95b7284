/**
 * Fields of a line of comma-separated values (RFC 4180): a field in quotes
 * holds a quote as two.
 *
 * @module
 */

const field = /(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/y;

/** The first fields of `line`, at most `max`; up to where it is no CSV. */
export function csvFields(line: string, max: number): string[] {
  const fields: string[] = [];
  field.lastIndex = 0;
  while (fields.length < max && field.lastIndex < line.length) {
    const match = field.exec(line);
    if (!match) break;
    const [, quoted, bare = ""] = match;
    fields.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
  }
  return fields;
}
