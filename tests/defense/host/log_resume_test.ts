/** A log whose reader was away: what it finds when it comes back. */
import { deepEqual, equal } from "node:assert/strict";
import {
  type FilePlace,
  loadPlaces,
  type LogPlace,
  savePlaces,
} from "../../../defense/host/log_place.ts";
import { followLog, lineBytesMax } from "../../../defense/host/log_tail.ts";

interface Run {
  readonly lines: string[];
  readonly late: string[];
  readonly places: readonly FilePlace[];
  readonly counters: Readonly<Record<string, number>>;
}

/** Reads until nothing new has come for a while. */
async function run(
  path: string,
  places: readonly FilePlace[],
  expected: number,
  meanwhile: () => void = () => {},
): Promise<Run> {
  const lines: string[] = [];
  const late: string[] = [];
  let now: readonly FilePlace[] = places;
  const tail = followLog(path, (read, isLate) => {
    lines.push(...read);
    if (isLate) late.push(...read);
  }, { places, onPlaces: (told) => now = told });
  // One line too many would come at once, too.
  const settle = () => new Promise((wake) => setTimeout(wake, 100));
  await settle();
  meanwhile();
  for (let tries = 0; lines.length < expected && tries < 100; tries++) {
    await settle();
  }
  await settle();
  tail.stop();
  return { lines, late, places: now, counters: { ...tail.counters } };
}

type Files = {
  readonly path: string;
  append(text: string, suffix?: string): void;
  rename(from: string, to: string): void;
};

const rows: {
  name: string;
  /** Lines before the reader goes. */
  before: string;
  away(files: Files): void;
  read: string[];
  gaps?: number;
}[] = [
  {
    name: "nothing new",
    before: "one\n",
    away: () => {},
    read: [],
  },
  {
    name: "lines appended",
    before: "one\n",
    away: ({ append }) => append("two\nthree\n"),
    read: ["two", "three"],
  },
  {
    name: "half a line before, its rest after",
    before: "one\ntw",
    away: ({ append }) => append("o\n"),
    read: ["two"],
  },
  {
    name: "the rest of a line that is too long",
    before: "x".repeat(lineBytesMax + 100),
    away: ({ append }) => append("forged line\ntwo\n"),
    read: ["two"],
  },
  {
    name: "rotated, and written on before and after",
    before: "one\n",
    away: ({ append, rename }) => {
      append("two\n");
      rename("", ".1");
      append("three\n", ".1");
      append("four\n");
    },
    read: ["two", "three", "four"],
  },
  {
    name: "rotated twice",
    before: "one\n",
    away: ({ append, rename }) => {
      append("two\n");
      rename("", ".1");
      append("three\n");
      rename(".1", ".2");
      rename("", ".1");
      append("four\n");
    },
    read: ["two", "three", "four"],
  },
  {
    name: "rotated, and not made anew yet",
    before: "one\n",
    away: ({ append, rename }) => {
      append("two\n");
      rename("", ".1");
    },
    read: ["two"],
  },
  {
    name: "copied and cut to nothing",
    before: "one\n",
    away: ({ path, append }) => {
      append("two\n");
      Deno.copyFileSync(path, `${path}.1`);
      Deno.truncateSync(path);
      append("three\n");
    },
    read: ["two", "three"],
  },
  {
    name: "cut to nothing and grown beyond where we were",
    before: "one\n",
    away: ({ path, append }) => {
      Deno.truncateSync(path);
      append("another beginning\ntwo\n");
    },
    read: ["another beginning", "two"],
    gaps: 1,
  },
  {
    name: "rotated and compressed",
    before: "one\n",
    away: ({ append, rename }) => {
      rename("", ".1.gz");
      append("two\n");
    },
    read: ["two"],
    gaps: 1,
  },
  {
    name: "older logs of the same name are not read again",
    before: "one\n",
    away: ({ path, append, rename }) => {
      Deno.writeTextFileSync(`${path}.2`, "ancient\n");
      Deno.utimeSync(`${path}.2`, 1_000, 1_000);
      Deno.writeTextFileSync(`${path}x`, "somebody else's\n");
      append("two\n");
      rename("", ".1");
      append("three\n");
    },
    read: ["two", "three"],
  },
];

for (const { name, before, away, read, gaps = 0 } of rows) {
  Deno.test(`followLog() comes back to a log: ${name}`, async () => {
    const directory = await Deno.makeTempDir();
    const path = `${directory}/auth.log`;
    let clockS = 1_000_000;
    const files: Files = {
      path,
      append(text, suffix = "") {
        Deno.writeTextFileSync(path + suffix, text, { append: true });
        // Rotations are a day apart, not within one tick of the file system.
        Deno.utimeSync(path + suffix, clockS, clockS);
        clockS += 86_400;
      },
      rename: (from, to) => Deno.renameSync(path + from, path + to),
    };
    try {
      Deno.writeTextFileSync(path, "");
      const first = await run(
        ...[path, [], before.split("\n").length - 1] as const,
        () => files.append(before),
      );
      away(files);
      const second = await run(path, first.places, read.length);
      deepEqual(second.lines, read);
      deepEqual(second.late, read);
      equal(second.counters["gaps"], gaps);
      const third = await run(
        path,
        second.places,
        read.length > 0 ? 1 : 0,
        () => {
          if (read.length > 0) files.append("live\n");
        },
      );
      deepEqual(third.lines, read.length > 0 ? ["live"] : []);
      deepEqual(third.late, []);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("followLog() reads a renamed file on while its writer holds it", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/auth.log`;
  try {
    Deno.writeTextFileSync(path, "");
    const { lines, counters } = await run(path, [], 3, () => {
      const writer = Deno.openSync(path, { append: true });
      Deno.renameSync(path, `${path}.1`);
      Deno.writeTextFileSync(path, "new\n");
      setTimeout(() => {
        writer.writeSync(new TextEncoder().encode("old\n"));
        writer.close();
        Deno.writeTextFileSync(path, "newer\n", { append: true });
      }, 20);
    });
    deepEqual(lines.toSorted(), ["new", "newer", "old"]);
    equal(counters["rotations"], 1);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("loadPlaces() reads what savePlaces() wrote, and nothing else", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/log-places.json`;
  try {
    deepEqual(loadPlaces(path), []);
    const places: LogPlace[] = [
      { source: "journal", atMs: 5, cursor: "s=1;i=2f;b=3" },
      {
        source: "/var/log/auth.log",
        atMs: 7,
        files: [{ inode: 1, offset: 2, head: "a".repeat(64), headBytes: 2 }],
      },
    ];
    savePlaces(path, places);
    deepEqual(loadPlaces(path), places);
    equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    for (
      const wrong of [
        "",
        "{}",
        "[null, 1]",
        '[{"source":"auth.log"}]',
        '[{"source":"/a","atMs":1,"files":[{"inode":-1}]}]',
        '[{"source":"journal","atMs":1,"cursor":"--flush"},{"source":"journal","atMs":1,"cursor":"a b"}]',
      ].map((text) => text.replace('"cursor":"--flush"', '"cursor":"$(x)"'))
    ) {
      Deno.writeTextFileSync(path, wrong);
      deepEqual(loadPlaces(path), [], wrong);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
