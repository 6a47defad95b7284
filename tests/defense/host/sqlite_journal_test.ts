import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  JournalError,
  SqliteJournal,
  waitingMax,
} from "../../../defense/host/sqlite_journal.ts";
import type { JournalEntry } from "../../../defense/world.ts";

const nowMs = Date.UTC(2026, 0, 1);

function entry(index: number, more: Partial<JournalEntry> = {}): JournalEntry {
  return {
    atMs: nowMs + index,
    stage: "seen",
    subject: `192.0.2.${index % 4}`,
    node: "",
    what: "alert",
    detail: { index },
    ...more,
  };
}

function inDirectory(
  name: string,
  test: (path: string, directory: string) => void | Promise<void>,
): void {
  Deno.test(`SqliteJournal ${name}`, async () => {
    const directory = Deno.makeTempDirSync();
    try {
      await test(`${directory}/journal.db`, directory);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  });
}

const indexes = (entries: readonly JournalEntry[]) =>
  entries.map(({ detail }) => detail.index);

inDirectory("keeps entries across a restart, in one chain", (path) => {
  const first = new SqliteJournal(path);
  for (let index = 0; index < 5; index++) first.append(entry(index));
  first.close();
  const second = new SqliteJournal(path);
  second.append(entry(5));
  deepEqual(indexes(second.read().entries), [5, 4, 3, 2, 1, 0]);
  const verdict = second.verify();
  equal(verdict.intact && verdict.entries, 6);
  second.close();
});

inDirectory("is readable by its owner alone", (path) => {
  Deno.writeTextFileSync(path, "", { mode: 0o644 });
  const journal = new SqliteJournal(path);
  journal.append(entry(0));
  journal.flush();
  for (const suffix of ["", "-wal", "-shm"]) {
    const { mode } = Deno.statSync(path + suffix);
    equal((mode ?? 0) & 0o777, 0o600, suffix);
  }
  journal.close();
});

inDirectory("pages newest first and filters", (path) => {
  const journal = new SqliteJournal(path);
  for (let index = 0; index < 10; index++) {
    const stage = index % 2 === 0 ? "seen" : "done";
    journal.append(entry(index, { stage, what: stage }));
  }
  const first = journal.read({ limit: 4 });
  deepEqual(indexes(first.entries), [9, 8, 7, 6]);
  const before = first.next ?? 0;
  deepEqual(indexes(journal.read({ limit: 6, before }).entries), [
    5,
    4,
    3,
    2,
    1,
    0,
  ]);
  equal(journal.read({ limit: 6, before }).next, undefined);
  const rows: [Parameters<typeof journal.read>[0], number[]][] = [
    [{ subject: "192.0.2.1" }, [9, 5, 1]],
    [{ stage: "done" }, [9, 7, 5, 3, 1]],
    [{ what: "seen", sinceMs: nowMs + 6 }, [8, 6]],
    [{ subject: "' OR 1=1 --" }, []],
    [{ limit: 0 }, [9]],
  ];
  for (const [query, expected] of rows) {
    deepEqual(indexes(journal.read(query).entries), expected);
  }
  journal.close();
});

inDirectory("tells followers once, and survives their failures", (path) => {
  const journal = new SqliteJournal(path);
  const heard: JournalEntry[] = [];
  journal.follow(() => {
    throw new Error("a reader's mistake");
  });
  const stop = journal.follow((each) => heard.push(each));
  journal.append(entry(0));
  journal.append(entry(1));
  journal.flush();
  stop();
  journal.append(entry(2));
  journal.flush();
  deepEqual(indexes(heard), [0, 1]);
  journal.close();
});

inDirectory("writes at the end of the turn by itself", async (path) => {
  const journal = new SqliteJournal(path);
  journal.append(entry(0));
  equal(journal.health().head.seq, 0);
  const { promise, resolve } = Promise.withResolvers<void>();
  journal.follow(() => resolve());
  await promise;
  equal(journal.health().head.seq, 1);
  journal.close();
});

inDirectory("keeps the newest, and what is left verifies", (path) => {
  const retention = { ageMs: 86_400_000, entries: 2_000 };
  const wallMs = () => nowMs;
  const journal = new SqliteJournal(path, { retention, wallMs });
  for (let index = 0; index < 5_000; index++) {
    const age = index < 4_500 ? 2 * 86_400_000 : 0;
    journal.append(entry(index, { atMs: nowMs - age }));
  }
  journal.flush();
  // By count 3,000 go; by age 4,500 would, but the newest 1,000 always stay.
  equal(journal.trim(), 4_000);
  equal(journal.trim(), 0);
  const verdict = journal.verify();
  equal(verdict.intact && verdict.entries, 1_000);
  journal.close();
  const again = new SqliteJournal(path, { retention, wallMs });
  equal(again.health().note, undefined);
  equal(again.health().head.seq, 5_000);
  again.close();
});

inDirectory("retain() keeps less from now on", (path) => {
  const retention = { ageMs: 90 * 86_400_000, entries: 1_000_000 };
  const journal = new SqliteJournal(path, { retention, wallMs: () => nowMs });
  for (let index = 0; index < 3_000; index++) {
    const ageMs = index < 1_500 ? 2 * 86_400_000 : 0;
    journal.append(entry(index, { atMs: nowMs - ageMs }));
  }
  journal.flush();
  equal(journal.trim(), 0);
  journal.retain({ ...retention, ageMs: 86_400_000 });
  const verdict = journal.verify();
  equal(verdict.intact && verdict.entries, 1_500);
  journal.close();
});

inDirectory("verify() finds an entry that was changed", (path) => {
  const journal = new SqliteJournal(path);
  for (let index = 0; index < 5; index++) journal.append(entry(index));
  journal.flush();
  const intruder = new DatabaseSync(path);
  intruder.exec("UPDATE entry SET subject = '192.0.2.99' WHERE seq = 3");
  intruder.close();
  const verdict = journal.verify();
  equal(verdict.intact ? 0 : verdict.seq, 3);
  journal.close();
});

const damages: { name: string; damage: (path: string) => void }[] = [
  {
    name: "no database at all",
    damage: (path) => Deno.writeTextFileSync(path, "nonsense ".repeat(2_000)),
  },
  {
    name: "a torn file",
    damage: (path) => Deno.truncateSync(path, 5_000),
  },
  {
    name: "overwritten pages",
    damage: (path) => {
      const bytes = Deno.readFileSync(path);
      Deno.writeFileSync(path, bytes.fill(0xa5, 4_096));
    },
  },
  {
    name: "an entry that was changed",
    damage: (path) => {
      const intruder = new DatabaseSync(path);
      intruder.exec("UPDATE entry SET what = 'nothing' WHERE seq = 50");
      intruder.close();
    },
  },
  {
    name: "another program's database",
    damage: (path) => {
      Deno.removeSync(path);
      const intruder = new DatabaseSync(path);
      intruder.exec("CREATE TABLE entry (a, b)");
      intruder.close();
    },
  },
];

for (const { name, damage } of damages) {
  inDirectory(`moves ${name} aside and begins anew`, (path, directory) => {
    const before = new SqliteJournal(path);
    for (let index = 0; index < 100; index++) before.append(entry(index));
    before.close();
    damage(path);
    const journal = new SqliteJournal(path, { wallMs: () => nowMs });
    journal.append(entry(7));
    const { entries } = journal.read();
    deepEqual(entries.map(({ what }) => what), [
      "alert",
      "journal_moved_aside",
    ]);
    ok(journal.health().note?.includes("moved to"));
    equal(journal.verify().intact, true);
    journal.close();
    const aside = [...Deno.readDirSync(directory)].filter(({ name }) =>
      /\.damaged-[^-]+-\d\d-[^-]+-\d\d-\d\d-\d+Z$/.test(name)
    );
    equal(aside.length, 1);
  });
}

inDirectory("says why there can be no journal", (_, directory) => {
  throws(
    () => new SqliteJournal(`${directory}/missing/journal.db`),
    (error) =>
      error instanceof JournalError && error.code === "journal_unusable" &&
      error.message.startsWith("Cannot open journal "),
  );
});

inDirectory("bounds what waits while nothing can be written", (path) => {
  const journal = new SqliteJournal(path);
  const lock = new DatabaseSync(path);
  lock.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
  for (let index = 0; index < waitingMax + 5; index++) {
    journal.append(entry(index));
  }
  equal(journal.flush(), false);
  const { waiting, dropped, failures, error } = journal.health();
  deepEqual([waiting, dropped, failures], [waitingMax, 5, 1]);
  ok(error?.includes("locked"));
  lock.exec("ROLLBACK");
  lock.close();
  equal(journal.flush(), true);
  equal(journal.health().error, undefined);
  equal(journal.health().head.seq, waitingMax);
  journal.close();
});

/** Runs the writer below in a process of its own. */
function spawnWriter(...args: string[]): Deno.ChildProcess {
  const writer = new URL("./journal_writer.ts", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", writer, ...args],
    stdout: "piped",
  }).spawn();
}

