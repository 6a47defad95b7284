/**
 * The alerts among the entries of the journal: what this host saw itself, and
 * what other members claimed. Own claims are left out, because they repeat
 * what was seen.
 *
 * @module
 */
import type { AlertPage, AlertRecord } from "../dashboard/mod.ts";
import type {
  JournalEntry,
  JournalPage,
  JournalReader,
} from "../defense/mod.ts";

/** The alert that an entry records, if it does. */
export function alertOf(entry: JournalEntry): AlertRecord | undefined {
  const { what, node, subject, atMs, detail } = entry;
  const own = what === "alert" && node === "";
  if (!own && (what !== "claim" || node === "")) return undefined;
  const { protectedBy, observedMs } = detail;
  return {
    atMs: typeof observedMs === "number" ? observedMs : atMs,
    node,
    subject,
    technique: text(detail["technique"]),
    scenario: text(detail["scenario"]),
    evidence: text(detail["evidence"]),
    score: number(detail["score"]),
    observations: number(detail["observations"]),
    summary: text(detail["summary"]),
    ...(typeof protectedBy === "string" && { protectedBy }),
  };
}

/**
 * A page of alerts, newest first.
 *
 * @param before `next` of the page before.
 */
export function alertPage(
  journal: Pick<JournalReader, "read">,
  before: number | undefined,
  limit: number,
): AlertPage {
  const cursor = before === undefined ? {} : { before };
  // Twice as many claims, because own ones are among them.
  const seen = journal.read({ what: "alert", limit, ...cursor });
  const claimed = journal.read({ what: "claim", limit: 2 * limit, ...cursor });
  // Below the end of either page there may be entries that it does not show.
  const reach = Math.max(reachOf(seen), reachOf(claimed));
  const entries = [...seen.entries, ...claimed.entries]
    .filter(({ seq }) => seq >= reach)
    .sort((a, b) => b.seq - a.seq);
  const alerts: AlertRecord[] = [];
  let last = reach;
  for (const entry of entries) {
    if (alerts.length === limit) break;
    const alert = alertOf(entry);
    if (alert) alerts.push(alert);
    last = entry.seq;
  }
  const more = reach > 0 || (entries.at(-1)?.seq ?? last) < last;
  return more ? { alerts, next: last } : { alerts };
}

/** The lowest number of which a page shows everything above; 0 for all. */
function reachOf({ entries, next }: JournalPage): number {
  return next === undefined ? 0 : entries.at(-1)?.seq ?? 0;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
