/**
 * `keys revoke`, `keys promote` and `keys retire`: a word of the operator that
 * counts at once, or a custodian's vote that counts with those of others.
 *
 * @module
 */
import {
  type Authority,
  type Member,
  type PendingVote,
  type Roster,
  type Signer,
  type Statement,
  votesNeeded,
  writeAcknowledgement,
} from "../mesh/mod.ts";
import type { Invocation } from "./command.ts";
import { type AuthorChoice, authorOf } from "./keys_author.ts";
import { OperatorError } from "./operator_error.ts";
import type { OwnState } from "./own_state.ts";
import { findMember, noteAgent, openMembership } from "./own_store.ts";

/** What one of the three commands says and asks. */
export interface StatementWords {
  readonly verb: "revoke" | "promote" | "retire";
  /** As in "NAME is …". */
  readonly done: string;
  readonly write: (statement: Statement) => Uint8Array;
  /** Whether it is so already. */
  readonly holds: (member: Member) => boolean;
  /** Why it cannot be said of a member; undefined if it can. */
  readonly refuse: (member: Member) => string | undefined;
}

/** Says it, or casts the vote, or tells what would become of that. */
export async function stateAbout(
  wanted: string,
  choice: AuthorChoice,
  { verb, done, write, holds, refuse }: StatementWords,
  invocation: Invocation,
): Promise<void> {
  const state = await openMembership(invocation);
  const { store, keys, roster } = state;
  const { output } = invocation;
  const nowMs = Date.now();
  const member = findMember(roster.members(nowMs), wanted);
  const { node, name } = member;
  const why = holds(member) ? `it is ${done} already` : refuse(member);
  if (why !== undefined) {
    throw new OperatorError("failed", `Cannot ${verb} ${name}: ${why}`, [
      "See the members:",
      "  stealthmesh keys show",
    ]);
  }
  const author = await authorOf(state, choice, `${verb} ${name}`, output);
  if (author.by === node) {
    throw new OperatorError(
      "not_permitted",
      `Cannot ${verb} ${name}: a custodian has no vote on itself`,
      ["Run it on another custodian, or where the operator key is"],
    );
  }
  if (!choice.dryRun) {
    const signed = { signer: await author.sign(), by: author.by };
    signStatement(state, signed, member, { verb, write }, nowMs);
    await store.writeRoster(roster.entries());
  }
  const after = roster.member(node);
  const holdsNow = after !== undefined && holds(after);
  const vote = author.by === "operator"
    ? undefined
    : voteOn(roster, verb, node, choice.dryRun ? keys.node : undefined);
  const facts = {
    node,
    name,
    by: author.by === "operator" ? "operator" : "vote",
    [done.replaceAll(" ", "_")]: holdsNow,
    ...(vote && !holdsNow && { votes: vote.votes, needed: vote.needed }),
    changed: !choice.dryRun,
  };
  if (output.json) output.record(facts);
  else {
    const outcome = choice.dryRun
      ? vote && vote.votes < vote.needed
        ? `would have ${vote.votes} of ${vote.needed} votes to be ${done}`
        : `would be ${done}`
      : holdsNow
      ? `is ${done}`
      : vote
      ? `has ${vote.votes} of ${vote.needed} votes to be ${done}`
      : `is not ${done}`;
    output.text(`${output.plain(name)} (${node}) ${outcome}`);
  }
  if (choice.dryRun) return output.note("Nothing was changed");
  if (!holdsNow) {
    output.note(
      `Other custodians vote with: stealthmesh keys ${verb} ${
        node.slice(0, 12)
      }`,
    );
  }
  noteAgent(invocation, store.directory);
}

/**
 * Signs it and takes it up into `state.roster`.
 *
 * @returns The entries to be spread.
 */
export function signStatement(
  { meshId, roster }: Pick<OwnState, "meshId" | "roster">,
  author: { readonly signer: Signer; readonly by: Authority },
  { node, custodian }: Member,
  { verb, write }: Pick<StatementWords, "verb" | "write">,
  nowMs: number,
): Uint8Array[] {
  const said = { meshId, ...author, nowMs };
  const entries = [write({ ...said, node })];
  // What it signed so far stays; what it dates back later does not.
  const marks = verb === "revoke" ? roster.statementsOf(node) : [];
  if (verb === "revoke" && (custodian || marks.length > 0)) {
    entries.push(writeAcknowledgement({ ...said, about: node, marks }));
  }
  roster.merge(entries, nowMs);
  return entries;
}

/** Where a vote stands, one more voter counted in where there is one. */
export function voteOn(
  roster: Roster,
  what: PendingVote["what"],
  about: string,
  another: Member["node"] | undefined,
): { votes: number; needed: number } {
  const pending = roster.pending
    .find((vote) => vote.what === what && vote.about === about);
  const voters = new Set(pending?.voters);
  if (another !== undefined) voters.add(another);
  const needed = pending?.needed ?? votesNeeded(
    roster.members(0).filter(({ custodian }) => custodian).length,
  );
  return { votes: voters.size, needed };
}