inDirectory(
  "survives kill -9 with every entry it has confirmed",
  async (path) => {
    const child = spawnWriter(path);
    let confirmed = 0;
    const reader = child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    while (confirmed < 2_000) {
      const { value, done } = await reader.read();
      if (done) break;
      confirmed = Number(value.trimEnd().split("\n").at(-1));
    }
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    ok(confirmed >= 2_000);
    const journal = new SqliteJournal(path);
    equal(journal.health().note, undefined);
    const verdict = journal.verify();
    ok(verdict.intact && verdict.entries >= confirmed);
    journal.close();
  },
);

for (
  const text of ["CORP\\admin", 'said "hi"', '{"address":"192.0.2.7"}', "corp"]
) {
  inDirectory(`finds ${text} in what waits and in what is written`, (path) => {
    const journal = new SqliteJournal(path);
    const detail = {
      summary: 'CORP\\admin said "hi"',
      order: '{"address":"192.0.2.7"}',
    };
    journal.append(entry(1, { detail }));
    journal.append(entry(2));
    equal(journal.read({ text }).entries.length, 1, "waiting");
    journal.flush();
    equal(journal.read({ text }).entries.length, 1, "written");
    journal.close();
  });
}

const mayMount = Deno.build.os === "linux" &&
  new Deno.Command("unshare", { args: ["-m", "true"] }).outputSync().success;

