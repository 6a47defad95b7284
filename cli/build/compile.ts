/**
 * Makes the one file that is copied to each machine:
 *
 *     deno task compile [-o OUTPUT] [--compiler PROGRAM] [FLAG]... [ENTRY]
 *
 * First each isolate is bundled on its own into `dist/bundle`, so that it
 * loads what it uses and nothing else (compiled from the sources, the program
 * would carry every npm package whole, in memory, too). Then `deno compile`
 * embeds the bundles. A PROGRAM instead of it is called as
 * `PROGRAM OUTPUT FLAG... ENTRY`. Other FLAGs are passed on, such as
 * `--target aarch64-unknown-linux-gnu`.
 *
 * Names in the bundles are short; `dist/bundle/*.map` leads a stack trace back
 * to the sources. Keep them with a release.
 *
 * It lies in `cli/`, because it knows how isolates and permissions are wired,
 * and the top level has no place for tools.
 *
 * @module
 */

import { buildPages } from "./pages.ts";

/** What isolates start from besides the entry; each is a bundle of its own. */
const isolates = [
  "mesh/host/mesh_isolate.ts",
  "defense/host/sensors_isolate.ts",
  "defense/host/containment_isolate.ts",
  "defense/host/decoys_isolate.ts",
  "cli/simulation_isolate.ts",
];

/** The union of what the isolates may do (design §4). */
const permissions = [
  "--no-prompt",
  // "/", because a grant without paths cannot be narrowed (`permissions.ts`).
  "--allow-read=/",
  "--allow-write=/",
  "--allow-net",
  "--allow-run=nft,tcpdump,journalctl,cat,ss,mkdir,rmdir,sort,sleep",
  "--allow-env=HOME,NO_COLOR,SSH_CONNECTION,XDG_CONFIG_HOME,XDG_STATE_HOME," +
  "LOG_TOKENS,LOG_STREAM,STEALTHMESH_*",
  "--allow-sys=hostname,networkInterfaces,uid",
];

/**
 * V8 for several small heaps instead of one large one. Measured on an idle agent;
 * replay and handshakes reach the same speed, because TurboFan stays.
 */
const engine = [
  // Without it each isolate maps the built-in functions once more: -8 MiB.
  "--no-short-builtin-calls",
  // A young generation of 2 instead of 16 MiB in each isolate: -14 MiB.
  "--max-semi-space-size=2",
  // Code of the tiers between interpreter and TurboFan: -7 MiB.
  "--no-maglev",
  "--no-sparkplug",
  // For `settle.ts`: -6 MiB.
  "--expose-gc",
];

const runtime = [
  "--no-check",
  "--no-config",
  "--no-lock",
  "--unstable-worker-options",
  // Else the program loads bytecode from a file in /tmp that any user of the
  // machine could have put there, and runs it as root.
  "--no-code-cache",
  `--v8-flags=${engine.join(",")}`,
];

/** What the command line said. */
interface Order {
  readonly output: string;
  readonly compiler: string | undefined;
  readonly entry: string;
  readonly passedOn: readonly string[];
}

function readOrder(args: readonly string[]): Order {
  let output = "dist/stealthmesh";
  let entry = "main.ts";
  let compiler: string | undefined;
  const passedOn: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "-o") output = args[++at] ?? output;
    else if (arg === "--compiler") compiler = args[++at];
    else if (arg === "--target") passedOn.push(arg, args[++at] ?? "");
    else if (arg.startsWith("-")) passedOn.push(arg);
    else entry = arg;
  }
  return { output, compiler, entry, passedOn };
}

const repository = new URL("../../", import.meta.url).pathname;

/** Runs a program to its end. */
async function run(
  program: string,
  args: readonly string[],
  directory: string,
): Promise<void> {
  const { success, stderr, stdout } = await new Deno.Command(program, {
    args: [...args],
    cwd: directory,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (success) return;
  Deno.stderr.writeSync(stdout);
  Deno.stderr.writeSync(stderr);
  throw new Error(`Cannot build: ${program} ${args[0]} failed`);
}

async function bundle(
  source: string,
  ...target: readonly string[]
): Promise<void> {
  await run(Deno.execPath(), [
    ...["bundle", "--quiet", "--minify", "--sourcemap=external"],
    ...target,
    source,
  ], repository);
}

/** Name of a bundle: all lie in one directory. */
function nameOf(source: string): string {
  return `${source.slice(source.lastIndexOf("/") + 1, -".ts".length)}.js`;
}

/**
 * Where code starts a worker it names the source beside it, and the bundle
 * lies elsewhere. The program must name each isolate exactly once; another one,
 * made of parts of it, may do without some.
 */
function pointToBundles(directory: string, isProgram: boolean): void {
  const named = new Map(isolates.map((source) => [nameOf(source), 0]));
  for (const { name } of [...Deno.readDirSync(directory)]) {
    if (!name.endsWith(".js") || named.has(name)) continue;
    const path = `${directory}/${name}`;
    const text = Deno.readTextFileSync(path);
    const pointed = text.replace(
      /new URL\((["`])\.\/(\w+_isolate)\.ts\1/g,
      (_, quote: string, stem: string) => {
        const target = `${stem}.js`;
        named.set(target, (named.get(target) ?? 0) + 1);
        return `new URL(${quote}./${target}${quote}`;
      },
    );
    if (pointed !== text) Deno.writeTextFileSync(path, pointed);
  }
  for (const [name, times] of named) {
    if (times === 1 || (times === 0 && !isProgram)) continue;
    throw new Error(
      `Cannot build: ${name} is started in ${times} places; ` +
        "correct the list of isolates in cli/build/compile.ts",
    );
  }
}

async function build(order: Order): Promise<void> {
  const { entry, compiler } = order;
  const directory = `${repository}dist/bundle/${nameOf(entry).slice(0, -3)}`;
  await Deno.remove(directory, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  // Commands are loaded when they run, so they are chunks of their own.
  await bundle(entry, "--code-splitting", "--outdir", directory);
  // So is what stands behind doors that may never open.
  for (const source of isolates) {
    await bundle(source, "--code-splitting", "--outdir", directory);
  }
  pointToBundles(directory, entry === "main.ts");
  await buildPages(`${directory}/ui`);
  await bundle("cli/build/settle.ts", "-o", `${directory}/settle.js`);
  for (const source of [entry, ...isolates]) {
    // At the end, so that lines and source maps agree.
    const path = `${directory}/${nameOf(source)}`;
    Deno.writeTextFileSync(path, '\nimport "./settle.js";\n', { append: true });
  }

  const output = order.output.startsWith("/")
    ? order.output
    : `${repository}${order.output}`;
  const flags = [
    ...runtime,
    ...permissions,
    ...order.passedOn,
    ...isolates.flatMap((source) => ["--include", nameOf(source)]),
    ...["--include", "ui"],
    nameOf(entry),
  ];
  if (compiler === undefined) {
    await run(
      Deno.execPath(),
      ["compile", "--quiet", "-o", output, ...flags],
      directory,
    );
  } else {
    await run(await Deno.realPath(compiler), [output, ...flags], directory);
  }
}

if (import.meta.main) await build(readOrder(Deno.args));
