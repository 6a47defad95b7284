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
import type { SettingOrder } from "../../dashboard/mod.ts";
import {
  type CommandParser,
  defineCommand,
  examplesText,
  type Invocation,
} from "../command.ts";
import { passphraseOption } from "../give_signal.ts";

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

const on = optional(
  option("--on", string({ metavar: "MACHINES" }), {
    description:
      message`Of these members instead, by the operator's key: names with commas, or all`,
  }),
);
const mesh = withDefault(
  flag("--mesh", {
    description:
      message`Of all machines that --on named, by the operator's key`,
  }),
  false,
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

/** How any change is made. */
const wishes = {
  dryRun,
  on,
  passphraseFile: passphraseOption,
};

interface Wishes {
  readonly dryRun: boolean;
  readonly forTime?: string | undefined;
  readonly on: string | undefined;
  readonly passphraseFile: string | undefined;
}

/** On this machine, or on others by a signal. */
async function change(
  order: SettingOrder,
  { on, ...wishes }: Wishes,
  invocation: Invocation,
): Promise<void> {
  if (on === undefined) {
    const { changeConfig } = await import("../config_change.ts");
    return await changeConfig(order, wishes, invocation);
  }
  const { orderSettings } = await import("../config_rollout.ts");
  await orderSettings(order, { ...wishes, on }, invocation);
}

const set = defineCommand(
  "set",
  object({ name, value, forTime, ...wishes }),
  {
    brief: message`Give a setting another value, at once and from now on`,
    examples: [
      "stealthmesh config set mode enforce --dry-run   # whom it would contain, and the ruleset",
      "stealthmesh config set mode enforce --for 1h    # on trial; then: config keep",
      "stealthmesh config set mode enforce --for 1h --on till-1,till-2   # then: config rollout",
      "stealthmesh config set journal.days 30",
    ],
  },
  ({ name, value, ...wishes }, invocation) =>
    change({ name, action: "set", value }, wishes, invocation),
);

const unset = defineCommand(
  "unset",
  object({ name, ...wishes }),
  {
    brief: message`Take back what was changed, so that the other sources count`,
    examples: [
      "stealthmesh config unset mode",
      "stealthmesh config unset neverBlock     # all that was added",
    ],
  },
  ({ name, ...wishes }, invocation) =>
    change({ name, action: "unset" }, wishes, invocation),
);

const add = defineCommand(
  "add",
  object({ name, value, forTime, ...wishes }),
  {
    brief: message`Add to a list: neverBlock or scenarios.off`,
    examples: [
      "stealthmesh config add neverBlock 192.0.2.0/24    # lets go of them at once",
      "stealthmesh config add scenarios.off port-scan    # looks for it no more",
    ],
  },
  ({ name, value, ...wishes }, invocation) =>
    change({ name, action: "add", value }, wishes, invocation),
);

const remove = defineCommand(
  "remove",
  object({ name, value, forTime, ...wishes }),
  {
    brief: message`Take off a list what was added to it`,
    examples: [
      "stealthmesh config remove neverBlock 192.0.2.0/24",
      "stealthmesh config remove scenarios.off port-scan # looks for it again",
    ],
  },
  ({ name, value, ...wishes }, invocation) =>
    change({ name, action: "remove", value }, wishes, invocation),
);

const everywhere = {
  mesh,
  dryRun: withDefault(
    flag("--dry-run", {
      description:
        message`With --mesh: say what would be said, and say nothing`,
    }),
    false,
  ),
  passphraseFile: passphraseOption,
};

const keep = defineCommand("keep", object(everywhere), {
  brief: message`Keep what is on trial`,
  examples: [
    "stealthmesh config keep",
    "stealthmesh config keep --mesh     # on every machine that --on named",
  ],
}, async ({ mesh, ...manner }, invocation) => {
  if (mesh) {
    const { keepSettings } = await import("../config_rollout.ts");
    return await keepSettings(manner, invocation);
  }
  const { endTrial } = await import("../config_change.ts");
  await endTrial("keep", invocation);
});

const revert = defineCommand("revert", object(everywhere), {
  brief: message`Take back what is on trial, now`,
  examples: [
    "stealthmesh config revert",
    "stealthmesh config revert --mesh   # on every machine that --on named",
  ],
}, async ({ mesh, ...manner }, invocation) => {
  if (mesh) {
    const { revertSettings } = await import("../config_rollout.ts");
    return await revertSettings(manner, invocation);
  }
  const { endTrial } = await import("../config_change.ts");
  await endTrial("revert", invocation);
});

const rollout = defineCommand("rollout", object({}), {
  brief: message`Print how the last settings of several machines stand on each`,
  examples: [
    "stealthmesh config set mode enforce --for 1h --on till-1    # one first",
    "stealthmesh config rollout                                  # asks it",
    "stealthmesh config set mode enforce --for 1h --on all       # then the others",
    "stealthmesh config keep --mesh                              # or: revert --mesh",
  ],
}, async (_options, invocation) => {
  const { showRollout } = await import("../config_rollout.ts");
  await showRollout(invocation);
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
  or(show, set, unset, add, remove, or(keep, revert, rollout, validate)),
  {
    brief: message`Show the configuration, change it while the agent runs`,
    footer: examplesText([
      "stealthmesh config show",
      "stealthmesh config set mode enforce",
      "stealthmesh config add neverBlock 192.0.2.7",
      "stealthmesh config set mode enforce --for 1h --on till-1,till-2",
      "stealthmesh config validate",
    ]),
  },
) as CommandParser;