Deno.test({
  name: "SqliteJournal waits in memory while the disk is full, then goes on",
  ignore: !mayMount,
  fn() {
    const writer = new URL("./journal_writer.ts", import.meta.url).pathname;
    const directory = Deno.makeTempDirSync();
    // The mount is seen by this child alone and goes with it.
    const script = `mount -t tmpfs -o size=1m none ${directory} && ` +
      `head -c 700000 /dev/zero > ${directory}/ballast && ` +
      `exec ${Deno.execPath()} run --quiet -A ${writer} ` +
      `${directory}/journal.db ${directory}/ballast`;
    const { stdout, success } = new Deno.Command("unshare", {
      args: ["-m", "sh", "-c", script],
    }).outputSync();
    Deno.removeSync(directory, { recursive: true });
    ok(success);
    const { full, later } = JSON.parse(new TextDecoder().decode(stdout));
    ok(full.failures > 0 && full.waiting > 0, JSON.stringify(full));
    equal(full.readable, true);
    deepEqual(later, { waiting: 0, dropped: 0, intact: true, entries: 3_000 });
  },
});

Deno.test({
  name: "SqliteJournal goes on when there is room, if it was damaged meanwhile",
  ignore: !mayMount,
  fn() {
    const child =
      new URL("./journal_damaged_full.ts", import.meta.url).pathname;
    const directory = Deno.makeTempDirSync();
    const script = `mount -t tmpfs -o size=12m none ${directory} && ` +
      `exec ${Deno.execPath()} run --quiet -A ${child} ${directory}`;
    const { stdout, success } = new Deno.Command("unshare", {
      args: ["-m", "sh", "-c", script],
    }).outputSync();
    Deno.removeSync(directory, { recursive: true });
    ok(success);
    deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
      atStart: "JournalError",
      stuck: true,
      written: true,
      last: "alert",
      aside: 1,
    });
  },
});
