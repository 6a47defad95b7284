/**
 * How a mesh gets another operator key: `keys recover` proposes one made on
 * this host, `keys approve` votes for a proposal, `keys rotate --operator`
 * hands over without a vote.
 *
 * @module
 */
import {
  ed25519Signer,
  type PendingVote,
  writeAcknowledgement,
  writeSuccession,
} from "../mesh/mod.ts";
import { systemRandom } from "../mesh/host/mod.ts";
import { OperatorError } from "./operator_error.ts";
import type { OwnState } from "./own_state.ts";

/**
 * Letters of a fingerprint; nobody finds another key with the same in 2^80
 * tries.
 */
const fingerprintLetters = 20;
/** So many are asked for at least when one is approved. */
const approvedLettersMin = 16;

/** An operator key as people compare it: `1a2b-3c4d-…`. */
export function fingerprintOf(key: string): string {
  return key.slice(0, fingerprintLetters).match(/.{1,4}/g)?.join("-") ?? "";
}

/** Votes for a next operator that are not decided. */
export function proposalsOf({ roster }: Pick<OwnState, "roster">) {
  return roster.pending.filter(({ what }) => what === "succeed");
}

/**
 * The proposal that a fingerprint names.
 *
 * @throws {OperatorError} If it names none, or more than one.
 */
export function findProposal(
  proposals: readonly PendingVote[],
  fingerprint: string,
): PendingVote {
  const letters = fingerprint.toLowerCase().replace(/[\s-]/g, "");
  const exact = /^[0-9a-f]+$/.test(letters) &&
    letters.length >= approvedLettersMin;
  const found = exact
    ? proposals.filter(({ about }) => about.startsWith(letters))
    : [];
  const [proposal] = found;
  if (proposal && found.length === 1) return proposal;
  throw new OperatorError(
    "wrong_usage",
    found.length > 1
      ? `Cannot approve ${fingerprint}: it is proposed from several times on`
      : exact
      ? `Cannot find a proposal "${fingerprint}"`
      : `Cannot approve "${fingerprint}": expected a fingerprint of at least ${approvedLettersMin} letters`,
    ["See what is proposed:", "  stealthmesh keys approve"],
  );
}

/** This custodian's vote for a key, and what it knows of the old one. */
export async function voteFor(
  { store, keys, meshId, roster }: OwnState,
  next: Uint8Array,
  sinceMs: number,
  nowMs: number,
): Promise<void> {
  const said = {
    meshId,
    signer: ed25519Signer(keys.signing.seed),
    by: keys.node,
    nowMs,
  };
  roster.merge([
    writeSuccession({ ...said, next, sinceMs }),
    writeAcknowledgement({
      ...said,
      about: "operator",
      marks: roster.statementsOf("operator", sinceMs),
    }),
  ], nowMs);
  await store.writeRoster(roster.entries());
}

/** A fresh operator key, kept beside the old one. Its public half. */
export async function makeNextOperator(
  { store }: Pick<OwnState, "store">,
  passphrase: string | undefined,
): Promise<Uint8Array> {
  const seed = new Uint8Array(32);
  systemRandom.fill(seed);
  await store.writeNextOperator(seed, passphrase);
  return ed25519Signer(seed).public;
}

/** Fails where this host has no vote. */
export function demandCustodian(
  { keys, roster }: Pick<OwnState, "keys" | "roster">,
  attempt: string,
): void {
  if (roster.member(keys.node)?.custodian) return;
  throw new OperatorError(
    "not_permitted",
    `Cannot ${attempt}: this host is no custodian of the mesh`,
    ["Run it on a custodian; see who they are:", "  stealthmesh keys show"],
  );
}
