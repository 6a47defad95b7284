/**
 * `stealthmesh profile`: the pace of the mesh links, and changing it.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, flag } from "@optique/core/primitives";
import { choice } from "@optique/core/valueparser";
import type { ProfileAnswer, ProfileView } from "../../dashboard/mod.ts";
import { defineCommand } from "../command.ts";
import { OperatorError } from "../operator_error.ts";
import type { Output } from "../output.ts";

export const profile = defineCommand(
  "profile",
  object({
    wanted: optional(
      argument(
        choice(["lan", "wan", "metered", "open", "configured"], {
          metavar: "PROFILE",
        }),
        {
          description:
            message`Use this one from now on; configured takes it back`,
        },
      ),
    ),
    force: withDefault(
      flag("--force", {
        description: message`Also less than a day after the last switch`,
      }),
      false,
    ),
    dryRun: withDefault(
      flag("--dry-run", {
        description: message`Say what would be done and change nothing`,
      }),
      false,
    ),
  }),
  {
    brief: message`Show or change the pace of the mesh links`,
    examples: [
      "stealthmesh profile",
      "stealthmesh profile metered            # on a mobile link, until taken back",
      "stealthmesh profile configured         # back to the configuration",
      "stealthmesh profile open --dry-run",
    ],
  },
  async ({ wanted, force, dryRun }, invocation) => {
    if (wanted === undefined && (force || dryRun)) {
      throw new SyntaxError(
        "Cannot change the profile: say which, such as stealthmesh profile wan",
      );
    }
    const { askAgent } = await import("../ask_agent.ts");
    const { output } = invocation;
    if (wanted === undefined) {
      const view = await askAgent(
        invocation,
        (agent) => agent.get<ProfileView>("/v1/profile"),
      );
      if (output.json) output.record(view);
      else await print(view, output);
      return;
    }
    const order = { profile: wanted, force, dryRun };
    const answer = await askAgent(
      invocation,
      (agent) => agent.post<ProfileAnswer>("/v1/profile", order),
    );
    if (output.json) output.record(answer);
    await tell(answer, output);
  },
);

async function print(view: ProfileView, output: Output): Promise<void> {
  const { profileRows } = await import("../profile_words.ts");
  output.table(["profile", view.inForce], profileRows(view));
}

async function tell(answer: ProfileAnswer, output: Output): Promise<void> {
  const { shortTime } = await import("../desk_words.ts");
  const { from, to, bits, dryRun } = answer;
  switch (answer.type) {
    case "unchanged":
      output.note(`${to} is in force already; the links do not change`);
      break;
    case "refused": {
      const error = new OperatorError(
        "failed",
        `Cannot change from ${from} to ${to}: the last switch was less than a day ago`,
        [
          `Wait until ${shortTime(answer.notBeforeMs)}, or let it be seen:`,
          `  stealthmesh profile ${to} --force`,
        ],
      );
      if (!dryRun) throw error;
      output.note(error.message, "warning");
      break;
    }
    case "allowed":
      output.note(
        `${from} to ${to}, each link at its next cell; whoever watches the wire ` +
          `sees it (${bits} bits, counted${
            answer.forced ? "; less than a day after the last" : ""
          })`,
        answer.forced ? "warning" : "good",
      );
      break;
  }
  if (dryRun) output.note("Nothing was changed");
}
