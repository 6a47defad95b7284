/**
 * Signals of a whole agent: given on the command line and over the API, with an
 * open key and a sealed one, kept over a restart, and refused where no key is.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { inStateDir, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

const offline = { STEALTHMESH_ADVERTISE: "127.0.0.1:1" };

/** Runs a command against the agent of a directory. */
function commandIn(directory: string) {
  return async (...args: string[]) => {
    const { code, stdout, stderr } = await stealthmesh(
      [...args, "--state-dir", directory],
    );
    return { code, stdout, stderr };
  };
}

Deno.test("signals are given, shown, kept over a restart, and cancelled", () =>
  inStateDir(async (directory) => {
    const run = commandIn(directory);
    await withAgent(directory, async () => {
      const dry = await run("signal", "stand-down", "--dry-run");
      equal(dry.code, 0, dry.stderr);
      match(dry.stdout, /would be said to all members: stand down, until/);
      const contain = ["contain", "192.0.2.7", "--mesh", "--for", "1h"];
      const said = await run(...contain);
      equal(said.code, 0, said.stderr);
      match(said.stdout, /said to all members: block 192\.0\.2\.7, until/);
      match(said.stderr, /not done on this host: this host only observes/);
      equal((await run("signal", "caution", "--for", "2h")).code, 0);
      const never = ["signal", "never", "198.51.100.0/24", "--for", "30d"];
      match((await run(...never)).stdout, /said to this host alone/);
      const status = await run("status");
      match(status.stdout, /alertness\s+caution/);
      match(status.stdout, /block 192\.0\.2\.7\s+\S+.*command line\s+all/);
      const spared = await run("explain", "198.51.100.9");
      match(spared.stdout, /never contained: 198\.51\.100\.0\/24/);
      const why = await run("explain", "192.0.2.7");
      match(why.stdout, /the operator said to all: block 192\.0\.2\.7/);
      const longer = await run("signal", "stand-down", "--for", "5h");
      equal(longer.code, 2);
      match(longer.stderr, /at most 4h/);
      const wide = ["signal", "never", "10.0.0.0/8", "--for", "1d"];
      const tooWide = await run(...wide);
      equal(tooWide.code, 2);
      match(tooWide.stderr, /at most a \/16/);
      const nobody = ["contain", "--quarantine", "nobody", "--mesh"];
      equal((await run(...nobody)).code, 2);
    }, offline);
    await withAgent(directory, async () => {
      const list = await run("signal", "list", "--json");
      const { alertness, signals, operatorKey } = JSON.parse(list.stdout);
      equal(alertness, "caution");
      equal(operatorKey, "open");
      deepEqual(
        signals.map((each: { active: boolean; order: { what: string } }) =>
          [each.order.what, each.active].join(" ")
        ),
        ["never true", "caution true", "contain true"],
      );
      const { id } = signals[1];
      const cancelled = await run("signal", "cancel", id.slice(0, 8));
      equal(cancelled.code, 0, cancelled.stderr);
      match((await run("status")).stdout, /alertness\s+usual/);
      const again = await run("signal", "cancel", id.slice(0, 8));
      equal(again.code, 1);
      match(again.stderr, /no signal in force/);
      const released = await run("release", "192.0.2.7", "--mesh");
      equal(released.code, 0, released.stderr);
      const after = JSON.parse((await run("signal", "list", "--json")).stdout);
      deepEqual(
        after.signals.filter((each: { active: boolean }) => each.active)
          .map((each: { order: { what: string } }) => each.order.what),
        ["never"],
      );
    }, offline);
  }));

Deno.test("a sealed key is opened for the one signal, and a wrong passphrase says so", () =>
  inStateDir(async (directory) => {
    const run = commandIn(directory);
    const secret = `${directory}.secret`;
    await Deno.writeTextFile(secret, "correct horse battery\n");
    const init = await run("keys", "init", "--passphrase-file", secret);
    equal(init.code, 0, init.stderr);
    await withAgent(directory, async () => {
      const unasked = await run("signal", "caution");
      equal(unasked.code, 4);
      match(unasked.stderr, /sealed under a passphrase/);
      match(unasked.stderr, /signal caution --for 1h --passphrase-file FILE/);
      const wrong = `${directory}.wrong`;
      await Deno.writeTextFile(wrong, "incorrect horse\n");
      const refused = await run(
        "signal",
        "caution",
        "--passphrase-file",
        wrong,
      );
      equal(refused.code, 1);
      match(refused.stderr, /the passphrase is not that of the operator's key/);
      const said = await run("signal", "caution", "--passphrase-file", secret);
      equal(said.code, 0, said.stderr);
      match((await run("status")).stdout, /alertness\s+caution/);
    }, offline);
    const kept = new TextDecoder("latin1").decode(
      await Deno.readFile(`${directory}/journal.sqlite`),
    );
    ok(!kept.includes("horse"), "the journal holds no passphrase");
  }));

Deno.test("without the operator's key it says where to go, and exits with 4", () =>
  inStateDir(async (directory) => {
    const run = commandIn(directory);
    equal((await run("keys", "init")).code, 0);
    await Deno.remove(`${directory}/operator.cbor`);
    await withAgent(directory, async () => {
      const { code, stderr } = await run("contain", "192.0.2.7", "--mesh");
      equal(code, 4);
      match(stderr, /the operator's key is not on this host/);
      match(stderr, /usually the one that founded the mesh:/);
      match(stderr, /contain 192\.0\.2\.7 --measure block --for 10m --mesh/);
      const here = ["signal", "never", "192.0.2.7", "--for", "1d"];
      equal((await run(...here)).code, 0, "for this host it takes no key");
    }, offline);
  }));
