/**
 * `stealthmesh keys approve`: shows proposed operator keys, and casts this
 * custodian's vote for one.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, flag } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";
import type { Cell } from "../output.ts";

export const keysApprove = defineCommand(
  "approve",
  object({
    fingerprint: optional(
      argument(string({ metavar: "FINGERPRINT" }), {
        description:
          message`Of the new operator key, as its maker tells you over the phone`,
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
    brief: message`Vote for a new operator key`,
    examples: [
      "stealthmesh keys approve                       # what is proposed",
      "stealthmesh keys approve 1a2b-3c4d-5e6f-7a8b-9c0d",
    ],
  },
  async (options, invocation) => {
    const { openMembership, noteAgent } = await import("../own_store.ts");
    const { shortTime } = await import("../desk_words.ts");
    const {
      demandCustodian,
      findProposal,
      fingerprintOf,
      proposalsOf,
      voteFor,
    } = await import("../succession.ts");
    const state = await openMembership(invocation);
    const { store, keys, roster } = state;
    const { output } = invocation;
    const nowMs = Date.now();
    const proposals = proposalsOf(state);
    if (options.fingerprint === undefined) {
      const rows = proposals.map((proposal) => ({
        fingerprint: fingerprintOf(proposal.about),
        sinceMs: proposal.sinceMs ?? 0,
        votes: proposal.voters.size,
        needed: proposal.needed,
        voted: proposal.voters.has(keys.node),
        voters: [...proposal.voters]
          .map((node) => roster.member(node)?.name ?? node),
      }));
      if (output.json) return output.record({ proposals: rows });
      if (rows.length === 0) return output.text("No operator key is proposed");
      return output.table(
        ["operator key", "votes", "by", "old key void from"],
        rows.map((row): Cell[] => [
          row.fingerprint,
          `${row.votes} of ${row.needed}`,
          row.voters.join(" "),
          shortTime(row.sinceMs),
        ]),
      );
    }
    demandCustodian(state, "approve");
    const { about, sinceMs = nowMs, voters, needed } = findProposal(
      proposals,
      options.fingerprint,
    );
    if (!options.dryRun) {
      await voteFor(state, Uint8Array.fromHex(about), sinceMs, nowMs);
    }
    const inForce = roster.operator.toHex() === about;
    const votes = new Set([...voters, keys.node]).size;
    const facts = {
      fingerprint: fingerprintOf(about),
      sinceMs,
      votes,
      needed,
      operator: inForce,
      changed: !options.dryRun,
    };
    if (output.json) output.record(facts);
    else {
      output.text(
        `${facts.fingerprint} ${
          options.dryRun
            ? `would have ${votes} of ${needed} votes`
            : inForce
            ? `is the operator's key from ${shortTime(sinceMs)} on`
            : `has ${votes} of ${needed} votes`
        }`,
      );
    }
    if (options.dryRun) output.note("Nothing was changed");
    else noteAgent(invocation, store.directory);
  },
);
