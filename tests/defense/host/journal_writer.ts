/**
 * A process that writes a journal, for tests that kill it or fill its disk.
 * With one argument it writes until it is killed, confirming what is on disk.
 * With a second it fills the disk, removes that file, and reports both.
 *
 * @module
 */
import { SqliteJournal } from "../../../defense/host/sqlite_journal.ts";

const [path = "", ballast] = Deno.args;
const journal = new SqliteJournal(path);

function append(index: number): void {
  journal.append({
    atMs: Date.UTC(2026, 0, 1) + index,
    stage: "seen",
    subject: "192.0.2.1",
    node: "",
    what: "alert",
    detail: { index },
  });
}

const output = new TextEncoder();
if (ballast === undefined) {
  for (let index = 0;; index++) {
    append(index);
    if (index % 50 !== 49) continue;
    journal.flush();
    const { seq } = journal.health().head;
    Deno.stdout.writeSync(output.encode(`${seq}\n`));
  }
}

for (let index = 0; index < 3_000; index++) {
  append(index);
  if (index % 100 === 99) journal.flush();
}
const { failures, waiting } = journal.health();
const readable = journal.read({ limit: 1 }).entries[0]?.detail.index === 2_999;
Deno.removeSync(ballast);
// The disk is still too small for all: grow it as an operator would.
new Deno.Command("mount", {
  args: ["-o", "remount,size=16m", path.slice(0, path.lastIndexOf("/"))],
}).outputSync();
journal.flush();
const verdict = journal.verify();
const health = journal.health();
const report = {
  full: { failures, waiting, readable },
  later: {
    waiting: health.waiting,
    dropped: health.dropped,
    intact: verdict.intact,
    entries: verdict.intact ? verdict.entries : 0,
  },
};
Deno.stdout.writeSync(output.encode(JSON.stringify(report)));
journal.close();
