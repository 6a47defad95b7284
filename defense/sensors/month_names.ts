/**
 * Short names of months as `journalctl` prints them in a host's language
 * (glibc's `abmon`; English is `stamp_fields.ts`'s): German, French, Spanish,
 * Italian, Portuguese, Dutch and Swedish. No name means two months.
 *
 * @module
 */

/** January first; names of several languages for each. */
const names: readonly string[] = [
  "jan janv. ene gen",
  "feb févr. fev",
  "mär mars mar mrt",
  "apr avril abr",
  "mai may mag mei maj",
  "jun juin giu",
  "jul juil. lug",
  "aug août ago",
  "sep sept. set",
  "okt oct. oct ott out",
  "nov nov.",
  "dez déc. dic dec",
];

const numbers: ReadonlyMap<string, number> = new Map(
  names.flatMap((list, month) =>
    list.split(" ").map((name) => [name, month] as const)
  ),
);
const word = /[a-zA-Zäéû]{3,5}\.?(?= {1,2}\d)/y;

/**
 * The month, 0 to 11, whose name stands at `at` with a day behind it, and
 * where the name ends.
 */
export function foreignMonthAt(
  line: string,
  at: number,
): { readonly month: number; readonly end: number } | undefined {
  word.lastIndex = at;
  const [name] = word.exec(line) ?? [];
  if (name === undefined) return undefined;
  const month = numbers.get(name.toLowerCase());
  return month === undefined ? undefined : { month, end: at + name.length };
}
