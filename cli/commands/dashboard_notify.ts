/**
 * `stealthmesh dashboard notify …`: who is told of alerts and agreed measures
 * while the dashboard runs.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { argument, command, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { type CommandParser, defineCommand, examplesText } from "../command.ts";

const name = argument(string({ metavar: "NAME" }), {
  description: message`Small letters, digits, hyphens`,
});

const add = defineCommand(
  "add",
  object({
    name,
    url: argument(string({ metavar: "URL" }), {
      description:
        message`https://… for a webhook, udp://HOST:PORT or tcp://HOST:PORT for syslog`,
    }),
    secretFile: optional(
      option("--secret-file", string({ metavar: "FILE" }), {
        description:
          message`Secret that signs what a webhook gets, first line; made if absent`,
      }),
    ),
  }),
  {
    brief: message`Add a receiver`,
    examples: [
      "stealthmesh dashboard notify add office https://chat.example/hooks/7",
      "stealthmesh dashboard notify add logs udp://192.0.2.9:514",
    ],
  },
  async (options, invocation) => {
    const { addReceiver } = await import("../dashboard_notify.ts");
    await addReceiver(options, invocation);
  },
);

const list = defineCommand("list", object({}), {
  brief: message`List receivers, and what waits for them`,
  examples: [
    "stealthmesh dashboard notify list",
    "stealthmesh dashboard notify list --json | jq 'select(.waiting > 0)'",
  ],
}, async (_options, invocation) => {
  const { listReceivers } = await import("../dashboard_notify.ts");
  await listReceivers(invocation);
});

const remove = defineCommand("remove", object({ name }), {
  brief: message`Remove a receiver, and what waits for it`,
  examples: ["stealthmesh dashboard notify remove office"],
}, async (options, invocation) => {
  const { removeReceiver } = await import("../dashboard_notify.ts");
  await removeReceiver(options.name, invocation);
});

const test = defineCommand(
  "test",
  object({
    name: optional(argument(string({ metavar: "NAME" }), {
      description: message`Only this one; all if absent`,
    })),
  }),
  {
    brief: message`Send a test now, past the queue`,
    examples: [
      "stealthmesh dashboard notify test",
      "stealthmesh dashboard notify test office",
    ],
  },
  async (options, invocation) => {
    const { testReceivers } = await import("../dashboard_notify.ts");
    await testReceivers(options.name, invocation);
  },
);

export const dashboardNotify = command(
  "notify",
  or(add, list, remove, test),
  {
    brief: message`Say who is told of alerts while the dashboard runs`,
    footer: examplesText([
      "stealthmesh dashboard notify add office https://chat.example/hooks/7",
      "stealthmesh dashboard notify add logs udp://192.0.2.9:514",
      "stealthmesh dashboard notify test",
      "stealthmesh dashboard notify list",
    ]),
  },
) as CommandParser;
