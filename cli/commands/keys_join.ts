/**
 * `stealthmesh keys join INVITE`: becomes a member of the inviter's mesh.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { argument, flag } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";

export const keysJoin = defineCommand(
  "join",
  object({
    invite: argument(string({ metavar: "INVITE" }), {
      description: message`The line from keys invite; - reads it from stdin`,
    }),
    replace: withDefault(
      flag("--replace", {
        description:
          message`Leave the mesh this node belongs to; its files are kept aside`,
      }),
      false,
    ),
  }),
  {
    brief: message`Become a member of the inviter's mesh`,
    examples: [
      "stealthmesh keys join -                # paste the invite, then Ctrl-D",
      "stealthmesh keys join - < invite.txt",
      "stealthmesh keys join stealthmesh1:…   # other users of the host can see it",
    ],
  },
  async (options, invocation) => {
    const { joinMesh } = await import("../join_mesh.ts");
    await joinMesh(options, invocation);
  },
);
