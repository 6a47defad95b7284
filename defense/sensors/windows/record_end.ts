/**
 * Exports of Windows events often have no line ends: the Event Viewer writes
 * all events on one line, as `jq -c` and `ConvertTo-Json -Compress` do with a
 * list. Here is where such a line may be cut.
 *
 * @module
 */
import { jsonObjectEnd } from "../json_object_end.ts";

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
  for (;;) {
    const next = jsonObjectEnd(text, end, 0).end;
    if (next < 0) return end;
    end = next;
  }
}
