/**
 * `stealthmesh keys rename NODE NAME`: what everybody calls a member.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";

export const keysRename = defineCommand(
  "rename",
  object({
    node: argument(string({ metavar: "NODE" }), {
      description: message`Name, or the first letters of the node id`,
    }),
    name: argument(string({ metavar: "NAME" }), {
      description: message`What everybody calls it from now on`,
    }),
    passphraseFile: optional(
      option("--passphrase-file", string({ metavar: "FILE" }), {
        description: message`Passphrase of the operator key, first line`,
      }),
    ),
  }),
  {
    brief: message`Call a member something else; needs the operator key`,
    examples: ["stealthmesh keys rename 4f1c09 till-3"],
  },
  async ({ node: wanted, name, passphraseFile }, invocation) => {
    const { findMember, noteAgent, openMembership } = await import(
      "../own_store.ts"
    );
    const { openOperator } = await import("../operator_key.ts");
    const { renameMember } = await import("../member_name.ts");
    const state = await openMembership(invocation);
    const { store, roster } = state;
    const { output } = invocation;
    const nowMs = Date.now();
    const member = findMember(roster.members(nowMs), wanted);
    const operator = await openOperator(state, passphraseFile, output);
    renameMember(state, operator, member, name, nowMs);
    await store.writeRoster(roster.entries());
    const { node } = member;
    if (output.json) output.record({ node, from: member.name, name });
    else output.text(`${output.plain(name)} (${node})`);
    noteAgent(invocation, store.directory);
  },
);
