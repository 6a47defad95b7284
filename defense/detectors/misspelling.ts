/**
 * Whether one account name is another one mistyped: the same letters in another
 * order, or one letter wrong, missing or too many, in names of six letters and
 * more two (Levenshtein 1965).
 *
 * @module
 */

/** More letters than that are compared by the first ones. */
const lettersMax = 32;
/** Short names are alike by chance: `test` and `guest` are two edits apart. */
const editsOf = (letters: number) => letters < 6 ? 1 : 2;

/** Whether a person who meant one may have typed the other. */
export function isMisspelling(one: string, other: string): boolean {
  const a = one.slice(0, lettersMax);
  const b = other.slice(0, lettersMax);
  const longer = Math.max(a.length, b.length);
  const editsMax = editsOf(longer);
  if (Math.abs(a.length - b.length) > editsMax) return false;
  if (a.length === b.length && sorted(a) === sorted(b)) return true;
  return longer > 2 && distance(a, b) <= editsMax;
}

function sorted(text: string): string {
  return [...text].sort().join("");
}

/** Edits from one to the other, row by row of the usual table. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + same,
      ));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
