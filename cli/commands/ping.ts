/**
 * `stealthmesh ping NODE`: a sealed question to one member over the mesh, with
 * or without a link to it.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { argument } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import type { PingAnswer } from "../../dashboard/mod.ts";
import { defineCommand } from "../command.ts";

export const ping = defineCommand(
  "ping",
  object({
    node: argument(string({ metavar: "NODE" }), {
      description: message`Name of a member, or how its id begins`,
    }),
  }),
  {
    brief: message`Ask a member for a sign of life, over the mesh`,
    examples: [
      "stealthmesh ping till-3",
      "stealthmesh ping 4f1c09 --json",
    ],
  },
  async ({ node }, invocation) => {
    const { askAgent } = await import("../ask_agent.ts");
    const { OperatorError } = await import("../operator_error.ts");
    const answer = await askAgent(
      invocation,
      (agent) => agent.post<PingAnswer>("/v1/ping", { node }),
    );
    const { output } = invocation;
    const { name, outcome, via } = answer;
    if (output.json) output.record(answer);
    if (outcome.answered) {
      if (output.json) return;
      const over = outcome.hops === 1 && via === name
        ? "directly"
        : `${outcome.hops} links, by way of ${output.plain(via ?? "?")}`;
      output.text(
        `${output.plain(name)} answered in ${
          outcome.roundTripMs.toFixed(0)
        } ms, ${over}; ${clockText(outcome)}`,
      );
      return;
    }
    throw new OperatorError(
      "failed",
      `Cannot ping ${name}: ${reasons[outcome.reason]}`,
      nextSteps[outcome.reason],
    );
  },
);

/** What the answer says of the two clocks, no finer than it can know. */
function clockText(
  { clockAheadMs, roundTripMs }: {
    readonly clockAheadMs: number;
    readonly roundTripMs: number;
  },
): string {
  const within = roundTripMs / 2;
  if (Math.abs(clockAheadMs) <= within) {
    return `its clock agrees within ${(within / 1_000).toFixed(1)} s`;
  }
  const side = clockAheadMs > 0 ? "ahead" : "behind";
  return `its clock is ${
    (Math.abs(clockAheadMs) / 1_000).toFixed(1)
  } s ${side}`;
}

const reasons = {
  silent: "no answer in time, over any link",
  stranger: "it takes no part in the mesh",
  busy: "too many pings are under way",
} as const;

const nextSteps = {
  silent: [
    "See since when it is late or gone, and start its agent:",
    "  stealthmesh status",
  ],
  stranger: [
    "See whether it is this node, or was revoked:",
    "  stealthmesh status",
  ],
  busy: ["Try again in a moment"],
} as const;
