/**
 * What the agent itself writes down about its own life: a start, an end, a
 * member that came.
 *
 * @module
 */
import type { JournalEntry, JournalWriter } from "../defense/mod.ts";
import { systemClock } from "../mesh/host/mod.ts";

/** Writes it, as of now. */
export function systemNote(
  journal: JournalWriter,
  what: string,
  detail: JournalEntry["detail"],
  node = "",
): void {
  const atMs = systemClock.wallMs();
  journal.append({
    atMs,
    stage: "system",
    subject: "",
    node,
    what,
    detail,
  });
}
