import { deepEqual, equal, match, ok } from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { parseInvite } from "../../mesh/mod.ts";
import { inStateDir, stealthmesh } from "./child.ts";
import { commands, helpOf, runHere } from "./run_here.ts";

Deno.test("--help of every command opens with examples, on stdout", async () => {
  for (const command of commands) {
    const { code, stdout, stderr } = await helpOf(command);
    equal(code, 0, command);
    match(stdout, /^ *Examples:\n +\S/, command);
    equal(stderr, "", command);
  }
});

const wrong: { name: string; args: string[]; says: RegExp }[] = [
  { name: "no command", args: [], says: /no command was given/ },
  { name: "a typo", args: ["statsu"], says: /status/ },
  { name: "an unknown flag", args: ["status", "--bogus"], says: /--bogus/ },
  {
    name: "a missing value",
    args: ["contain", "192.0.2.7", "--for"],
    says: /--for/,
  },
  { name: "a missing argument", args: ["explain"], says: /ADDRESS/ },
  {
    name: "no address",
    args: ["explain", "example.org"],
    says: /expected an IPv4/,
  },
  {
    name: "no duration",
    args: ["contain", "192.0.2.7", "--for", "soon"],
    says: /expected a number with/,
  },
  {
    name: "no service",
    args: ["contain", "192.0.2.7", "--service", "ssh"],
    says: /Cannot read service "ssh": expected a port/,
  },
  {
    name: "caution of a service",
    args: "contain 192.0.2.7 --service 22 --measure caution".split(" "),
    says: /hides only what is not served/,
  },
  {
    name: "more than 4 hours",
    args: ["contain", "192.0.2.7", "--for", "5h"],
    says: /at most 4h/,
  },
  {
    name: "two modes",
    args: ["agent", "--enforce", "--observe"],
    says: /exclude/,
  },
  {
    name: "a replay option alone",
    args: ["agent", "--observations"],
    says: /--replay/,
  },
  {
    name: "an unknown format",
    args: ["agent", "--replay", "-", "--format", "sylog"],
    says: /did you mean syslog/,
  },
  {
    name: "too many nodes",
    args: ["simulate", "portscan", "--nodes", "9999"],
    says: /200/,
  },
  { name: "no invite", args: ["keys", "join", "hello"], says: /stealthmesh1:/ },
  {
    name: "a missing configuration",
    args: ["status", "--config", "/gone"],
    says: /no file \/gone/,
  },
  {
    name: "an address to release and all",
    args: ["release", "192.0.2.7", "--all"],
    says: /--all/,
  },
];

Deno.test("wrong usage exits with 2, says what is wrong and what to do", async () => {
  for (const { name, args, says } of wrong) {
    const { code, stdout, stderr } = await runHere(args);
    equal(code, 2, `${name}: ${stderr}`);
    equal(stdout, "", name);
    match(stderr, says, name);
    match(stderr, /\n {2}\S/, name);
    ok(!stderr.includes("\x1b"), name);
  }
});

Deno.test("version prints the version of deno.json", async () => {
  const { stdout } = await runHere(["version", "--json"]);
  const { version } = JSON.parse(stdout) as { version: string };
  equal(version, project.version);
});

Deno.test("completion bash prints a script that completes commands", async () => {
  const { code, stdout } = await runHere(["completion", "bash"]);
  equal(code, 0);
  match(stdout, /complete .*stealthmesh/);
  const words = await runHere(["completion", "bash", "ke"]);
  match(words.stdout, /keys/);
});

Deno.test("clients exit with 3 where no agent answers", async () => {
  await inStateDir(async (directory) => {
    for (const args of [["status"], ["alerts", "--follow"]]) {
      const { code, stderr } = await stealthmesh([
        ...args,
        "--state-dir",
        directory,
      ]);
      equal(code, 3, stderr);
      match(stderr, /Cannot reach the agent: .*\n {2}Start it/);
    }
  });
});

Deno.test("contain --dry-run prints a ruleset without an agent or root's rights", async () => {
  await inStateDir(async (directory) => {
    const { code, stdout } = await stealthmesh(
      ["contain", "192.0.2.7", "--dry-run", "--state-dir", directory],
    );
    equal(code, 0);
    match(stdout, /add table inet stealthmesh/);
    match(stdout, /192\.0\.2\.7/);
  });
});

Deno.test("keys init, show, invite, rotate and revoke work on one directory", async () => {
  await inStateDir(async (directory) => {
    const at = ["--state-dir", directory, "--json"];
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await stealthmesh([
        "keys",
        ...args,
        ...at,
      ]);
      equal(code, 0, stderr);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const founded = await run("init");
    equal(founded["operatorKey"], "file");
    for await (const { name } of Deno.readDir(directory)) {
      const { mode } = await Deno.stat(`${directory}/${name}`);
      equal((mode ?? 0) & 0o077, 0, name);
    }
    const again = await stealthmesh(["keys", "init", ...at]);
    equal(again.code, 1);
    match(again.stderr, /already holds keys/);

    const { invite } = await run("invite", "--expires", "10m");
    const { meshId, node } = parseInvite(String(invite));
    equal(meshId.toHex(), founded["meshId"]);
    equal(node, founded["node"]);

    equal((await run("rotate", "--dry-run"))["changed"], false);
    deepEqual(await run("rotate"), { node, from: 0, to: 1, changed: true });

    const shown = await run("show");
    equal(shown["generation"], 1);
    equal(shown["openInvites"], 1);
    ok(!/secret|seed|psk/i.test(JSON.stringify(shown)));

    const nobody = await stealthmesh(["keys", "revoke", "nobody", ...at]);
    equal(nobody.code, 2);
    equal((await run("revoke", String(node).slice(0, 8)))["revoked"], true);
  });
});

Deno.test("a passphrase seals the operator key, and only it opens it", async () => {
  await inStateDir(async (directory) => {
    const parent = directory.replace(/\/state$/, "");
    await Deno.writeTextFile(`${parent}/right`, "correct horse\n");
    await Deno.writeTextFile(`${parent}/wrong`, "battery staple\n");
    const at = ["--state-dir", directory, "--json"];
    const init = await stealthmesh(
      ["keys", "init", "--passphrase-file", `${parent}/right`, ...at],
    );
    equal(init.code, 0, init.stderr);
    const invite = ["keys", "invite", "--custodian", ...at];
    const none = await stealthmesh(invite);
    match(none.stderr, /sealed under a passphrase/);
    const wrong = await stealthmesh(
      [...invite, "--passphrase-file", `${parent}/wrong`],
    );
    match(wrong.stderr, /not the passphrase/);
    const right = await stealthmesh(
      [...invite, "--passphrase-file", `${parent}/right`],
    );
    equal(right.code, 0, right.stderr);
  });
});

Deno.test("agent --replay - reads stdin and ends with a summary", async () => {
  const line =
    "Dec 10 06:55:48 h sshd[1]: Failed password for root from 192.0.2.1 port 1 ssh2\n";
  const { code, stdout } = await stealthmesh(
    ["agent", "--replay", "-", "--observations"],
    { stdin: line },
  );
  equal(code, 0);
  const records = stdout.trim().split("\n").map((text) => JSON.parse(text));
  equal(records[0].kind, "auth_failure");
  equal(records[0].source, "192.0.2.1");
  equal(records.at(-1).type, "summary");
});
