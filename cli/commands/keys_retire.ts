/**
 * `stealthmesh keys retire NODE`: a custodian becomes a plain member again.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { argument } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";
import { authorOptions } from "../keys_author.ts";

export const keysRetire = defineCommand(
  "retire",
  object({
    node: argument(string({ metavar: "NODE" }), {
      description: message`Name, or the first letters of the node id`,
    }),
    ...authorOptions,
  }),
  {
    brief: message`Make a custodian a plain member, or vote to`,
    examples: [
      "stealthmesh keys retire server-2      # before it is scrapped",
      "stealthmesh keys retire server-2 --dry-run",
    ],
  },
  async (options, invocation) => {
    const { stateAbout } = await import("../keys_statement.ts");
    const { retiring } = await import("../statement_words.ts");
    await stateAbout(options.node, options, retiring, invocation);
  },
);
