/**
 * `stealthmesh keys renew NODE`: lets a membership last longer. Custodians do
 * this by themselves while they run; by hand it is for a machine that was away
 * too long, and for a custodian that no other one is there to renew.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";
import { authorOptions } from "../keys_author.ts";
import { OperatorError } from "../operator_error.ts";

export const keysRenew = defineCommand(
  "renew",
  object({
    node: argument(string({ metavar: "NODE" }), {
      description: message`Name, or the first letters of the node id`,
    }),
    validFor: optional(
      option("--valid-for", string({ metavar: "TIME" }), {
        description:
          message`From now on, at most 825d; default: as long as it was`,
      }),
    ),
    ...authorOptions,
  }),
  {
    brief: message`Let a membership last longer`,
    examples: [
      "stealthmesh keys renew till-3",
      "stealthmesh keys renew laptop-7 --valid-for 30d",
    ],
  },
  async (options, invocation) => {
    const { findMember, noteAgent, openMembership } = await import(
      "../own_store.ts"
    );
    const { authorOf } = await import("../keys_author.ts");
    const { parseDuration } = await import("../duration.ts");
    const { shortTime } = await import("../desk_words.ts");
    const { lifeOf, validMsMax, writeRenewal } = await import(
      "../../mesh/mod.ts"
    );
    const state = await openMembership(invocation);
    const { store, meshId, roster } = state;
    const { output } = invocation;
    const nowMs = Date.now();
    const member = findMember(roster.members(nowMs), options.node);
    const { node, name } = member;
    if (member.revoked || member.forked) {
      throw new OperatorError(
        "failed",
        `Cannot renew ${name}: it was put out for good`,
        ["Let the machine join anew:", "  stealthmesh keys invite"],
      );
    }
    const validMs = options.validFor === undefined
      ? lifeOf(member)
      : parseDuration(options.validFor);
    if (validMs > validMsMax) {
      throw new SyntaxError(
        `Cannot renew for ${options.validFor}: expected at most 825d`,
      );
    }
    const author = await authorOf(state, options, `renew ${name}`, output);
    if (author.by === node) {
      throw new OperatorError(
        "not_permitted",
        `Cannot renew ${name}: a custodian cannot renew itself`,
        ["Run it on another custodian, or where the operator key is"],
      );
    }
    if (!options.dryRun) {
      const signer = await author.sign();
      const { by } = author;
      roster.merge(
        [writeRenewal({ meshId, signer, by, node, nowMs, validMs })],
        nowMs,
      );
      await store.writeRoster(roster.entries());
    }
    const notAfterMs = options.dryRun
      ? Math.max(member.notAfterMs, nowMs + validMs)
      : roster.member(node)?.notAfterMs ?? member.notAfterMs;
    const facts = { node, name, notAfterMs, changed: !options.dryRun };
    if (output.json) output.record(facts);
    else {
      output.text(
        `${output.plain(name)} (${node}) ${
          options.dryRun ? "would be" : "is"
        } admitted until ${shortTime(notAfterMs)}`,
      );
    }
    if (options.dryRun) output.note("Nothing was changed");
    else noteAgent(invocation, store.directory);
  },
);
