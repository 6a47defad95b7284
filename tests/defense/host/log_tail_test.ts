import { deepEqual } from "node:assert/strict";
import { followLog, lineBytesMax } from "../../../defense/host/log_tail.ts";

/** A log under test, with what was read of it so far. */
async function withLog(
  body: (log: {
    path: string;
    append(text: string): void;
    /** Waits until `count` lines were read, then gives all that were. */
    read(count: number): Promise<string[]>;
    counters(): Record<string, number>;
  }) => Promise<void>,
  initial: string | undefined,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/auth.log`;
  if (initial !== undefined) Deno.writeTextFileSync(path, initial);
  const lines: string[] = [];
  const tail = followLog(path, (read) => lines.push(...read));
  try {
    // The kernel's watch begins a moment after the call.
    await new Promise((wake) => setTimeout(wake, 50));
    await body({
      path,
      append: (text) => Deno.writeTextFileSync(path, text, { append: true }),
      read: async (count) => {
        for (let tries = 0; lines.length < count && tries < 3_000; tries++) {
          await new Promise((wake) => setTimeout(wake, 10));
        }
        return [...lines];
      },
      counters: () => ({ ...tail.counters }),
    });
  } finally {
    tail.stop();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("followLog() starts at the end and reads what is appended", () =>
  withLog(async ({ append, read }) => {
    append("first\nsecond\n");
    deepEqual(await read(2), ["first", "second"]);
  }, "old\n"));

Deno.test("followLog() waits for the end of a line", () =>
  withLog(async ({ append, read }) => {
    append("half");
    append(" and whole\n");
    deepEqual(await read(1), ["half and whole"]);
  }, ""));

Deno.test("followLog() takes CR LF for the end of a line, wherever it is read", () =>
  withLog(async ({ append, read }) => {
    append("one\r");
    append("\ntwo\r\n\r\nth\rree\n");
    deepEqual(await read(4), ["one", "two", "", "th\rree"]);
  }, ""));

Deno.test("followLog() follows a renamed file to the new one and loses nothing", () =>
  withLog(async ({ path, append, read, counters }) => {
    append("before\n");
    Deno.renameSync(path, `${path}.1`);
    Deno.writeTextFileSync(`${path}.1`, "late\n", { append: true });
    Deno.writeTextFileSync(path, "after\n");
    deepEqual(await read(3), ["before", "late", "after"]);
    deepEqual(counters().rotations, 1);
  }, ""));

Deno.test("followLog() begins again when the file is truncated", () =>
  withLog(async ({ path, append, read, counters }) => {
    append("a long line before\n");
    await read(1);
    Deno.truncateSync(path);
    await new Promise((wake) => setTimeout(wake, 100));
    append("new\n");
    deepEqual(await read(2), ["a long line before", "new"]);
    deepEqual(counters().truncations, 1);
  }, ""));

Deno.test("followLog() reads a file that appears later from its beginning", () =>
  withLog(async ({ path, read }) => {
    Deno.writeTextFileSync(path, "hello\n");
    deepEqual(await read(1), ["hello"]);
  }, undefined));

Deno.test("followLog() drops and counts a line without end", () =>
  withLog(async ({ append, read, counters }) => {
    append("x".repeat(lineBytesMax + 10));
    append("y".repeat(lineBytesMax * 3) + "\nshort\n");
    deepEqual(await read(1), ["short"]);
    deepEqual(counters().overlong, 1);
  }, ""));
