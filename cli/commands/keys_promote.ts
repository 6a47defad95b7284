/**
 * `stealthmesh keys promote NODE`: makes a member a custodian.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { argument } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";
import { authorOptions } from "../keys_author.ts";

export const keysPromote = defineCommand(
  "promote",
  object({
    node: argument(string({ metavar: "NODE" }), {
      description: message`Name, or the first letters of the node id`,
    }),
    ...authorOptions,
  }),
  {
    brief: message`Make a member a custodian, or vote to`,
    examples: [
      "stealthmesh keys promote server-2     # may invite, renew, vote",
      "stealthmesh keys promote server-2 --dry-run",
    ],
  },
  async (options, invocation) => {
    const { stateAbout } = await import("../keys_statement.ts");
    const { promoting } = await import("../statement_words.ts");
    await stateAbout(options.node, options, promoting, invocation);
  },
);
