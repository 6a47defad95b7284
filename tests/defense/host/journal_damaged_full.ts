/**
 * A process whose journal is damaged while its disk is full, for a test that
 * mounts a small one at the first argument; then there is room again.
 *
 * @module
 */
import { SqliteJournal } from "../../../defense/host/sqlite_journal.ts";

const [directory = ""] = Deno.args;
const path = `${directory}/journal.db`;
const ballast = `${directory}/ballast`;

function append(journal: SqliteJournal, what: string): void {
  journal.append({
    atMs: Date.now(),
    stage: "seen",
    subject: "192.0.2.1",
    node: "",
    what,
    detail: { filler: "y".repeat(300) },
  });
}

function fill(): void {
  const file = Deno.openSync(ballast, { create: true, write: true });
  try {
    for (;;) file.writeSync(new Uint8Array(4_096));
  } catch {
    file.close();
  }
}

/** All but the head of the file becomes noise. */
function damage(): void {
  const file = Deno.openSync(path, { write: true });
  const { size } = file.statSync();
  file.seekSync(65_536, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(size - 65_536).fill(0xa5));
  file.close();
}

// Nobody can begin another journal where there is no room.
Deno.writeTextFileSync(path, "nonsense ".repeat(2_000));
fill();
let atStart = "";
try {
  new SqliteJournal(path).close();
} catch (error) {
  atStart = (error as Error).name;
}
Deno.removeSync(ballast);
for (const { name } of [...Deno.readDirSync(directory)]) {
  Deno.removeSync(`${directory}/${name}`);
}

const journal = new SqliteJournal(path);
for (let index = 0; index < 8_000; index++) {
  append(journal, "old");
  if (index % 500 === 499) journal.flush();
}
fill();
damage();
journal.read({ before: 3_000, limit: 1_000 });
append(journal, "waiting");
const stuck = !journal.flush();
Deno.removeSync(ballast);
append(journal, "alert");
journal.flush();
const written = journal.flush();
const report = {
  atStart,
  stuck,
  written,
  last: journal.read({ limit: 1 }).entries[0]?.what,
  aside: [...Deno.readDirSync(directory)]
    .filter(({ name }) => /damaged-[^.]*(?<!-wal|-shm)$/.test(name)).length,
};
journal.close();
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(report)));
