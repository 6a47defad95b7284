/** A real nmap against three real hosts: lab step 1 of issue 2. */
import { equal, ok } from "node:assert/strict";
import { LabCapture, learned, type Segment } from "./lab_capture.ts";
import { eventually } from "./lab_member.ts";
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

/**
 * Ports about which a host told the truth: dead ones refused, served ones open.
 * A decoy that answers for every port tells nothing.
 */
function truths(
  segments: readonly Segment[],
  prober: string,
  target: string,
  served: ReadonlySet<number>,
): Set<number> {
  const answers = segments.filter(({ source, destination }) =>
    source === target && destination === prober
  );
  return new Set(
    answers.filter(({ flags, sourcePort }) =>
      served.has(sourcePort) ? flags === "S." : flags.startsWith("R")
    ).map(({ sourcePort }) => sourcePort),
  );
}

/** Ports that answered as open. */
function openPorts(report: string): number[] {
  return [...report.matchAll(/^(\d+)\/tcp +open/gm)]
    .map(([, port]) => Number(port));
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
      let [own, ...told]: (number | undefined)[] = [];
      await eventually(
        async () => {
          [own, ...told] = await Promise.all(
            victims.map((each) => each.measured(source, measures)),
          );
          return own !== undefined && told.every((at) => at !== undefined);
        },
        () => "all three to be cautious of the scanner",
      );
      await scan(attacker, second.host.address, "-sS");
      const segments = await capture.stop();
      const connected = await scan(attacker, third.host.address, "-sT");
      const acknowledged = await scan(
        attacker,
        third.host.address,
        "-sA",
        4,
      );
      const { firstProbeMs } = learned(segments, source, first.host.address);
      const [served, nextServed, lastServed] = await Promise.all(
        [first, second, third].map(({ host }) => servedPorts(host)),
      ) as [Set<number>, Set<number>, Set<number>];
      const one = truths(segments, source, first.host.address, served);
      const two = truths(segments, source, second.host.address, nextServed);
      const crossing = triedInVain(segments, first.host.address, served)[2];
      const open = openPorts(connected);
      const since = (at: number | undefined) =>
        at === undefined ? "never" : `${Math.round(at - firstProbeMs)} ms`;
      report(
        1,
        `first host told the truth about ${one.size} of 1000 ports, second ` +
          `about ${two.size}; third (connect scan) has ${open.length} open; ` +
          `first SYN to caution here ${since(own)}, to the others' ${
            told.map(since).join(" and ")
          }`,
      );
      equal(one.size <= 5, true, `${[...one]} answered`);
      equal(crossing !== undefined && !one.has(crossing), true);
      equal(two.size <= 2, true, `${[...two]} answered`);
      // Either decoys say that everything is open, or what is served is.
      const lies = open.filter((port) => !lastServed.has(port));
      if (lies.length > 0) ok(lies.length > 50, `${lies}`);
      // And an ACK scan tells nothing dead from anything served.
      ok(!/^\d+\/tcp +(?:open|closed)/m.test(acknowledged), acknowledged);
    }),
});
