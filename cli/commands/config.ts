/**
 * `stealthmesh config …`: what is in force and from where, and changes while
 * the agent runs.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, command, flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { type CommandParser, defineCommand, examplesText } from "../command.ts";

const name = argument(string({ metavar: "NAME" }), {
  description: message`As show prints it, such as mode or neverBlock`,
});
const value = argument(string({ metavar: "VALUE" }));
const dryRun = withDefault(
  flag("--dry-run", {
    description: message`Say what would change and change nothing`,
  }),
  false,
);

const forTime = optional(
  option("--for", string({ metavar: "TIME" }), {
    description:
      message`On trial: goes back by itself after 1m to 24h unless it is kept, with a restart, and when somebody has to be released`,
  }),
);

const show = defineCommand(
  "show",
  object({ name: optional(name) }),
  {
    brief: message`Print each setting, and where its value comes from`,
    examples: [
      "stealthmesh config show",
      "stealthmesh config show neverBlock       # item by item",
      "stealthmesh config show --json | jq 'select(.changed)'",
    ],
  },
  async ({ name }, invocation) => {
    const { showConfig } = await import("../config_change.ts");
    await showConfig(name, invocation);
  },
);

const set = defineCommand("set", object({ name, value, dryRun, forTime }), {
  brief: message`Give a setting another value, at once and from now on`,
  examples: [
    "stealthmesh config set mode enforce --dry-run   # whom it would contain, and the ruleset",
    "stealthmesh config set mode enforce --for 1h    # on trial; then: config keep",
    "stealthmesh config set journal.days 30",
  ],
}, async ({ name, value, ...wishes }, invocation) => {
  const { changeConfig } = await import("../config_change.ts");
  await changeConfig({ name, action: "set", value }, wishes, invocation);
});

const unset = defineCommand("unset", object({ name, dryRun }), {
  brief: message`Take back what was changed, so that the other sources count`,
  examples: [
    "stealthmesh config unset mode",
    "stealthmesh config unset neverBlock     # all that was added",
  ],
}, async ({ name, dryRun }, invocation) => {
  const { changeConfig } = await import("../config_change.ts");
  await changeConfig({ name, action: "unset" }, { dryRun }, invocation);
});

const add = defineCommand("add", object({ name, value, dryRun, forTime }), {
  brief: message`Add to a list: neverBlock or scenarios.off`,
  examples: [
    "stealthmesh config add neverBlock 192.0.2.0/24    # lets go of them at once",
    "stealthmesh config add scenarios.off port-scan    # looks for it no more",
  ],
}, async ({ name, value, ...wishes }, invocation) => {
  const { changeConfig } = await import("../config_change.ts");
  await changeConfig({ name, action: "add", value }, wishes, invocation);
});

const remove = defineCommand(
  "remove",
  object({ name, value, dryRun, forTime }),
  {
    brief: message`Take off a list what was added to it`,
    examples: [
      "stealthmesh config remove neverBlock 192.0.2.0/24",
      "stealthmesh config remove scenarios.off port-scan # looks for it again",
    ],
  },
  async ({ name, value, ...wishes }, invocation) => {
    const { changeConfig } = await import("../config_change.ts");
    await changeConfig({ name, action: "remove", value }, wishes, invocation);
  },
);

const keep = defineCommand("keep", object({}), {
  brief: message`Keep what is on trial`,
  examples: ["stealthmesh config keep"],
}, async (_options, invocation) => {
  const { endTrial } = await import("../config_change.ts");
  await endTrial("keep", invocation);
});

const revert = defineCommand("revert", object({}), {
  brief: message`Take back what is on trial, now`,
  examples: ["stealthmesh config revert"],
}, async (_options, invocation) => {
  const { endTrial } = await import("../config_change.ts");
  await endTrial("revert", invocation);
});

const validate = defineCommand(
  "validate",
  object({
    file: optional(argument(string({ metavar: "FILE" }), {
      description: message`The one that an agent would read if absent`,
    })),
  }),
  {
    brief: message`Check a configuration file; needs no agent`,
    examples: [
      "stealthmesh config validate",
      "stealthmesh config validate ./stealthmesh.yaml",
    ],
  },
  async ({ file }, invocation) => {
    const { validateConfig } = await import("../config_change.ts");
    await validateConfig(file, invocation);
  },
);

export const config = command(
  "config",
  or(show, set, unset, add, remove, or(keep, revert, validate)),
  {
    brief: message`Show the configuration, change it while the agent runs`,
    footer: examplesText([
      "stealthmesh config show",
      "stealthmesh config set mode enforce",
      "stealthmesh config add neverBlock 192.0.2.7",
      "stealthmesh config validate",
    ]),
  },
) as CommandParser;
