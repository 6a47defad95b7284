import { deepEqual, equal, throws } from "node:assert/strict";
import {
  asideMax,
  DamageError,
  isDamage,
  moveAside,
} from "../../../defense/host/journal_damage.ts";

const sqlite = (message: string, errcode?: number) =>
  Object.assign(new Error(message), errcode === undefined ? {} : { errcode });

const errors: { name: string; error: unknown; damage: boolean }[] = [
  { name: "a broken chain", error: new DamageError("entry 7"), damage: true },
  { name: "SQLITE_CORRUPT", error: sqlite("?", 11), damage: true },
  { name: "SQLITE_CORRUPT_INDEX", error: sqlite("?", 779), damage: true },
  { name: "SQLITE_NOTADB", error: sqlite("?", 26), damage: true },
  {
    name: "SQLite's words without a code",
    error: sqlite("database disk image is malformed"),
    damage: true,
  },
  {
    name: "another program's table",
    error: sqlite("table entry has 2 columns but 8 values were supplied"),
    damage: true,
  },
  { name: "a full disk", error: sqlite("disk is full", 13), damage: false },
  { name: "a locked file", error: sqlite("it is locked", 5), damage: false },
  { name: "no permission", error: new Error("EACCES"), damage: false },
  { name: "no error at all", error: "malformed", damage: false },
];
for (const { name, error, damage } of errors) {
  Deno.test(`isDamage() is ${damage} for ${name}`, () => {
    equal(isDamage(error), damage);
  });
}

Deno.test("moveAside() keeps the newest asideMax with their companions", () => {
  const directory = Deno.makeTempDirSync();
  const path = `${directory}/journal.sqlite`;
  try {
    const moved: string[] = [];
    for (let day = 1; day <= asideMax + 2; day++) {
      for (const suffix of ["", "-wal"]) {
        Deno.writeTextFileSync(path + suffix, `${day}${suffix}`);
      }
      moved.push(moveAside(path, Date.UTC(2026, 0, day)));
    }
    Deno.writeTextFileSync(`${directory}/keys`, "not ours to remove");
    deepEqual(
      [...Deno.readDirSync(directory)].map(({ name }) => name).sort(),
      [
        ...moved.slice(-asideMax).flatMap((name) => [name, `${name}-wal`])
          .map((name) => name.slice(directory.length + 1)),
        "keys",
      ].sort(),
    );
    equal(Deno.readTextFileSync(moved.at(-1) ?? ""), `${asideMax + 2}`);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("moveAside() says when the directory is gone", () => {
  throws(
    () => moveAside("/nonexistent/journal.sqlite", 0),
    Deno.errors.NotFound,
  );
});
