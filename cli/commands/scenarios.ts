/**
 * `stealthmesh scenarios …`: what is looked for, and whether it does what it says.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { argument, command } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import {
  type CommandParser,
  defineCommand,
  examplesText,
  type Invocation,
} from "../command.ts";
import type { ScenarioShelf } from "../scenario_shelf.ts";

const list = defineCommand(
  "list",
  object({}),
  {
    brief: message`List what is looked for, and where it comes from`,
    examples: [
      "stealthmesh scenarios list",
      "stealthmesh scenarios list --json | jq -r 'select(.off | not) | .name'",
    ],
  },
  async (_options, invocation) => {
    const { listScenarios } = await import("../scenario_report.ts");
    listScenarios(await configuredShelf(invocation), invocation.output);
  },
);

const show = defineCommand(
  "show",
  object({
    name: argument(string({ metavar: "NAME" }), {
      description: message`As list prints it`,
    }),
  }),
  {
    brief: message`Print one scenario with its samples`,
    examples: [
      "stealthmesh scenarios show ssh-bruteforce",
      "stealthmesh scenarios show ssh-bruteforce > /etc/stealthmesh/scenarios.d/ssh-bruteforce.yaml",
    ],
  },
  async ({ name }, invocation) => {
    const { showScenario } = await import("../scenario_report.ts");
    showScenario(await configuredShelf(invocation), name, invocation.output);
  },
);

const test = defineCommand(
  "test",
  object({
    path: optional(argument(string({ metavar: "DIR|FILE" }), {
      description:
        message`Only the scenarios in it, beside the built-in ones; all in force if absent`,
    })),
  }),
  {
    brief: message`Run the samples: does each give its alerts and no others?`,
    examples: [
      "stealthmesh scenarios test",
      "stealthmesh scenarios test /etc/stealthmesh/scenarios.d",
      "stealthmesh scenarios test ./my-scenario.yaml",
      "stealthmesh scenarios test . --json | jq -c 'select(.passed | not)'",
    ],
  },
  async ({ path }, invocation) => {
    const { testScenarios } = await import("../scenario_report.ts");
    if (path === undefined) {
      testScenarios(await configuredShelf(invocation), true, invocation.output);
      return;
    }
    const { readNamed } = await import("../scenario_shelf.ts");
    testScenarios(readNamed(path), false, invocation.output);
  },
);

async function configuredShelf(
  invocation: Invocation,
): Promise<ScenarioShelf> {
  const { readShelf } = await import("../scenario_shelf.ts");
  const { config } = await invocation.loadConfig();
  return readShelf(config.scenarios);
}

export const scenarios = command(
  "scenarios",
  or(list, show, test),
  {
    brief: message`List, show and test what is looked for`,
    footer: examplesText([
      "stealthmesh scenarios list",
      "stealthmesh scenarios show ssh-bruteforce",
      "stealthmesh scenarios test /etc/stealthmesh/scenarios.d",
    ]),
  },
) as CommandParser;
