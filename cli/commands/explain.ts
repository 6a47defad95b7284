/**
 * `stealthmesh explain ADDRESS`: the votes, the evidence and the measures.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { argument } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import type { Explanation } from "../../defense/mod.ts";
import { defineCommand, type Invocation } from "../command.ts";
import type { Cell } from "../output.ts";

export const explain = defineCommand(
  "explain",
  object({
    address: argument(string({ metavar: "ADDRESS" }), {
      description: message`IPv4 or IPv6 address`,
    }),
  }),
  {
    brief: message`Say why an address is treated as it is`,
    examples: [
      "stealthmesh explain 192.0.2.7",
      "stealthmesh explain 2001:db8::7 --json",
    ],
  },
  async ({ address }, invocation) => {
    const { askAgent } = await import("../ask_agent.ts");
    const { parseAddress } = await import("../../defense/mod.ts");
    const subject = encodeURIComponent(parseAddress(address));
    const explanation = await askAgent(
      invocation,
      (agent) => agent.get<Explanation>(`/v1/explain/${subject}`),
    );
    if (invocation.output.json) invocation.output.record(explanation);
    else await print(explanation, invocation);
  },
);

async function print(
  explanation: Explanation,
  { output }: Invocation,
): Promise<void> {
  const { formatDuration } = await import("../duration.ts");
  const { measureText, shortNode, shortTime, toneOf } = await import(
    "../desk_words.ts"
  );
  const { subjectText } = await import("../../defense/mod.ts");
  const { subject, have, needed, protectedBy } = explanation;
  output.text(output.toned(subjectText(subject), "strong"));
  if (protectedBy !== undefined) {
    output.text(`never contained: ${output.plain(protectedBy)}`);
  }
  if (explanation.exercise) {
    output.text("EXERCISE: a drill was held about it; nobody acts on that");
  }
  const answer = explanation.member === undefined ? "block" : "quarantine";
  output.text(`votes that count: ${have}, a ${answer} takes ${needed}`);
  if (explanation.quarantine) {
    const { state, untilMs } = explanation.quarantine;
    const { ordered } = explanation.quarantine;
    output.text(
      `cut off by ${
        ordered ? "the operator's word" : "vote"
      } from all but the mesh: ${state.replace("_", " ")}, ends in ${
        formatDuration(untilMs - Date.now())
      }`,
    );
  }
  const { signalText } = await import("../signal_words.ts");
  for (const { order, untilMs, by, scope } of explanation.signals) {
    output.text(
      `${scope === "mesh" ? "the operator said to all" : "said here"}: ${
        output.plain(signalText(order, shortNode))
      } (by ${by || "command line"}), ends in ${
        formatDuration(untilMs - Date.now())
      }`,
    );
  }
  if (explanation.leases.length > 0) {
    output.text("");
    output.table(
      ["measure", "since", "ends in", "decided by", "state"],
      explanation.leases.map((lease): Cell[] => [
        { text: measureText(lease), tone: toneOf(lease.measure) },
        shortTime(lease.sinceMs),
        formatDuration(lease.untilMs - Date.now()),
        lease.cause,
        lease.state.replace("_", " "),
      ]),
    );
  }
  if (explanation.votes.length > 0) {
    output.text("");
    output.table(
      ["time", "who", "technique", "evidence", "score", "seen", "counts"],
      explanation.votes.map((vote): Cell[] => [
        shortTime(vote.atMs),
        vote.own ? "this node" : vote.name || shortNode(vote.node),
        vote.technique,
        vote.evidence,
        vote.score.toFixed(1),
        String(vote.observations),
        vote.counts ? "yes" : "no",
      ]),
    );
  }
  const visits = explanation.history.filter(({ what }) => what === "decoy");
  if (visits.length > 0) {
    output.text("");
    output.table(
      ["time", "visit", "decoy", "for", "what it did there"],
      visits.map(({ atMs, detail }): Cell[] => [
        shortTime(atMs),
        String(detail["number"]),
        String(detail["service"]),
        formatDuration(Number(detail["heldMs"])),
        Array.isArray(detail["notes"]) ? detail["notes"].join("; ") : "",
      ]),
    );
  }
  if (explanation.history.length > 0) {
    output.text("");
    output.table(
      ["time", "stage", "what", "by"],
      explanation.history.map((entry): Cell[] => [
        shortTime(entry.atMs),
        entry.stage,
        entry.what,
        shortNode(entry.node),
      ]),
    );
  }
}
