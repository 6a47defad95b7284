/**
 * Sensors in a process of their own, to be killed: says how many refused
 * logins it has judged whenever that changes.
 *
 *     deno run -A tests/defense/host/log_watcher.ts LOG PLACES
 *
 * @module
 */
import process from "node:process";
import { spawnSensors } from "../../../defense/host/mod.ts";

const [log = "", placesFile = ""] = process.argv.slice(2);
const sensors = await spawnSensors({
  logs: [log],
  placesFile,
  interface: "lo",
});
let said = -1;
for (;;) {
  const { observations } = await sensors.report();
  const judged = observations["auth_failure"] ?? 0;
  if (judged !== said) process.stdout.write(`${said = judged}\n`);
  await new Promise((wake) => setTimeout(wake, 20));
}
