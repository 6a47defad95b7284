/**
 * The fields of a record of systemd's journal, as `journalctl -o json` prints
 * them: one JSON object a line (systemd, "Journal Export Formats", JSON
 * format). A field is text, or an array of byte values where it is no clean
 * UTF-8, or `null` where it is too long.
 *
 * @module
 */

/** A record that has a message and a time. */
export interface JournalFields {
  readonly message: string;
  /** Wall clock milliseconds. */
  readonly atMs: number;
  /** A field's text; the first value where it was given several times. */
  text(...names: readonly string[]): string | undefined;
}

/**
 * Reads one line of `journalctl -o json`.
 *
 * @returns `undefined` if it is none.
 */
export function journalFields(line: string): JournalFields | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const fields = parsed as Readonly<Record<string, unknown>>;
  /** Of the first name that the record has. */
  const text = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = fields[name] ?? undefined;
      if (value !== undefined) return textOf(value);
    }
    return undefined;
  };
  const message = text("MESSAGE");
  const stamp = text("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP");
  if (message === undefined || stamp === undefined) return undefined;
  if (!/^\d{1,17}$/.test(stamp)) return undefined;
  return { message, atMs: Math.floor(Number(stamp) / 1_000), text };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  if (typeof value[0] === "string") return value[0];
  if (value.length === 0 || !value.every(isByte)) return undefined;
  return new TextDecoder().decode(Uint8Array.from(value));
}

function isByte(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 &&
    value <= 255;
}
