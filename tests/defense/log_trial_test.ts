import { deepEqual, equal } from "node:assert/strict";
import { embeddedScenarios } from "../../defense/detectors/scenario_set.ts";
import { tryLog } from "../../defense/log_trial.ts";

const failure = (second: number) =>
  `Nov 27 00:01:0${second} box sshd[1]: Failed password for root ` +
  `from 192.0.2.9 port 4${second} ssh2`;

Deno.test("tryLog() says which line sets off what, and which it cannot read", () => {
  const log = [
    ...Array.from({ length: 5 }, (_, second) => failure(second)),
    "no log at all",
  ].join("\n");
  const { lines, unparsed, alerts } = tryLog(
    `${log}\n`,
    embeddedScenarios(),
    2026,
  );
  deepEqual([lines, unparsed], [6, [6]]);
  deepEqual(
    alerts.map(({ line, alert }) => [line, alert.scenario]),
    [[5, "ssh-bruteforce"]],
  );
  equal(alerts[0]?.alert.subject.address, "192.0.2.9");
});

Deno.test("tryLog() keeps nothing from one trial to the next", () => {
  const half = [0, 1, 2].map(failure).join("\n");
  for (const _ of [1, 2, 3]) {
    deepEqual(tryLog(half, embeddedScenarios(), 2026).alerts, []);
  }
  deepEqual(tryLog("", embeddedScenarios(), 2026).lines, 0);
});
