/** A program that goes from this host to three others by ssh is named. */
import { deepEqual, match } from "node:assert/strict";
import type { Alert } from "../../defense/mod.ts";
import { eventually } from "./lab_member.ts";
import { Lab } from "./lab_network.ts";
import { labIsImpossible, report } from "./lab_site.ts";

const serve =
  "import socket,time\ns=socket.create_server(('',22))\nheld=[]\nwhile True: held.append(s.accept())";
const visit =
  "import socket,sys,time\nheld=[socket.create_connection((a,22)) for a in sys.argv[1:]]\ntime.sleep(60)";

Deno.test({
  name: "lab: lateral movement from this host names the program",
  ignore: await labIsImpossible(),
  fn: async () => {
    const lab = await Lab.open();
    try {
      const mover = await lab.host("mover", 1);
      const targets = [];
      for (const number of [2, 3, 4]) {
        const target = await lab.host(`target${number}`, number);
        target.start(["python3", "-c", serve]);
        targets.push(target.address);
      }
      const log = `${mover.directory}/auth.log`;
      await Deno.writeTextFile(log, "");
      const watcher = new URL("lateral_watcher.ts", import.meta.url).pathname;
      const watching = mover.start([
        ...[Deno.execPath(), "run", "-A", "--unstable-worker-options"],
        ...[watcher, log],
      ]);
      const lines = () => watching.output().split("\n");
      const [near = ""] = targets;
      await eventually(
        async () => {
          // Something on the wire that is no way to administer anybody.
          await mover.run(
            "timeout",
            "1",
            "bash",
            "-c",
            `: >/dev/tcp/${near}/9`,
          );
          return lines().includes('"watching"');
        },
        () => `the sensors to watch: ${watching.output()}`,
      );
      const startedMs = Date.now();
      mover.start(["python3", "-c", visit, ...targets]);
      const told = () => lines().filter((line) => line.startsWith("{"));
      await eventually(
        () => Promise.resolve(told().length > 0),
        () => `an alert: ${watching.output()}`,
      );
      const alert: Alert = JSON.parse(told()[0] ?? "{}");
      report(1, `after ${Date.now() - startedMs} ms: ${alert.summary}`);
      deepEqual(
        [alert.scenario, alert.technique, alert.subject.address, alert.measure],
        ["lateral-movement", "T1021.004", mover.address, "none"],
      );
      for (const target of targets) match(alert.summary, new RegExp(target));
      match(alert.summary, /; program python3 \(pid \d+\)$/);
      await watching.stop();
    } finally {
      await lab.close();
    }
  },
});
