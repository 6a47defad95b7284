/**
 * Keeps the map of the README true: who may import whom, and who may reach
 * clocks, randomness and the outside. It has no list of exceptions.
 *
 * @module
 */
import { deepEqual } from "node:assert/strict";

const root = new URL("../", import.meta.url).pathname;
const folders = ["mesh", "defense", "dashboard", "sims", "cli"] as const;
type Folder = typeof folders[number];

/** `mesh ← defense ← {dashboard, sims} ← cli ← main.ts` (design §3). */
const standsOn: Readonly<Record<Folder | "main.ts", readonly Folder[]>> = {
  mesh: [],
  defense: ["mesh"],
  dashboard: ["mesh", "defense"],
  sims: ["mesh", "defense"],
  cli: ["mesh", "defense", "dashboard", "sims"],
  "main.ts": ["cli"],
};

/** Rooms of these folders meet only in the composers. */
const rooms: readonly Folder[] = ["mesh", "defense"];

/** Names through which a file would reach a world that was not handed in. */
const ambient =
  /\bDeno\.|\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b|\bcrypto\.(?:getRandomValues|randomUUID|subtle)\b|\brandomBytes\b|\bfetch\(|\bnew Worker\b|\bnew WebSocket\b|\bconsole\./;
/** Modules of the runtime that are pure functions of their arguments. */
const pureBuiltins = new Set(["node:buffer", "node:crypto"]);
/** What `node:crypto` offers that is a pure function of its arguments. */
const pureCrypto = new Set([
  "createPrivateKey",
  "createPublicKey",
  "KeyObject",
  "sign",
  "verify",
  "createHash",
  "createCipheriv",
  "createDecipheriv",
  "diffieHellman",
]);

interface SourceFile {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly { specifier: string; clause: string }[];
}

function readSources(): SourceFile[] {
  const found: SourceFile[] = [];
  const visit = (directory: string) => {
    for (const entry of Deno.readDirSync(root + directory)) {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory) visit(path);
      else if (/\.tsx?$/.test(entry.name)) found.push(readSource(path));
    }
  };
  for (const folder of folders) visit(folder);
  found.push(readSource("main.ts"));
  return found;
}

function readSource(path: string): SourceFile {
  const text = Deno.readTextFileSync(root + path);
  const code = withoutComments(text);
  const imports = [
    ...code.matchAll(
      /(?:^|[;}\n])\s*(?:import|export)\s+([^"';]*?)\s*from\s*"([^"]+)"/g,
    ),
    ...code.matchAll(/(?:^|[;}\n])\s*import\s*()"([^"]+)"/g),
    ...code.matchAll(/\bimport\(\s*()"([^"]+)"/g),
    ...code.matchAll(/new URL\(\s*()"(\.[^"]+\.tsx?)"/g),
  ].map((match) => ({ clause: match[1] ?? "", specifier: match[2] ?? "" }));
  return { path, text: code, imports };
}

/** Drops comments; a comment may speak of a clock, code may not read one. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(
    /(^|[^:"'`\\])\/\/[^\n]*/g,
    "$1",
  );
}

