/**
 * A long journal of made-up entries, the same each time.
 *
 * @module
 */
import { JournalFile } from "../../defense/host/journal_file.ts";
import { type JournalEntry, journalStages } from "../../defense/world.ts";

/** Between two entries. */
export const spacingMs = 2_000;
/** Entries written in one go. */
const atOnce = 5_000;
const whats = ["alert", "claim", "vote", "lease", "released", "login"];

/** Writes `count` entries to the file at `path`, the first at `startMs`. */
export function writeJournal(
  path: string,
  count: number,
  startMs: number,
): void {
  const file = new JournalFile(path);
  for (let at = 0; at < count; at += atOnce) {
    const length = Math.min(atOnce, count - at);
    file.write(
      Array.from({ length }, (_, each) => entryAt(at + each, startMs)),
    );
  }
  file.close();
}

function entryAt(at: number, startMs: number): JournalEntry {
  const what = whats[(at * 7) % 11 % whats.length] ?? "alert";
  return {
    atMs: startMs + at * spacingMs,
    stage: journalStages[(at * 5) % 13 % journalStages.length] ?? "seen",
    subject: at % 50_000 === 1 ? "203.0.113.9" : `198.51.100.${at % 251}`,
    node: at % 3 === 0 ? "" : (at % 9).toString(16).repeat(64),
    what,
    detail: {
      technique: ["T1046", "T1110", "T1021"][at % 3],
      scenario: "port-scan",
      evidence: "E1",
      score: at % 40,
      observations: at % 90,
      observedMs: startMs + at * spacingMs,
      summary: at % 200_000 === 5
        ? "tried the needle in the haystack"
        : `tried ${at % 90} ports of this host within ${at % 60} seconds`,
    },
  };
}
