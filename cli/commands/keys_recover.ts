/**
 * `stealthmesh keys recover`: a new operator key, because the old one is lost
 * or stolen. It counts once enough custodians approve.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";
import { OperatorError } from "../operator_error.ts";

export const keysRecover = defineCommand(
  "recover",
  object({
    stolenAgo: optional(
      option("--stolen-ago", string({ metavar: "TIME" }), {
        description:
          message`What the old key said since then is void; at most 90d; default: from now on`,
      }),
    ),
    passphraseFile: optional(
      option("--passphrase-file", string({ metavar: "FILE" }), {
        description:
          message`Seal the new operator key under the first line of this file`,
      }),
    ),
    dryRun: withDefault(
      flag("--dry-run", {
        description: message`Say what it would take and change nothing`,
      }),
      false,
    ),
  }),
  {
    brief: message`Make a new operator key, for custodians to approve`,
    examples: [
      "stealthmesh keys recover                   # the founding host is gone",
      "stealthmesh keys recover --stolen-ago 2d   # and void what it said since",
      "stealthmesh keys recover --dry-run",
    ],
  },
  async (options, invocation) => {
    const { openMembership, noteAgent } = await import("../own_store.ts");
    const { parseDuration } = await import("../duration.ts");
    const {
      demandCustodian,
      fingerprintOf,
      makeNextOperator,
      proposalsOf,
      voteFor,
    } = await import("../succession.ts");
    const { votesNeeded } = await import("../../mesh/mod.ts");
    const { newPassphrase } = await import("../new_passphrase.ts");
    const state = await openMembership(invocation);
    const { store, keys, roster } = state;
    const { output } = invocation;
    demandCustodian(state, "recover");
    const nowMs = Date.now();
    const backMs = options.stolenAgo === undefined
      ? 0
      : parseDuration(options.stolenAgo);
    if (backMs > 90 * 86_400_000) {
      throw new SyntaxError(
        `Cannot recover from ${options.stolenAgo} ago: expected at most 90d`,
      );
    }
    const custodians = roster.members(nowMs)
      .filter(({ custodian }) => custodian).length;
    if (custodians < 2) {
      throw new OperatorError(
        "failed",
        "Cannot recover: this host is the only custodian, and it takes two",
        [
          "Where the operator key still is, make another one:",
          "  stealthmesh keys promote NODE",
          "Else found a new mesh in an empty directory, and invite the others:",
          "  stealthmesh keys init --state-dir DIRECTORY",
        ],
      );
    }
    const own = proposalsOf(state)
      .find(({ voters }) => voters.has(keys.node));
    if (own && await store.hasNextOperator()) {
      throw new OperatorError(
        "failed",
        `Cannot recover: this host has proposed or approved ${
          fingerprintOf(own.about)
        } already`,
        [
          "On the other custodians:",
          `  stealthmesh keys approve ${fingerprintOf(own.about)}`,
        ],
      );
    }
    const sinceMs = nowMs - backMs;
    let fingerprint: string | undefined;
    if (!options.dryRun) {
      const passphrase = newPassphrase(options.passphraseFile, output);
      const next = await makeNextOperator(state, passphrase);
      await voteFor(state, next, sinceMs, nowMs);
      fingerprint = fingerprintOf(next.toHex());
    }
    const vote = proposalsOf(state)
      .find(({ about }) =>
        fingerprint !== undefined && fingerprintOf(about) === fingerprint
      );
    const facts = {
      ...(fingerprint !== undefined && { fingerprint }),
      sinceMs,
      votes: vote?.voters.size ?? 1,
      needed: vote?.needed ?? votesNeeded(custodians),
      changed: !options.dryRun,
    };
    if (output.json) output.record(facts);
    else if (fingerprint === undefined) {
      output.text(
        `A new operator key would take ${facts.needed} of ${custodians} custodians`,
      );
    } else output.text(`${fingerprint} has 1 of ${facts.needed} votes`);
    if (options.dryRun) return output.note("Nothing was changed");
    output.note(
      `On the other custodians: stealthmesh keys approve ${fingerprint}`,
    );
    noteAgent(invocation, store.directory);
  },
);