function resolve(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

function folderOf(path: string): Folder | "main.ts" {
  return path.split("/")[0] as Folder | "main.ts";
}

function isHost(path: string): boolean {
  return /^[a-z]+\/host\//.test(path);
}

function mayReachTheWorld(path: string): boolean {
  return isHost(path) || path.startsWith("cli/") || path === "main.ts" ||
    path === "dashboard/server.ts" || path === "dashboard/web_server.ts" ||
    // A browser's world.
    path.startsWith("dashboard/ui/");
}

const sources = readSources();

function broken(rule: (file: SourceFile) => Iterable<string>): string[] {
  return sources.flatMap((file) =>
    [...rule(file)].map((reason) => `${file.path}: ${reason}`)
  );
}

Deno.test("the map is read from real files", () => {
  deepEqual(sources.length > 20, true);
  deepEqual(sources.some(({ imports }) => imports.length > 0), true);
});

Deno.test("a folder stands only on the folders below it", () => {
  deepEqual(
    broken(function* ({ path, imports }) {
      const own = folderOf(path);
      for (const { specifier } of imports) {
        if (!specifier.startsWith(".")) continue;
        const target = folderOf(resolve(path, specifier));
        if (target !== own && !standsOn[own].includes(target as Folder)) {
          yield `imports ${specifier}`;
        }
      }
    }),
    [],
  );
});

Deno.test("a folder is entered only through its doors", () => {
  deepEqual(
    broken(function* ({ path, imports }) {
      for (const { specifier } of imports) {
        if (!specifier.startsWith(".")) continue;
        const target = resolve(path, specifier);
        if (folderOf(target) === folderOf(path) || path === "main.ts") continue;
        const door = /^[a-z]+\/mod\.ts$/.test(target) ||
          (/^[a-z]+\/host\/mod\.ts$/.test(target) && path.startsWith("cli/")) ||
          (/^dashboard\/(?:web_)?server\.ts$/.test(target) &&
            path.startsWith("cli/"));
        if (!door) yield `enters ${target} past its door`;
      }
    }),
    [],
  );
});

Deno.test("host code is reached only from host code and cli/", () => {
  deepEqual(
    broken(function* ({ path, imports }) {
      if (mayReachTheWorld(path)) return;
      for (const { specifier } of imports) {
        if (!specifier.startsWith(".")) continue;
        const target = resolve(path, specifier);
        if (isHost(target)) yield `imports ${target}`;
      }
    }),
    [],
  );
});

Deno.test("rooms meet only in composers at their folder's root", () => {
  deepEqual(
    broken(function* ({ path, imports }) {
      const [folder, room, file] = path.split("/");
      if (!rooms.includes(folder as Folder) || file === undefined) return;
      if (room === "host") return;
      for (const { specifier } of imports) {
        if (!specifier.startsWith(".")) continue;
        const [targetFolder, targetRoom, targetFile] = resolve(path, specifier)
          .split("/");
        if (targetFolder !== folder || targetFile === undefined) continue;
        // Primitives are the vocabulary of cryptography, used by every room.
        if (targetRoom !== room && targetRoom !== "primitives") {
          yield `room ${room} imports room ${targetRoom}`;
        }
      }
    }),
    [],
  );
});

Deno.test("the world is handed in: no ambient clock, randomness or IO", () => {
  deepEqual(
    broken(function* ({ path, text, imports }) {
      if (mayReachTheWorld(path)) return;
      const reached = ambient.exec(text);
      if (reached) yield `reaches ${reached[0]}`;
      for (const { specifier, clause } of imports) {
        if (!specifier.startsWith("node:")) continue;
        if (!pureBuiltins.has(specifier)) yield `imports ${specifier}`;
        if (specifier !== "node:crypto") continue;
        for (
          const name of clause.matchAll(/(?:type\s+)?(\w+)(?:\s+as\s+\w+)?/g)
        ) {
          if (name[1] && !pureCrypto.has(name[1])) {
            yield `imports ${name[1]} from node:crypto`;
          }
        }
      }
    }),
    [],
  );
});

Deno.test("mesh/ never learns what an alert is", () => {
  deepEqual(
    broken(function* ({ path, text }) {
      if (!path.startsWith("mesh/")) return;
      if (/\b(?:Alert|Lease|Verdict|Observation)\b/.test(text)) {
        yield "names a concept of defense/";
      }
    }),
    [],
  );
});

Deno.test("nothing that is detected can change the pace of the links", () => {
  // The mesh knows the order, one file gives it, and that file hears nothing
  // of defense/; a simulated operator may give it, too.
  const keeper = "cli/profile_keeper.ts";
  const knowing = ["mesh/mesh.ts", "mesh/node.ts", keeper];
  deepEqual(
    broken(function* ({ path, text, imports }) {
      const simulated = path.startsWith("sims/");
      if (/use_profile/.test(text) && !knowing.includes(path) && !simulated) {
        yield "orders a profile";
      }
      // What is detected may be told to the mesh, and nothing else.
      const order = /"(?:merge_roster|open_invite|close_invite|use_keys)"/.exec(
        text,
      );
      if (path.startsWith("defense/") && order) yield `orders ${order[0]}`;
      if (path !== keeper) return;
      for (const { specifier } of imports) {
        if (specifier.includes("defense/")) yield `imports ${specifier}`;
      }
    }),
    [],
  );
  deepEqual(sources.some(({ path }) => path === keeper), true);
});

Deno.test("files are named for one thing", () => {
  deepEqual(
    broken(function* ({ path }) {
      if (/(?:^|\/)(?:utils?|helpers?|common|manager)(?:[/._]|$)/.test(path)) {
        yield "has no name of its own";
      }
      if (!/^[a-z0-9_/]+(?:\.d)?\.tsx?$/.test(path)) {
        yield "is not in snake_case";
      }
    }),
    [],
  );
});
