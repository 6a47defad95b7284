import { deepEqual, equal } from "node:assert/strict";
import { alertPage } from "../../cli/journal_alerts.ts";
import { alertOf, type AlertQuery } from "../../dashboard/mod.ts";
import { SqliteJournal } from "../../defense/host/mod.ts";
import {
  type ChainedEntry,
  type JournalEntry,
  type JournalPage,
  type JournalQuery,
  parseAddress,
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
  { name: "a drill of another member", entry: entry("drill", "ab"), is: true },
  { name: "its own drill", entry: entry("drill"), is: true },
  { name: "an answer to it", entry: entry("drill_answer", "ab"), is: false },
  { name: "its own claim", entry: entry("claim"), is: false },
  { name: "a lease", entry: entry("lease"), is: false },
];

for (const { name, entry, is } of rows) {
  Deno.test(`alertOf() ${is ? "takes" : "leaves out"} ${name}`, () => {
    equal(alertOf({ ...entry, seq: 1 }) !== undefined, is);
  });
}

Deno.test("alertOf() marks a drill, and nothing else", () => {
  equal(alertOf({ ...entry("drill", "ab"), seq: 1 })?.exercise, true);
  equal(alertOf({ ...entry("alert"), seq: 1 })?.exercise, undefined);
  equal(alertOf({ ...entry("claim", "ab"), seq: 1 })?.exercise, undefined);
});

Deno.test("alertOf() survives an entry that somebody has edited", () => {
  const alert = alertOf({
    ...entry("alert", "", { technique: 7, score: "high", observedMs: null }),
    seq: 1,
  });
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
    const expected = entries.map((entry, at) =>
      alertOf({ ...entry, seq: at + 1 })
    )
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

Deno.test("alertPage() finds by every filter what a look at all alerts finds", () => {
  const path = Deno.makeTempFileSync();
  const journal = new SqliteJournal(path);
  const entries = Array.from({ length: 400 }, (_, at) => ({
    ...entry(
      ["alert", "claim", "lease"][at % 3] ?? "",
      ["", "ab", "", "cd"][at % 4],
      {
        technique: at % 5 === 0 ? "T1110" : "T1046",
        evidence: `E${at % 3}`,
        scenario: at % 7 === 0 ? "slow-scan" : "port-scan",
        summary: `tried ${at} ports`,
      },
    ),
    atMs: 1_000 + at,
    subject: `192.0.2.${at % 6}`,
  }));
  for (const each of entries) journal.append(each);
  const all = entries.flatMap((each, at) => {
    const alert = alertOf({ ...each, seq: at + 1 });
    return alert ? [{ alert, atMs: each.atMs }] : [];
  }).reverse();
  const rows: [Omit<AlertQuery, "limit">, (each: typeof all[0]) => boolean][] =
    [
      [{}, () => true],
      [{ technique: "T1110" }, ({ alert }) => alert.technique === "T1110"],
      [{ evidence: "E1" }, ({ alert }) => alert.evidence === "E1"],
      [
        { scenario: "slow-scan" },
        ({ alert }) => alert.scenario === "slow-scan",
      ],
      [{ node: "" }, ({ alert }) => alert.node === ""],
      [{ node: "cd" }, ({ alert }) => alert.node === "cd"],
      [{ node: "nobody" }, () => false],
      [
        { subject: parseAddress("192.0.2.4") },
        ({ alert }) => alert.subject === "192.0.2.4",
      ],
      [
        { sinceMs: 1_100, untilMs: 1_200 },
        ({ atMs }) => atMs >= 1_100 && atMs < 1_200,
      ],
      [{ text: "TRIED 39" }, ({ alert }) => /tried 39/.test(alert.summary)],
      [
        { technique: "T1046", evidence: "E2", text: "1 ports" },
        ({ alert }) =>
          alert.technique === "T1046" && alert.evidence === "E2" &&
          alert.summary.endsWith("1 ports"),
      ],
    ];
  for (const [query, isWanted] of rows) {
    const walked = [];
    let before: number | undefined;
    do {
      const page = alertPage(journal, { ...query, before, limit: 7 });
      walked.push(...page.alerts);
      before = page.next;
    } while (before !== undefined);
    const expected = all.filter(isWanted).map(({ alert }) => alert);
    deepEqual(walked, expected, JSON.stringify(query));
  }
  journal.close();
  Deno.removeSync(path);
});
