/**
 * `stealthmesh decoys`: what stands as decoy here, and what attackers did
 * there. What they typed is shown as text and never acts on the terminal.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { argument, command } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import type { DecoysView } from "../../dashboard/mod.ts";
import {
  type CommandParser,
  defineCommand,
  examplesText,
  type Invocation,
} from "../command.ts";
import { OperatorError } from "../operator_error.ts";
import type { Cell } from "../output.ts";

type Transcript = DecoysView["transcripts"][number];

const list = defineCommand(
  "list",
  object({}),
  {
    brief: message`List the decoys and the latest visits`,
    examples: [
      "stealthmesh decoys list",
      "stealthmesh decoys list --json | jq .transcripts",
    ],
  },
  async (_options, invocation) => {
    const view = await askDecoys(invocation);
    if (invocation.output.json) invocation.output.record(view);
    else await printList(view, invocation);
  },
);

const show = defineCommand(
  "show",
  object({
    wanted: argument(integer({ min: 1, metavar: "NUMBER" }), {
      description: message`Number of a visit, from the list`,
    }),
  }),
  {
    brief: message`Show one visit whole`,
    examples: ["stealthmesh decoys show 17"],
  },
  async ({ wanted }, invocation) => {
    const { transcripts } = await askDecoys(invocation);
    const visit = transcripts.find(({ number }) => number === wanted);
    if (visit === undefined) {
      throw new OperatorError(
        "failed",
        `Cannot show visit ${wanted}: it is not among the latest`,
        ["See which there are: stealthmesh decoys list"],
      );
    }
    if (invocation.output.json) invocation.output.record(visit);
    else await printVisit(visit, invocation);
  },
);

export const decoys = command("decoys", or(list, show), {
  brief: message`Show the decoys and what attackers did there`,
  footer: examplesText([
    "stealthmesh decoys list",
    "stealthmesh decoys show 17",
  ]),
}) as CommandParser;

async function askDecoys(invocation: Invocation): Promise<DecoysView> {
  const { askAgent } = await import("../ask_agent.ts");
  return await askAgent(
    invocation,
    (agent) => agent.get<DecoysView>("/v1/decoys"),
  );
}

async function printList(
  { running, doors, counters, nodes, transcripts }: DecoysView,
  { output }: Invocation,
): Promise<void> {
  const { shortTime } = await import("../desk_words.ts");
  const { formatDuration } = await import("../duration.ts");
  if (!running) {
    output.note(
      "No decoys are running: they need enforce mode or decoys.ports",
      "warning",
    );
  }
  if (doors.length > 0) {
    output.table(
      ["port", "decoy", "for"],
      doors.map(({ port, service, steered }): Cell[] => [
        service === "members" ? "any" : port === 0 ? "any other" : String(port),
        service,
        service === "members"
          ? "who is steered by other members"
          : steered
          ? "who is steered here"
          : "whoever finds it",
      ]),
    );
    output.text("");
  }
  output.text(
    `held now: ${counters.held}, visits: ${counters.taken}, turned away: ${counters.turnedAway}, passed on to members: ${counters.passedOn}`,
  );
  for (const { name, trouble } of nodes) {
    if (trouble === "") {
      output.text(`steered clients meet the decoys of ${name}`);
    } else {
      output.note(
        `steered clients meet the decoys of this host, not of ${name}: ${trouble}`,
        "warning",
      );
    }
  }
  if (transcripts.length === 0) return;
  output.text("");
  output.table(
    ["number", "time", "from", "decoy", "port", "for", "ended by", "what"],
    transcripts.map((visit): Cell[] => [
      String(visit.number),
      shortTime(visit.atMs),
      visit.source,
      visit.service,
      visit.port === 0 ? "other" : String(visit.port),
      formatDuration(visit.heldMs),
      visit.ended,
      visit.notes[0] === undefined ? "" : noteWords(visit.notes[0]),
    ]),
  );
}

async function printVisit(
  visit: Transcript,
  { output }: Invocation,
): Promise<void> {
  const { shortTime } = await import("../desk_words.ts");
  const { formatDuration } = await import("../duration.ts");
  output.table(["visit", String(visit.number)], [
    ["from", visit.source],
    ["time", shortTime(visit.atMs)],
    ["decoy", visit.service],
    ["port", visit.port === 0 ? "other" : String(visit.port)],
    ["came", cameWords(visit)],
    ...(visit.heldBy === undefined ? [] : [["answered by", visit.heldBy]]),
    ["held", formatDuration(visit.heldMs)],
    ["ended by", visit.ended],
    ["octets", `${visit.received} received, ${visit.sent} sent`],
  ]);
  if (visit.notes.length === 0) return;
  output.text("");
  output.table(
    ["what", "text"],
    visit.notes.map((note): Cell[] => [
      note.kind,
      note.kind === "login"
        ? `${note.user}${
          note.password === undefined ? "" : ` with ${note.password}`
        }`
        : note.text,
    ]),
  );
  if (visit.notesDropped > 0) {
    output.note(`${visit.notesDropped} more were not kept`);
  }
}

function cameWords({ steered, steeredBy }: Transcript): string {
  if (steeredBy === undefined) return steered ? "steered here" : "by itself";
  return `steered here by ${steeredBy}, which says who it is`;
}

function noteWords(note: Transcript["notes"][number]): string {
  return note.kind === "login" ? `login ${note.user}` : note.text;
}
