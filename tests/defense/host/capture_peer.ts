/**
 * Runs inside a network namespace for the tests of the live packet sensor:
 * captures on `eth0`, detects, and prints one line for each alert,
 * `scenario subject`, until its stdin ends; then the capture's counters.
 * Its arguments are the ports that are served.
 *
 * @module
 */
import { DetectionEngine } from "../../../defense/detectors/engine.ts";
import { embeddedScenarios } from "../../../defense/detectors/scenario_set.ts";
import { startCapture } from "../../../defense/host/packet_capture.ts";

const engine = new DetectionEngine(embeddedScenarios());
const served = new Set(Deno.args.map(Number));
const capture = startCapture(
  "eth0",
  (port) => served.has(port),
  (seen) => {
    for (const { scenario, subject } of engine.observe(seen)) {
      console.log(`${scenario} ${subject.address}`);
      // The next scan is another story.
      engine.forget(subject.address);
    }
  },
);
for await (const _ of Deno.stdin.readable);
console.log(JSON.stringify(capture.counters()));
await capture.stop();
