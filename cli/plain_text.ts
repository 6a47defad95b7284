/**
 * Text that came from a log, a packet or a peer, made safe to show. A login
 * name may hold escape sequences that repaint the operator's terminal, or
 * bidirectional controls that swap what is read (CVE-2021-42574), so each such
 * character is replaced by U+FFFD: it does nothing, and one sees that it was
 * there.
 *
 * @module
 */

/**
 * C0, DEL and C1 controls; zero-width and bidirectional formats; line and
 * paragraph separators; the byte order mark; tags; lone surrogates.
 */
const unsafe =
  // deno-lint-ignore no-control-regex -- control characters are what it finds
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Surrogate}]/gu;

/** One line of text without any character that acts instead of showing. */
export function clean(text: string): string {
  return text.replace(unsafe, "\ufffd");
}

/**
 * JSON on one line in which such characters are escaped, so nothing is lost
 * and nothing acts.
 *
 * @example
 * ```ts
 * import { equal } from "node:assert/strict";
 * equal(jsonLine({ user: "\u202eroot" }), '{"user":"\\u202eroot"}');
 * ```
 */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, escapeUnits);
}

function escapeUnits(text: string): string {
  let escaped = "";
  for (let index = 0; index < text.length; index++) {
    escaped += "\\u" + text.charCodeAt(index).toString(16).padStart(4, "0");
  }
  return escaped;
}
