/**
 * Exports of Windows events often have no line ends: the Event Viewer writes
 * all events on one line, as `jq -c` and `ConvertTo-Json -Compress` do with a
 * list. Here is where such a line may be cut.
 *
 * @module
 */

const closing = "</Event>";

/**
 * Where the last whole event of `text` ends.
 *
 * @param text A line's beginning, or what was left of it after a cut.
 * @returns 0 if none ends there.
 */
export function windowsRecordEnd(text: string): number {
  const first = /^[\s\ufeff]*(.)/.exec(text)?.[1] ?? "";
  if (first === "<") {
    const at = text.lastIndexOf(closing);
    return at < 0 ? 0 : at + closing.length;
  }
  return "[{,".includes(first) && first !== "" ? lastObjectEnd(text) : 0;
}

/** Behind the last object of a list that is whole. */
function lastObjectEnd(text: string): number {
  let end = 0;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (quoted) {
      if (unit === 92) at++; // a backslash takes the next character with it
      else if (unit === 34) quoted = false;
    } else if (unit === 34) quoted = true;
    else if (unit === 123) depth++;
    else if (unit === 125 && --depth === 0) end = at + 1;
  }
  return end;
}
