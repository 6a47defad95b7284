import { deepEqual, equal, match, ok } from "node:assert/strict";
import {
  inForce,
  readNamed,
  readShelf,
  shelfTroubles,
} from "../../cli/scenario_shelf.ts";
import { embeddedScenarioFiles } from "../../defense/mod.ts";
import { runHere } from "./run_here.ts";

const builtIn = new Map(embeddedScenarioFiles);
const udpScan = builtIn.get("udp-scan.yaml") ?? "";

/** A directory with these files, for as long as `use` takes. */
async function withFiles(
  files: Readonly<Record<string, string>>,
  use: (dir: string) => void | Promise<void>,
): Promise<void> {
  const dir = Deno.makeTempDirSync();
  try {
    for (const [name, text] of Object.entries(files)) {
      Deno.writeTextFileSync(`${dir}/${name}`, text);
    }
    await use(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

const own = udpScan.replace("title: UDP port scan", "title: Mine");
const broken = "name: broken\ntitle: Broken\nfoo: 1\n";

Deno.test("readShelf() lets an own scenario replace a built-in one, and names what it cannot read", () =>
  withFiles(
    {
      "10-udp.yaml": own,
      "20-broken.yml": broken,
      "notes.txt": "x",
      ".hidden.yaml": broken,
    },
    (dir) => {
      const shelf = readShelf({ dir, off: ["port-scan", "no-such"] });
      const mine = shelf.all.find(({ scenario }) => scenario.title === "Mine");
      equal(mine?.file, `${dir}/10-udp.yaml`);
      equal(shelf.all.length, embeddedScenarioFiles.length);
      equal(inForce(shelf).length, embeddedScenarioFiles.length - 1);
      const [refused, off, ...rest] = shelfTroubles(shelf);
      match(refused ?? "", /20-broken\.yml:\d+:\d+: \S/);
      match(off ?? "", /scenarios\.off names no-such/);
      deepEqual(rest, []);
    },
  ));

Deno.test("readShelf() misses no directory that nobody asked for", () => {
  const quiet = readShelf({ dir: "/etc/stealthmesh/scenarios.d", off: [] });
  const missing = readShelf({ dir: "/no/such/place", off: [] });
  if (quiet.all.every((shelved) => shelved.builtIn)) {
    deepEqual(quiet.troubles, []);
  }
  match(missing.troubles.join(), /\/no\/such\/place is not there/);
});

Deno.test("readNamed() reads one file and says when there is none", () =>
  withFiles({ "mine.yaml": own }, (dir) => {
    const shelf = readNamed(`${dir}/mine.yaml`);
    equal(shelf.all.filter((shelved) => !shelved.builtIn).length, 1);
    let message = "";
    try {
      readNamed(`${dir}/other.yaml`);
    } catch (error) {
      message = String(error);
    }
    match(message, /Cannot read scenarios: .*other\.yaml is not there/);
  }));

Deno.test("stealthmesh scenarios list, show and test print data", async () => {
  const list = await runHere(["scenarios", "list", "--json"]);
  equal(list.code, 0);
  const names = list.stdout.trim().split("\n").map((line) =>
    JSON.parse(line).name
  );
  ok(names.includes("password-spraying"));
  const show = await runHere(["scenarios", "show", "udp-scan"]);
  equal(show.stdout, udpScan.trimEnd() + "\n");
  const unknown = await runHere(["scenarios", "show", "udp-scna"]);
  equal(unknown.code, 2);
  match(unknown.stderr, /did you mean udp-scan\?/);
  const test = await runHere(["scenarios", "test"]);
  equal(test.code, 0, test.stdout);
});

Deno.test("stealthmesh scenarios test says in which line a sample differs", () => {
  const text = builtIn.get("ssh-bruteforce.yaml") ?? "";
  const wrong = text.replace("line: 5, subject", "line: 4, subject");
  const lines = wrong.split("\n");
  const alertLine = 1 +
    lines.findIndex((line) => line.includes("line: 4, subject"));
  return withFiles({ "a.yaml": wrong, "b.yaml": broken }, async (dir) => {
    const { code, stdout, stderr } = await runHere(["scenarios", "test", dir]);
    equal(code, 1);
    const [missing, surplus, refused] = stdout.split("\n");
    ok(missing?.startsWith(`${dir}/a.yaml:${alertLine}: `), missing);
    // The fifth line of the log stands two above: its last, then `alerts:`.
    ok(surplus?.startsWith(`${dir}/a.yaml:${alertLine - 2}: `), surplus);
    match(refused ?? "", /b\.yaml:\d+:\d+: /);
    match(stderr, /1 of 9 samples differ, 1 files are refused/);
    const json = await runHere(["scenarios", "test", dir, "--json"]);
    const records = json.stdout.trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    deepEqual(records[0].differences.length, 2);
    equal(records.at(-1).refused !== undefined, true);
  });
});
