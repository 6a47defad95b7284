/**
 * Sensors on a lab host, with no time to learn: prints each alert as a line of
 * JSON, after a first line that says that they watch. Ends with its input.
 *
 * @module
 */
import { spawnSensors } from "../../defense/host/mod.ts";

const [log = ""] = Deno.args;
const sensors = await spawnSensors({
  logs: [log],
  interface: "eth0",
  learnMs: 0,
});
sensors.onDetected((alert) => console.log(JSON.stringify(alert)));
for (;;) {
  const { sources } = await sensors.report();
  const packets = sources.find(({ name }) => name === "packets");
  // tcpdump says nothing when it has opened its socket; what it sees does.
  if ((packets?.counters["packets"] ?? 0) > 0) break;
  await new Promise((wake) => setTimeout(wake, 100));
}
console.log('"watching"');
await new Promise((wake) => Deno.addSignalListener("SIGTERM", () => wake(0)));
await sensors.stop();
