/**
 * `stealthmesh release`: ends measures, here at once and elsewhere as soon as
 * the word is there.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map } from "@optique/core/modifiers";
import { argument, flag } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand, type Invocation } from "../command.ts";
import { releaseForms, releaseHost } from "../contain_host.ts";

export const release = defineCommand(
  "release",
  or(
    object({
      address: argument(string({ metavar: "ADDRESS" }), {
        description: message`Address to release`,
      }),
    }),
    map(
      object({
        all: flag("--all", { description: message`Release every address` }),
      }),
      () => ({ address: "all" }),
    ),
    map(releaseForms, (wishes) => ({ wishes })),
  ),
  {
    brief:
      message`End the measures against an address, on something of this host, or all`,
    examples: [
      "stealthmesh release 192.0.2.7",
      "stealthmesh release --pid 4711",
      "stealthmesh release --quarantine till-3",
      "stealthmesh release --all",
    ],
  },
  async (what, invocation) => {
    const { output } = invocation;
    const answer = "wishes" in what
      ? await releaseHost(what.wishes, invocation)
      : await releaseSubject(what.address, invocation);
    if (output.json) output.record(answer);
    output.note(
      answer.ended === 1 ? "1 measure ended" : `${answer.ended} measures ended`,
    );
  },
);

async function releaseSubject(
  address: string,
  invocation: Invocation,
): Promise<{ ended: number }> {
  const { askAgent } = await import("../ask_agent.ts");
  const { parseAddress } = await import("../../defense/mod.ts");
  const order = address === "all"
    ? { all: true }
    : { address: parseAddress(address) };
  return await askAgent(
    invocation,
    (agent) => agent.post<{ ended: number }>("/v1/release", order),
  );
}
