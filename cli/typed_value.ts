/**
 * The value of a setting as the command line has it, text, as the setting wants
 * it.
 *
 * @module
 */

/** A number for what counts days, the text for all others. */
export function typedValue(
  name: string,
  value: string | number,
): string | number {
  return name === "journal.days" && /^\d{1,6}$/.test(String(value))
    ? Number(value)
    : value;
}
