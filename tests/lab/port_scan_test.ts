/** A real nmap against three real hosts: lab step 1 of issue 2. */
import { equal } from "node:assert/strict";
import { LabCapture, learned } from "./lab_capture.ts";
import { eventually } from "./lab_member.ts";
import type { LabHost } from "./lab_network.ts";
import { labIsImpossible, report, withSite } from "./lab_site.ts";

/** The scan of the issue, bounded: it slows down when nobody answers. */
async function scan(attacker: LabHost, target: string): Promise<void> {
  await attacker.run(
    ...["timeout", "12", "nmap", "-n", "-Pn", "-sS", "-T4"] as const,
    ...["--top-ports", "1000", target] as const,
  );
}

const ignore = await labIsImpossible();

Deno.test({
  name:
    "lab: nmap learns at most 10 ports of the first host, fewer of the next",
  ignore,
  fn: () =>
    withSite("lan", async ({ victims, attacker }) => {
      const [first, second, third] = victims;
      const source = attacker.address;
      const capture = await LabCapture.start(attacker);
      await scan(attacker, first.host.address);
      const other = await first.measured(source, ["block"]);
      const caution = ["caution", "throttle", "block"];
      const told = await Promise.all(
        [second, third].map((each) => each.measured(source, caution)),
      );
      await scan(attacker, second.host.address);
      await eventually(
        async () => await second.measured(source, ["block"]) !== undefined,
        () => "the second host to block the scanner",
      );
      const segments = await capture.stop();
      const one = learned(segments, source, first.host.address);
      const two = learned(segments, source, second.host.address);
      const since = (at: number | undefined) =>
        at === undefined ? "never" : `${Math.round(at - one.firstProbeMs)} ms`;
      report(
        1,
        `first host told ${one.ports.size} of 1000 ports, second ${two.ports.size};` +
          ` first SYN to block ${since(other)}, to the others' caution ${
            told.map(since).join(" and ")
          }`,
      );
      equal(one.ports.size <= 10, true, `${one.ports.size} ports answered`);
      equal(two.ports.size < one.ports.size, true);
      equal(other !== undefined && other - one.firstProbeMs < 1_000, true);
      for (const at of told) {
        equal(at !== undefined && at - one.firstProbeMs < 2_000, true);
      }
    }),
});
