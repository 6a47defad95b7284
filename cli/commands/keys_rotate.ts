/**
 * `stealthmesh keys rotate`: new keys for this node, vouched for by the old.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";

export const keysRotate = defineCommand(
  "rotate",
  object({
    operator: withDefault(
      flag("--operator", {
        description:
          message`Replace the operator's key instead; its old one hands over`,
      }),
      false,
    ),
    passphraseFile: optional(
      option("--passphrase-file", string({ metavar: "FILE" }), {
        description:
          message`Passphrase of the operator key, the old one and the new one`,
      }),
    ),
    dryRun: withDefault(
      flag("--dry-run", {
        description: message`Say what would change and change nothing`,
      }),
      false,
    ),
  }),
  {
    brief: message`Replace this node's keys; the others follow by themselves`,
    examples: [
      "stealthmesh keys rotate",
      "stealthmesh keys rotate --dry-run",
      "stealthmesh keys rotate --operator",
    ],
  },
  async ({ dryRun, operator, passphraseFile }, invocation) => {
    if (operator) {
      const { rotateOperator } = await import("../rotate_operator.ts");
      return await rotateOperator({ dryRun, passphraseFile }, invocation);
    }
    const { openMembership, noteAgent } = await import("../own_store.ts");
    const { rotateOwnKeys } = await import("../own_state.ts");
    const state = await openMembership(invocation);
    const { output } = invocation;
    const after = dryRun
      ? state.keys.generation + 1
      : (await rotateOwnKeys(state, Date.now())).keys.generation;
    const facts = {
      node: state.keys.node,
      from: state.keys.generation,
      to: after,
      changed: !dryRun,
    };
    if (output.json) output.record(facts);
    else {
      output.text(
        `${facts.node}: generation ${facts.from} ${
          dryRun ? "would become" : "became"
        } ${facts.to}`,
      );
    }
    if (dryRun) output.note("Nothing was changed");
    else noteAgent(invocation, state.store.directory);
  },
);
