/**
 * The name that was probably meant: the nearest by edit distance
 * (Levenshtein 1966), if it is near at all.
 *
 * @module
 */

/** Texts longer than this are not compared: nobody meant them. */
const lengthMax = 64;

/** The known name that `text` probably meant, or `undefined`. */
export function nearest(
  text: string,
  known: readonly string[],
): string | undefined {
  if (text.length > lengthMax) return undefined;
  const typed = plain(text);
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(typed, plain(name));
    if (best === undefined || distance < best.distance) {
      best = { name, distance };
    }
  }
  const allowed = Math.max(1, Math.floor(text.length / 3));
  return best && best.distance <= allowed ? best.name : undefined;
}

/** `never_block`, `Never-Block` and `neverBlock` are the same word. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[-_\s]/g, "");
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(
        Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
