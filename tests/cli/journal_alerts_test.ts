import { deepEqual, equal } from "node:assert/strict";
import { alertOf, alertPage } from "../../cli/journal_alerts.ts";
import type {
  ChainedEntry,
  JournalEntry,
  JournalPage,
  JournalQuery,
} from "../../defense/mod.ts";

function entry(what: string, node = "", detail = {}): JournalEntry {
  return {
    atMs: 5,
    stage: "seen",
    subject: "192.0.2.7",
    node,
    what,
    detail: { technique: "T1046", observedMs: 3, ...detail },
  };
}

const rows: { name: string; entry: JournalEntry; is: boolean }[] = [
  { name: "what this host saw", entry: entry("alert"), is: true },
  { name: "what another member claims", entry: entry("claim", "ab"), is: true },
  { name: "its own claim", entry: entry("claim"), is: false },
  { name: "a lease", entry: entry("lease"), is: false },
];

for (const { name, entry, is } of rows) {
  Deno.test(`alertOf() ${is ? "takes" : "leaves out"} ${name}`, () => {
    equal(alertOf(entry, 1) !== undefined, is);
  });
}

Deno.test("alertOf() survives an entry that somebody has edited", () => {
  const alert = alertOf(
    entry("alert", "", { technique: 7, score: "high", observedMs: null }),
    1,
  );
  deepEqual([alert?.technique, alert?.score, alert?.atMs], ["", 0, 5]);
});

/** A journal of entries, as `SqliteJournal.read` answers. */
function journalOf(entries: readonly JournalEntry[]) {
  const chained = entries.map((entry, index): ChainedEntry => ({
    ...entry,
    seq: index + 1,
    hash: "",
  })).reverse();
  return {
    read(query: JournalQuery = {}): JournalPage {
      const wanted = chained.filter(({ what, node, seq }) =>
        what === query.what && seq < (query.before ?? Infinity) &&
        (query.node === undefined || node === query.node) &&
        (!query.foreign || node !== "")
      );
      const page = wanted.slice(0, query.limit);
      const last = page.at(-1);
      return wanted.length > page.length && last
        ? { entries: page, next: last.seq }
        : { entries: page };
    },
  };
}

Deno.test("alertPage() walks through every alert once, whatever lies between", () => {
  const kinds = [
    entry("alert"),
    entry("claim"),
    entry("lease"),
    entry("claim", "ab"),
  ];
  for (let pattern = 0; pattern < 4 ** 5; pattern += 7) {
    const entries = Array.from({ length: 30 }, (_, index) => ({
      ...kinds[(pattern >> (2 * (index % 5))) % 4]!,
      detail: { observedMs: index },
    }));
    const expected = entries.map((entry, at) => alertOf(entry, at + 1))
      .filter((alert) => alert).reverse();
    const walked = [];
    let before: number | undefined;
    do {
      const page = alertPage(journalOf(entries), { before, limit: 3 });
      walked.push(...page.alerts);
      before = page.next;
    } while (before !== undefined);
    deepEqual(walked, expected);
  }
});
