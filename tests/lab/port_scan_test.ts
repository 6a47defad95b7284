/** A real nmap against three real hosts: lab step 1 of issue 2. */
import { equal } from "node:assert/strict";
import { LabCapture, learned, type Segment } from "./lab_capture.ts";
import type { LabHost } from "./lab_network.ts";
import { labIsImpossible, report, withSite } from "./lab_site.ts";

/** A scan of the issue, bounded: it slows down when nobody answers. */
async function scan(
  attacker: LabHost,
  target: string,
  type: "-sS" | "-sT" | "-sA",
  seconds = 8,
): Promise<string> {
  const { stdout } = await attacker.run(
    ...["timeout", String(seconds), "nmap", "-n", "-Pn", type, "-T4"] as const,
    ...["--host-timeout", `${seconds - 1}s`, "--top-ports", "1000"] as const,
    target,
  );
  return stdout;
}

/** TCP ports that somebody listens on, to all. */
async function servedPorts(host: LabHost): Promise<Set<number>> {
  const listed = await host.must("ss", "-Hltn");
  return new Set(
    [...listed.matchAll(/\s(?!127\.|\[::1\])\S+:(\d+)\s/g)]
      .map(([, port]) => Number(port)),
  );
}

/** Ports that nobody serves, in the order in which they were first tried. */
function triedInVain(
  segments: readonly Segment[],
  target: string,
  served: ReadonlySet<number>,
): number[] {
  const tried = segments.filter(({ destination, flags, destinationPort }) =>
    destination === target && flags === "S" && !served.has(destinationPort)
  ).map(({ destinationPort }) => destinationPort);
  return [...new Set(tried)];
}

const ignore = await labIsImpossible();

Deno.test({
  name:
    "lab: nmap learns at most 5 ports of the first host, 2 of the next, nothing hidden of the third",
  ignore,
  fn: () =>
    withSite("lan", async ({ victims, attacker }) => {
      const [first, second, third] = victims;
      const source = attacker.address;
      const capture = await LabCapture.start(attacker);
      await scan(attacker, first.host.address, "-sS");
      const measures = ["caution", "throttle", "block"];
      const [own, ...told] = await Promise.all(
        [first, second, third].map((each) => each.measured(source, measures)),
      );
      await scan(attacker, second.host.address, "-sS");
      await scan(attacker, third.host.address, "-sT");
      await scan(attacker, third.host.address, "-sA", 4);
      const segments = await capture.stop();
      const one = learned(segments, source, first.host.address);
      const two = learned(segments, source, second.host.address);
      const three = learned(segments, source, third.host.address);
      const served = await servedPorts(first.host);
      const crossing = triedInVain(segments, first.host.address, served)[2];
      const since = (at: number | undefined) =>
        at === undefined ? "never" : `${Math.round(at - one.firstProbeMs)} ms`;
      report(
        1,
        `first host told ${one.ports.size} of 1000 ports, second ${two.ports.size},` +
          ` third (connect and ACK scans) ${three.ports.size}; first SYN to` +
          ` caution here ${since(own)}, to the others' ${
            told.map(since).join(" and ")
          }`,
      );
      equal(one.ports.size <= 5, true, `${[...one.ports]} answered`);
      equal(crossing !== undefined && !one.ports.has(crossing), true);
      equal(two.ports.size <= 2, true, `${[...two.ports]} answered`);
      const shared = await servedPorts(third.host);
      for (const port of three.ports) equal(shared.has(port), true, `${port}`);
      equal(own !== undefined && own - one.firstProbeMs < 1_000, true);
      for (const at of told) {
        equal(at !== undefined && at - one.firstProbeMs < 2_000, true);
      }
    }),
});
