/**
 * Pages of alerts, out of the journal's entries of three kinds.
 *
 * @module
 */
import { alertOf, type AlertPage, type AlertQuery } from "../dashboard/mod.ts";
import type { JournalPage, JournalReader } from "../defense/mod.ts";

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
  const alerts = shown.flatMap((entry) => alertOf(entry) ?? []);
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
