/**
 * What a stranger reads over HTTP, without the clocks in it: the Date header
 * and the times the cover page shows.
 *
 * @module
 */
import type { Heard } from "./talk.ts";

/** The answer as text. */
export function textOf({ bytes, end }: Heard): string {
  return undated(new TextDecoder("latin1").decode(bytes)) + `\n[${end}]`;
}

/** Takes the clocks out of a text. */
export function undated(text: string): string {
  return text
    .replace(/^date: .*$/gim, "date: DATE")
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/g, "TIME")
    .replace(/uptime_seconds":\d+/g, 'uptime_seconds":N')
    .replace(/(less than a minute|\d+ min)(?=<)/g, "UPTIME")
    // These two are as long as they are: their length is in a header.
    .replace(/content-length: 2\d\d\d/gi, "content-length: PAGE");
}
