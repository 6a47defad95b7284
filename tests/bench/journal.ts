/**
 * How long pages of a journal of a million entries take, by kind of filter,
 * and how long opening it takes.
 *
 *     deno task bench:journal [ENTRIES]
 *
 * A page is asked as the API asks (`SqliteJournal.read`, then JSON), 40 times
 * at places spread over the journal. "whole" is how long it takes to follow
 * `next` to the end or to 100 entries, in pages.
 *
 * @module
 */
import { alertPage } from "../../cli/journal_alerts.ts";
import type { AlertQuery } from "../../dashboard/mod.ts";
import { parseAddress } from "../../defense/address.ts";
import { SqliteJournal } from "../../defense/host/sqlite_journal.ts";
import type { JournalQuery } from "../../defense/journal.ts";
import { quantile } from "./quantile.ts";
import { spacingMs, writeJournal } from "./long_journal.ts";

const count = Number(Deno.args[0] ?? 1_000_000);
const rounds = 40;
const startMs = Date.UTC(2026, 0, 1);

const path = Deno.makeTempFileSync({ prefix: "stealthmesh-bench-" });
try {
  const began = performance.now();
  writeJournal(path, count, startMs);
  const seconds = (performance.now() - began) / 1_000;
  const megabytes = Deno.statSync(path).size / 1e6;
  console.log(
    `${count} entries written in ${seconds.toFixed(0)} s, ` +
      `${megabytes.toFixed(0)} MB`,
  );
  const opening = performance.now();
  const journal = new SqliteJournal(path, {
    retention: { ageMs: Infinity, entries: count },
  });
  journal.read({ limit: 100 });
  console.log(
    `opened, with a first page: ${(performance.now() - opening).toFixed(0)} ms`,
  );
  const endMs = startMs + count * spacingMs;
  const member = "4".repeat(64);
  const kinds: readonly (readonly [string, JournalQuery])[] = [
    ["none", {}],
    ["none, 1,000 a page", { limit: 1_000 }],
    ["subject, common", { subject: "198.51.100.7" }],
    ["subject, rare", { subject: "203.0.113.9" }],
    ["subject, unknown", { subject: "192.0.2.1" }],
    ["stage", { stage: "refused" }],
    ["what", { what: "vote" }],
    ["node", { node: member }],
    ["what, of others", { what: "claim", foreign: true }],
    ["stage, node, what", { stage: "seen", node: member, what: "claim" }],
    ["node, detail that is nowhere", { node: member, detail: { no: "" } }],
    ["an hour of the past", {
      sinceMs: startMs + count * spacingMs / 3,
      untilMs: startMs + count * spacingMs / 3 + 3_600_000,
    }],
    ["since the beginning", { sinceMs: startMs }],
    ["until long ago", { untilMs: startMs + 1_000 * spacingMs }],
    ["in the future", { sinceMs: endMs + 1 }],
    ["technique of alerts", { what: "alert", detail: { technique: "T1021" } }],
    ["text, common", { text: "within 7 seconds" }],
    ["text, rare", { text: "needle in the hay" }],
    ["text, nowhere", { text: "no such text" }],
    ["text of a subject", { text: "needle", subject: "198.51.100.7" }],
  ];
  const table: Record<string, Record<string, number | string>> = {};
  for (const [name, query] of kinds) {
    const times: number[] = [];
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      const before = Math.ceil((count + 1) * (1 - round / rounds));
      const start = performance.now();
      const page = journal.read({ ...query, before });
      bytes += JSON.stringify(page).length;
      times.push(performance.now() - start);
    }
    let pages = 0;
    let found = 0;
    const start = performance.now();
    for (let before: number | undefined = count + 1; before !== undefined;) {
      const page = journal.read({ ...query, before });
      pages++;
      found += page.entries.length;
      before = found >= 100 ? undefined : page.next;
    }
    table[name] = {
      p50: quantile(times, 0.5).toFixed(1),
      p95: quantile(times, 0.95).toFixed(1),
      max: Math.max(...times).toFixed(1),
      "kB a page": (bytes / rounds / 1_000).toFixed(0),
      "whole, ms": (performance.now() - start).toFixed(0),
      "whole, pages": pages,
      found,
    };
  }
  const alertKinds: readonly (readonly [string, Partial<AlertQuery>])[] = [
    ["alerts", {}],
    ["alerts, technique", { technique: "T1110" }],
    ["alerts, evidence never seen", { evidence: "E0" }],
    ["alerts, text, rare", { text: "needle in the hay" }],
    ["alerts, subject and time", {
      subject: parseAddress("198.51.100.7"),
      sinceMs: startMs + count * spacingMs / 2,
    }],
  ];
  for (const [name, query] of alertKinds) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = Math.ceil((count + 1) * (1 - round / rounds));
      const start = performance.now();
      JSON.stringify(alertPage(journal, { limit: 100, ...query, before }));
      times.push(performance.now() - start);
    }
    table[name] = {
      p50: quantile(times, 0.5).toFixed(1),
      p95: quantile(times, 0.95).toFixed(1),
      max: Math.max(...times).toFixed(1),
    };
  }
  console.table(table);
  journal.close();
} finally {
  const directory = path.slice(0, path.lastIndexOf("/"));
  for (const { name } of [...Deno.readDirSync(directory)]) {
    const left = `${directory}/${name}`;
    if (left.startsWith(path)) Deno.removeSync(left);
  }
}
