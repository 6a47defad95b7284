import { deepEqual, equal, ok } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { JournalFile } from "../../../defense/host/journal_file.ts";
import type { JournalQuery } from "../../../defense/journal.ts";
import { type JournalEntry, journalStages } from "../../../defense/world.ts";

const count = 9_000;
const nodes = ["", "aa", "bb"];
const names = ["alert", "claim", "vote", "lease"];

/** A journal whose wall clock was set back in the middle. */
const entries = Array.from({ length: count }, (_, at): JournalEntry => ({
  atMs: at < count / 2 ? at * 10 : at * 10 - 20_000,
  stage: journalStages[at % 3] ?? "seen",
  subject: at % 1_000 === 7 ? "192.0.2.7" : `192.0.2.${at % 5}`,
  node: nodes[at % nodes.length] ?? "",
  what: names[at % names.length] ?? "",
  detail: {
    technique: at % 2 === 0 ? "T1046" : "T1110",
    deeper: { technique: "T9999" },
    ...(at % 2_500 === 3 && { summary: "50% of Ports" }),
  },
}));

function isWanted(entry: JournalEntry, query: JournalQuery): boolean {
  const whole = `${entry.what}\n${JSON.stringify(entry.detail)}`.toLowerCase();
  return (["subject", "stage", "what", "node"] as const).every((name) =>
    query[name] === undefined || entry[name] === query[name]
  ) && (!query.foreign || entry.node !== "") &&
    (query.sinceMs === undefined || entry.atMs >= query.sinceMs) &&
    (query.untilMs === undefined || entry.atMs < query.untilMs) &&
    (query.text === undefined || whole.includes(query.text.toLowerCase())) &&
    Object.entries(query.detail ?? {}).every(([name, value]) =>
      entry.detail[name] === value
    );
}

const time = fc.integer({ min: -10, max: count * 10 + 10 });
const queries: fc.Arbitrary<JournalQuery> = fc.record({
  subject: fc.constantFrom("192.0.2.7", "192.0.2.1", "192.0.2.99"),
  stage: fc.constantFrom(...journalStages),
  what: fc.constantFrom(...names, "nothing"),
  node: fc.constantFrom(...nodes),
  foreign: fc.boolean(),
  sinceMs: time,
  untilMs: time,
  text: fc.constantFrom("alert", "50% of ports", "5_%", "T9999", "'"),
  detail: fc.constantFrom({ technique: "T1046" }, { technique: "T9999" }),
  after: fc.integer({ min: 0, max: count }),
}, { requiredKeys: [] });

Deno.test("JournalFile finds by pages what a walk over all finds", async (t) => {
  const path = Deno.makeTempFileSync();
  const file = new JournalFile(path);
  file.write(entries);
  await t.step("however little time a page has", () => {
    fc.assert(
      fc.property(
        queries,
        fc.constantFrom(1, 50, 1_000),
        fc.constantFrom(0, 1_000),
        (query, limit, ms) => {
          const expected = entries
            .map((entry, at) => ({ entry, seq: at + 1 }))
            .filter(({ entry, seq }) =>
              isWanted(entry, query) && seq > (query.after ?? 0)
            ).map(({ seq }) => seq).reverse().slice(0, 3 * limit);
          const found: number[] = [];
          let before: number | undefined = Number.MAX_SAFE_INTEGER;
          while (before !== undefined && found.length < 3 * limit) {
            const page = file.select(query, before, limit, ms);
            ok(page.entries.length <= limit);
            ok(page.next === undefined || page.next < before);
            found.push(...page.entries.map(({ seq }) => seq));
            before = page.next;
          }
          deepEqual(found.slice(0, 3 * limit), expected);
        },
      ),
      { numRuns: 120 },
    );
  });
  await t.step("also after the past was trimmed", () => {
    const cut = file.trim({ ageMs: Infinity, entries: 1_000 }, 0);
    equal(cut, count - 1_000);
    const { entries: rest } = file.select({ untilMs: 1e9 }, count + 1, 2_000);
    deepEqual([rest.length, rest.at(-1)?.seq], [1_000, cut + 1]);
  });
  file.close();
  Deno.removeSync(path);
});

Deno.test("JournalFile searches a file that was begun without spans", () => {
  const path = Deno.makeTempFileSync();
  const before = new JournalFile(path);
  before.write(entries.slice(0, 10));
  before.close();
  const db = new DatabaseSync(path);
  db.exec("DROP TRIGGER entry_span; DROP TABLE span; DROP INDEX entry_node");
  db.close();
  const after = new JournalFile(path);
  after.write(entries.slice(10, 20));
  const { entries: found } = after.select({ untilMs: 150 }, 100, 100);
  equal(found.length, 15);
  after.close();
  Deno.removeSync(path);
});
