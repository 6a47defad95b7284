/**
 * `stealthmesh keys revoke NODE`: puts a member out for good.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { argument } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";
import { authorOptions } from "../keys_author.ts";

export const keysRevoke = defineCommand(
  "revoke",
  object({
    node: argument(string({ metavar: "NODE" }), {
      description: message`Name, or the first letters of the node id`,
    }),
    ...authorOptions,
  }),
  {
    brief: message`Put a member out for good, or vote to`,
    examples: [
      "stealthmesh keys revoke old-laptop",
      "stealthmesh keys revoke 3f9a01",
      "stealthmesh keys revoke till-3       # on a custodian: its vote",
    ],
  },
  async (options, invocation) => {
    const { stateAbout } = await import("../keys_statement.ts");
    const { revoking } = await import("../statement_words.ts");
    await stateAbout(options.node, options, revoking, invocation);
  },
);
