/**
 * `stealthmesh keys rotate`: new keys for this node, vouched for by the old.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { flag } from "@optique/core/primitives";
import { defineCommand } from "../command.ts";

export const keysRotate = defineCommand(
  "rotate",
  object({
    dryRun: withDefault(
      flag("--dry-run", {
        description: message`Say what would change and change nothing`,
      }),
      false,
    ),
  }),
  {
    brief: message`Replace this node's keys; the others follow by themselves`,
    examples: ["stealthmesh keys rotate", "stealthmesh keys rotate --dry-run"],
  },
  async ({ dryRun }, invocation) => {
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
