/**
 * `stealthmesh dashboard users …`: who may log in at this host's dashboard.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { argument, command, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { type CommandParser, defineCommand, examplesText } from "../command.ts";

const name = argument(string({ metavar: "NAME" }), {
  description: message`Small letters, digits, dot, underscore, hyphen`,
});
const passwordFile = optional(
  option("--password-file", string({ metavar: "FILE" }), {
    description: message`The password, first line; asked for if absent`,
  }),
);
const roleChoice = choice(["viewer", "operator", "owner"], { metavar: "ROLE" });
const whatRolesMay =
  message`A viewer reads, an operator contains and releases, an owner does all`;

const add = defineCommand(
  "add",
  object({
    name,
    role: option("--role", roleChoice, { description: whatRolesMay }),
    passwordFile,
  }),
  {
    brief: message`Let somebody in, with a password and a phone`,
    examples: [
      "stealthmesh dashboard users add anna --role owner",
      "stealthmesh dashboard users add ben --role viewer --password-file ben.txt",
    ],
  },
  async (options, invocation) => {
    const { addUser } = await import("../dashboard_users.ts");
    await addUser(options, invocation);
  },
);

const list = defineCommand("list", object({}), {
  brief: message`List who may log in`,
  examples: [
    "stealthmesh dashboard users list",
    "stealthmesh dashboard users list --json",
  ],
}, async (_options, invocation) => {
  const { listUsers } = await import("../dashboard_users.ts");
  await listUsers(invocation);
});

const remove = defineCommand("remove", object({ name }), {
  brief: message`Let somebody in no more, and end his sessions`,
  examples: ["stealthmesh dashboard users remove ben"],
}, async (options, invocation) => {
  const { removeUser } = await import("../dashboard_users.ts");
  await removeUser(options.name, invocation);
});

const reset = defineCommand(
  "reset",
  object({
    name,
    role: optional(option("--role", roleChoice, { description: whatRolesMay })),
    passwordFile,
  }),
  {
    brief: message`Give somebody another password and secret`,
    examples: [
      "stealthmesh dashboard users reset anna     # a lost phone",
      "stealthmesh dashboard users reset ben --role operator",
    ],
  },
  async (options, invocation) => {
    const { resetUser } = await import("../dashboard_users.ts");
    await resetUser(options, invocation);
  },
);

export const dashboardUsers = command("users", or(add, list, remove, reset), {
  brief: message`Say who may log in at the dashboard`,
  footer: examplesText([
    "stealthmesh dashboard users add anna --role owner",
    "stealthmesh dashboard users list",
    "stealthmesh dashboard users reset anna",
    "stealthmesh dashboard users remove ben",
  ]),
}) as CommandParser;
