/**
 * Whoever follows an error message or a help page must not end in another
 * error: each `--flag` that the source names in its words is on the command
 * line, and in an example on that of the command in the example.
 */
import { deepEqual, ok } from "node:assert/strict";
import { commands, helpOf } from "./run_here.ts";

const root = new URL("../../", import.meta.url).pathname;
const folders = ["cli", "defense", "mesh", "sims"];
/** Makes the program and is no part of it: its flags go to the runtime. */
const building = "cli/build/";

/** Flags of other programs that we run, or tell operators to run. */
const foreign: Readonly<Record<string, string>> = {
  "--after-cursor": "journalctl: go on behind this record",
  "--allow-read": "deno run: which paths, for whoever runs from the source",
  "--allow-write": "deno run: the same for writing",
  "--check": "nft: read a ruleset, apply nothing",
  "--immediate-mode": "tcpdump: deliver packets as they come",
  "--no-tail": "journalctl: with -f, all records from there on",
  "--since": "journalctl: go on at this time",
  "--version": "nft, tcpdump and journalctl say whether they are there",
};

/** Comments, so that they are skipped, and the string literals between. */
const commentOrText =
  /\/\*[^]*?\*\/|\/\/.*|("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/g;
const flagWord = /(?<![\w-])--[a-z][a-z-]*/g;

interface Mention {
  readonly place: string;
  readonly flag: string;
  /** The words after `stealthmesh`, where the text is a command line. */
  readonly command: string | undefined;
}

function mentionsIn(place: string, source: string): Mention[] {
  return [...source.matchAll(commentOrText)].flatMap(([, text = ""]) => {
    // In a style sheet these are names of colours.
    if (text.includes("var(--")) return [];
    const line = /\bstealthmesh((?: [a-z]+)*)/.exec(text)?.[1]?.trim();
    return (text.match(flagWord) ?? []).map((flag) => ({
      place,
      flag,
      command: line === undefined ? undefined : commandIn(line),
    }));
  });
}

/** The longest command that `words` begin with. */
function commandIn(words: string): string {
  const known = commands.filter((command) =>
    `${words} `.startsWith(command === "" ? "" : `${command} `)
  );
  return known.sort((a, b) => b.length - a.length)[0] ?? "";
}

async function* sourcesIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(`${root}${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* sourcesIn(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

async function flagsByCommand(): Promise<Map<string, Set<string>>> {
  const flags = new Map<string, Set<string>>();
  for (const command of commands) {
    const { stdout } = await helpOf(command);
    flags.set(command, new Set(stdout.match(flagWord)));
  }
  return flags;
}

Deno.test("every --flag in our words is one that the command line takes", async () => {
  const known = await flagsByCommand();
  const all = new Set([...known.values()].flatMap((flags) => [...flags]));
  const mentions: Mention[] = [];
  for (const folder of folders) {
    for await (const path of sourcesIn(folder)) {
      // Speaks to compilers, and to nobody at run time.
      if (path.startsWith("cli/build/")) continue;
      if (path.startsWith(building)) continue;
      const source = await Deno.readTextFile(`${root}${path}`);
      mentions.push(...mentionsIn(path, source));
    }
  }
  const wrong = mentions.filter(({ flag, command }) =>
    !(flag in foreign) &&
    !(command === undefined ? all : known.get(command))?.has(flag)
  );
  deepEqual(wrong, []);
  ok(mentions.length > 40, `only ${mentions.length} flags were found`);
});

const rows: { name: string; source: string; found: string[] }[] = [
  {
    name: "skips comments",
    source: `/** With \`--no-such\` */ // "--nor-this"\nconst a = "";`,
    found: [],
  },
  {
    name: "skips style sheets",
    source: "const style = `a { --ink: red; color: var(--ink) }`;",
    found: [],
  },
  {
    name: "finds a flag in an error message",
    source: 'throw new Error("Name one with: --state-directory DIR");',
    found: ["--state-directory undefined"],
  },
  {
    name: "knows the command of an example",
    source: "note(`Try: stealthmesh keys show --dry-run`);",
    found: ["--dry-run keys show"],
  },
];

for (const { name, source, found } of rows) {
  Deno.test(`the search for flags ${name}`, () => {
    deepEqual(
      mentionsIn("x.ts", source).map(({ flag, command }) =>
        `${flag} ${command}`
      ),
      found,
    );
  });
}
