/**
 * The alerts among the entries of the journal: what this host saw itself, what
 * other members claimed, and drills, which are marked. Own claims are left out,
 * because they repeat what was seen.
 *
 * @module
 */
import type { AlertPage, AlertQuery, AlertRecord } from "../dashboard/mod.ts";
import type {
  JournalEntry,
  JournalPage,
  JournalReader,
} from "../defense/mod.ts";

/**
 * The alert that an entry records, if it does.
 *
 * @param seq The entry's number in the journal.
 */
export function alertOf(
  entry: JournalEntry,
  seq: number,
): AlertRecord | undefined {
  const { what, node, subject, atMs, detail } = entry;
  const own = what === "alert" && node === "";
  const told = what === "claim" && node !== "";
  const exercise = what === "drill";
  if (!own && !told && !exercise) return undefined;
  const { protectedBy, observedMs } = detail;
  return {
    seq,
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
    ...(exercise && { exercise }),
  };
}

/** A page of alerts, newest first. */
export function alertPage(
  journal: Pick<JournalReader, "read">,
  query: AlertQuery,
): AlertPage {
  const { limit, node, technique, scenario, evidence, ...rest } = query;
  const shared = {
    ...given(rest),
    detail: given({ technique, scenario, evidence }),
  };
  const none: JournalPage = { entries: [] };
  const seen = node === undefined || node === ""
    ? journal.read({ ...shared, limit, what: "alert", node: "" })
    : none;
  const claimed = node === "" ? none : journal.read({
    ...shared,
    limit,
    what: "claim",
    ...(node === undefined ? { foreign: true } : { node }),
  });
  const drills = journal.read({
    ...shared,
    limit,
    what: "drill",
    ...(node !== undefined && { node }),
  });
  // Below the end of one page there may be entries that it does not show.
  const reach = Math.max(
    ...[seen, claimed, drills].map(({ next }) => next ?? 0),
  );
  const entries = [seen, claimed, drills].flatMap((page) => page.entries)
    .filter(({ seq }) => seq >= reach)
    .sort((a, b) => b.seq - a.seq);
  const shown = entries.slice(0, limit);
  const alerts = shown.flatMap((entry) => alertOf(entry, entry.seq) ?? []);
  const next = entries.length > limit ? shown.at(-1)?.seq : reach || undefined;
  return next === undefined ? { alerts } : { alerts, next };
}

/** What is given of it. */
function given<T extends object>(
  values: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ReturnType<typeof given<T>>;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
