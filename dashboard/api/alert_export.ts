/**
 * Alerts as files: CSV (RFC 4180) and lines of JSON. Pages are read as the
 * client takes them, so that an export holds up nobody and fills no memory.
 *
 * Bounds: `exportedMax` alerts, the newest; `emptyPagesMax` pages in a row
 * without any.
 *
 * @module
 */
import type { AlertPage, AlertQuery, AlertRecord } from "./agent_desk.ts";

/** Alerts in one file; older ones are had with `untilMs`. */
export const exportedMax = 100_000;
/** Alerts that are read at a time. */
const pageSize = 500;
/** A journal of a million entries has no more. */
const emptyPagesMax = 1_000;

/** Every alert that is wanted, newest first, a page at a time. */
export function* alertPages(
  read: (query: AlertQuery) => AlertPage,
  query: Omit<AlertQuery, "before" | "limit">,
): Generator<readonly AlertRecord[]> {
  let left = exportedMax;
  let empty = 0;
  let before: number | undefined;
  while (left > 0 && empty < emptyPagesMax) {
    const limit = Math.min(pageSize, left);
    const page = read({ ...query, before, limit });
    yield page.alerts;
    empty = page.alerts.length === 0 ? empty + 1 : 0;
    left -= page.alerts.length;
    before = page.next;
    if (before === undefined) return;
  }
}

/**
 * A body that takes a chunk whenever the client has taken the one before. An
 * error of the source ends it early, as HTTP has no other word for that.
 *
 * @param turn Settles when others have had their turn; awaited after each
 * chunk, also one that is empty.
 */
export function bodyOf(
  chunks: Iterator<string>,
  turn: () => Promise<void>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let left = false;
  return new ReadableStream({
    async pull(controller) {
      // Without a chunk `pull` would not be called again.
      while (!left) {
        const { done, value } = chunks.next();
        if (done) return controller.close();
        await turn();
        if (value !== "" && !left) {
          return controller.enqueue(encoder.encode(value));
        }
      }
    },
    cancel() {
      left = true;
      chunks.return?.();
    },
  }, { highWaterMark: 0 });
}

/** One alert a line. */
export function* asLines(
  pages: Iterable<readonly AlertRecord[]>,
): Generator<string> {
  for (const page of pages) {
    yield page.map((alert) => `${JSON.stringify(alert)}\n`).join("");
  }
}

const columns = [
  "time",
  "subject",
  "technique",
  "scenario",
  "evidence",
  "score",
  "observations",
  "seen by",
  "what",
  "never contained because",
  "number",
] as const;

/** A table whose lines end as RFC 4180 says. */
export function* asTable(
  pages: Iterable<readonly AlertRecord[]>,
): Generator<string> {
  yield `${columns.join(",")}\r\n`;
  for (const page of pages) {
    yield page.map((alert) => {
      const { subject, technique, scenario, evidence, node, summary } = alert;
      const cells = [
        timeText(alert.atMs),
        cellOf(subject),
        cellOf(technique),
        cellOf(scenario),
        cellOf(evidence),
        String(alert.score),
        String(alert.observations),
        cellOf(node),
        cellOf(summary),
        cellOf(alert.protectedBy ?? ""),
        String(alert.seq),
      ];
      return `${cells.join(",")}\r\n`;
    }).join("");
  }
}

/** RFC 3339; empty where no calendar reaches. */
export function timeText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}

/**
 * Text as a cell. What a spreadsheet would take for a formula gets a quote in
 * front (OWASP, "CSV Injection"); characters that steer a terminal or turn the
 * direction of text become spaces.
 */
export function cellOf(text: string): string {
  const visible = text.replace(
    // deno-lint-ignore no-control-regex -- these are what is meant
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g,
    " ",
  );
  // Where a comma is for decimals, `;` begins a cell as well.
  const harmless = visible.replace(/(^|;)(?=\s*[=+\-@|%＝＋－＠])/g, "$1'");
  return /[",]|^\s|\s$/.test(harmless)
    ? `"${harmless.replaceAll('"', '""')}"`
    : harmless;
}
