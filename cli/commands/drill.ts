/**
 * `stealthmesh drill`: a marked word goes to all members over the live mesh,
 * nobody acts on it, and each answers.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import type { DrillDetail, DrillView } from "../../dashboard/mod.ts";
import { defineCommand, type Invocation } from "../command.ts";
import type { Cell } from "../output.ts";

/** How often the agent is asked how far it is. */
const lookMs = 500;
/** Looks for lengths of ways, which are measured after the last answer. */
const looksAfterMax = 10;

export const drill = defineCommand(
  "drill",
  object({
    address: optional(option("--address", string({ metavar: "ADDRESS" }), {
      description:
        message`What the word is about: an address of RFC 5737 or RFC 3849, which are nobody's`,
    })),
    last: withDefault(
      flag("--last", {
        description: message`Show the last drill of this host, hold none`,
      }),
      false,
    ),
  }),
  {
    brief: message`See how fast a word reaches every member; nobody acts on it`,
    examples: [
      "stealthmesh drill",
      "stealthmesh drill --address 203.0.113.77",
      "stealthmesh drill --last",
      "stealthmesh drill --json | jq '.members[] | select(.state)'   # who did not hear",
    ],
  },
  async ({ address, last }, invocation) => {
    const { askAgent } = await import("../ask_agent.ts");
    const { OperatorError } = await import("../operator_error.ts");
    const { documentationNetworks, isDocumentationAddress, parseAddress } =
      await import("../../defense/mod.ts");
    const { output } = invocation;
    if (
      address !== undefined && !isDocumentationAddress(parseAddress(address))
    ) {
      throw new OperatorError(
        "wrong_usage",
        `Cannot hold a drill about ${address}: it may be somebody's`,
        [
          "Leave it out, or take an address that is nobody's:",
          ...documentationNetworks.map((network) => `  ${network}`),
        ],
      );
    }
    const found = await askAgent(invocation, async (agent) => {
      let id: string | undefined;
      if (last) {
        const { drills } = await agent.get<{ drills: DrillView[] }>(
          "/v1/drills",
        );
        id = drills[0]?.id;
        if (id === undefined) return undefined;
      } else {
        const order = address === undefined ? {} : { address };
        ({ id } = await agent.post<{ id: string }>("/v1/drills", order));
      }
      let after = 0;
      for (;;) {
        const view = await agent.get<DrillDetail>(`/v1/drills/${id}`);
        const measured = view.members.every(({ heardAfterMs, hops }) =>
          heardAfterMs === undefined || hops !== undefined
        );
        const over = !view.running && (measured || ++after > looksAfterMax);
        if (last || over) return view;
        output.progress(`${view.heard} of ${view.of} members have answered`);
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
    });
    output.progress("");
    if (!found) {
      throw new OperatorError("failed", "Cannot show a drill: there was none", [
        "Hold one:",
        "  stealthmesh drill",
      ]);
    }
    if (output.json) output.record(found);
    else print(found, invocation);
    const silent = found.members.filter(({ state }) => state === "up");
    if (found.running || silent.length === 0) return;
    throw new OperatorError(
      "failed",
      `${silent.length} members are up and did not answer the drill`,
      [
        "They may run a version without drills; ask one of them:",
        `  stealthmesh ping ${silent[0]?.name || silent[0]?.node.slice(0, 12)}`,
      ],
    );
  },
);

function print(view: DrillDetail, { output }: Invocation): void {
  const { subject, heard, of, halfMs, lastMs, members } = view;
  output.text(
    `EXERCISE about ${
      output.plain(subject)
    }: ${heard} of ${of} members heard it` +
      (halfMs === undefined
        ? ""
        : `, half of them within ${halfMs} ms, the last after ${lastMs} ms`),
  );
  output.text("");
  output.table(
    ["member", "heard", "answer here", "links", "would have"],
    members.map((member): Cell[] => [
      member.name || member.node.slice(0, 12),
      msText(member.heardAfterMs),
      msText(member.answeredAfterMs),
      member.hops === undefined ? "–" : String(member.hops),
      wouldText(member),
    ]),
  );
}

function msText(ms: number | undefined): string {
  return ms === undefined ? "–" : `+${ms} ms`;
}

function wouldText(
  { would, needed, mode, protected: listed, state }:
    DrillDetail["members"][number],
): string {
  if (would === undefined) return `no answer; it is ${state ?? "unknown"}`;
  if (listed) return "left it alone: never-block list";
  const then = `${would}; block when ${needed} say so`;
  return mode === "enforce" ? then : `written down: ${then}`;
}
