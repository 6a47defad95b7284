/**
 * `stealthmesh keys revoke NODE`: puts a member out for good.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";
import { OperatorError } from "../operator_error.ts";

export const keysRevoke = defineCommand(
  "revoke",
  object({
    node: argument(string({ metavar: "NODE" }), {
      description: message`Name, or the first letters of the node id`,
    }),
    passphraseFile: optional(
      option("--passphrase-file", string({ metavar: "FILE" }), {
        description: message`Passphrase of the operator key, first line`,
      }),
    ),
    dryRun: withDefault(
      flag("--dry-run", {
        description: message`Say who would be put out and change nothing`,
      }),
      false,
    ),
  }),
  {
    brief: message`Put a member out for good`,
    examples: [
      "stealthmesh keys revoke old-laptop",
      "stealthmesh keys revoke 3f9a01",
    ],
  },
  async (options, invocation) => {
    const { findMember, noteAgent, openMembership } = await import(
      "../own_store.ts"
    );
    const { ed25519Signer, writeRevocation } = await import(
      "../../mesh/mod.ts"
    );
    const { store, keys, meshId, roster } = await openMembership(invocation);
    const { output } = invocation;
    const nowMs = Date.now();
    const member = findMember(roster.members(nowMs), options.node);
    const { node } = member;
    if (member.revoked) {
      throw new OperatorError(
        "failed",
        `Cannot revoke ${member.name}: it is revoked already`,
        ["See the members:", "  stealthmesh keys show"],
      );
    }
    // The operator's word is enough; a custodian's counts with others'.
    const operator = await store.hasOperator();
    if (!operator && !roster.member(keys.node)?.custodian) {
      throw new OperatorError(
        "not_permitted",
        `Cannot revoke ${member.name}: this host has neither the operator key nor is a custodian`,
        ["Run it on the host that founded the mesh"],
      );
    }
    if (!options.dryRun) {
      const author = operator
        ? {
          signer: await import("../operator_key.ts").then(({ openOperator }) =>
            openOperator(store, options.passphraseFile, output)
          ),
          by: "operator" as const,
        }
        : { signer: ed25519Signer(keys.signing.seed), by: keys.node };
      roster.merge(
        [writeRevocation({ ...author, meshId, node, nowMs })],
        nowMs,
      );
      await store.writeRoster(roster.entries());
    }
    const revoked = roster.member(node)?.revoked ?? false;
    const facts = {
      node,
      name: member.name,
      revoked,
      changed: !options.dryRun,
    };
    if (output.json) output.record(facts);
    else {
      output.text(
        `${output.plain(member.name)} (${node}) ${
          options.dryRun
            ? "would be revoked"
            : revoked
            ? "is revoked"
            : "is revoked once more custodians say so"
        }`,
      );
    }
    if (options.dryRun) output.note("Nothing was changed");
    else noteAgent(invocation, store.directory);
  },
);
