/**
 * Where a JSON object ends in text that may be cut anywhere: counts braces
 * outside of strings and reads nothing else.
 *
 * @module
 */

/** How far an object goes. */
export interface ObjectEnd {
  /** Behind its last brace; -1 if it goes on. */
  readonly end: number;
  /** Objects open there. */
  readonly depth: number;
  /** Whether the text ended within a string. */
  readonly quoted: boolean;
}

/**
 * The first place from `from` on where no object is open any more.
 *
 * @param depth Objects open at `from`.
 */
export function jsonObjectEnd(
  text: string,
  from: number,
  depth: number,
): ObjectEnd {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (quoted) {
      if (unit === 92) at++; // a backslash takes the next character with it
      else if (unit === 34) quoted = false;
    } else if (unit === 34) quoted = true;
    else if (unit === 123) depth++;
    else if (unit === 125 && --depth === 0) {
      return { end: at + 1, depth, quoted };
    }
  }
  return { end: -1, depth, quoted };
}
