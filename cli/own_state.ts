/**
 * This node's own part of the state directory: founding a mesh, keeping the
 * address card and the certificate in step with the host, finishing a rotation
 * that a crash cut in two. Used by `keys` and by the agent's start.
 *
 * @module
 */
import {
  ed25519Signer,
  foundMesh,
  generateKeyMaterial,
  generationMax,
  type NodeKeys,
  Roster,
  writeRotation,
} from "../mesh/mod.ts";
import {
  type Certificate,
  StateError,
  StateStore,
  systemRandom,
  validityOf,
} from "../mesh/host/mod.ts";
import { OperatorError } from "./operator_error.ts";
import {
  type CardWords,
  makeFirstKeys,
  makeOwnCertificate,
  writeOwnCard,
} from "./own_card.ts";

/** Admissions last this long before a custodian renews them. Our choice. */
export const validMs = 365 * 86_400_000;

/** Keys are replaced when they have been in use for so long: design §5. */
export const keysLiveMs = 90 * 86_400_000;

/** Before its end a certificate is made anew. Our choice: a tenth of its life. */
export const certificateGraceMs = 365 * 86_400_000;

/** A node's state, read and brought up to date. */
export interface OwnState {
  readonly store: StateStore;
  readonly keys: NodeKeys;
  readonly meshId: Uint8Array;
  readonly meshSecret: Uint8Array;
  readonly roster: Roster;
  readonly certificate: Certificate;
}

/**
 * Founds a mesh of one in an empty state directory.
 *
 * @param passphrase Seals the operator key; without it, file permissions do.
 * @throws {StateError} When the directory cannot be written.
 */
export async function foundOwnMesh(
  store: StateStore,
  card: CardWords,
  passphrase: string | undefined,
  nowMs: number,
): Promise<OwnState> {
  const operatorSeed = new Uint8Array(32);
  const meshSecret = new Uint8Array(32);
  systemRandom.fill(operatorSeed);
  systemRandom.fill(meshSecret);
  const keys = makeFirstKeys();
  const { meshId, entries } = foundMesh({
    operator: ed25519Signer(operatorSeed),
    keys,
    name: card.name,
    nowMs,
    validMs,
  });
  await store.writeOperator(operatorSeed, passphrase);
  await store.writeMesh({ meshId, meshSecret });
  await store.writeRoster(entries);
  // Last, because whoever finds keys takes the rest to be there.
  await store.writeKeys({ current: keys });
  return await openOwnState(store, card, nowMs);
}

/**
 * Reads the state of a node that belongs to a mesh, and signs a new address
 * card where name, addresses or keys have changed, or the certificate is in
 * its last year or not valid.
 *
 * @param words What the card is to say; as it is, certificate included, if
 * absent, because only the agent knows for certain where it listens and what
 * its port shows.
 * @throws {StateError} `missing` before `keys init` or `keys join`.
 */
export async function openOwnState(
  store: StateStore,
  words: CardWords | undefined,
  nowMs: number,
): Promise<OwnState> {
  const { current: keys, previous } = await store.readKeys();
  const { meshId, meshSecret } = await store.readMesh();
  const roster = new Roster(meshId);
  roster.merge(await store.readRoster(), nowMs);

  const added: Uint8Array[] = [];
  const known = roster.member(keys.node);
  if (previous && known && known.generation < keys.generation) {
    added.push(writeRotation({ meshId, old: previous, next: keys, nowMs }));
    roster.merge(added, nowMs);
  }
  const self = roster.member(keys.node);
  const card = words ??
    { name: self?.ownName ?? "", addresses: self?.addresses ?? [] };
  const kept = await certificateOf(store);
  const dated = words !== undefined && kept !== undefined &&
    !isCurrent(kept, nowMs);
  const fits = kept !== undefined && !dated && self !== undefined &&
    self.ownName === card.name &&
    sameTexts(self.addresses, card.addresses) &&
    sameBytes(self.certificate, kept.der) &&
    self.generation === keys.generation;
  if (fits && added.length === 0) {
    return { store, keys, meshId, meshSecret, roster, certificate: kept };
  }
  const addressesChanged = !self || !sameTexts(self.addresses, card.addresses);
  const certificate = kept === undefined || dated || addressesChanged
    ? await makeOwnCertificate(card, nowMs)
    : kept;
  if (certificate !== kept) await store.writeCertificate(certificate);
  added.push(
    await writeOwnCard(store, {
      meshId,
      keys,
      words: card,
      certificate,
      nowMs,
      seqMin: (self?.cardSeq ?? -1) + 1,
    }),
  );
  roster.merge(added, nowMs);
  await store.writeRoster(roster.entries());
  return { store, keys, meshId, meshSecret, roster, certificate };
}

/**
 * Replaces this node's keys; the old ones vouch for the new ones.
 *
 * @returns The state with the new keys in force.
 * @throws {OperatorError} `failed` where the others would accept no more.
 */
export async function rotateOwnKeys(
  { store, keys: old, meshId, roster }: OwnState,
  nowMs: number,
): Promise<OwnState> {
  if (old.generation >= generationMax) {
    throw new OperatorError(
      "failed",
      `Cannot rotate the keys: they were rotated ${generationMax} times, which is all that the others accept`,
      ["Let this host join anew:", "  stealthmesh keys join --replace"],
    );
  }
  const next: NodeKeys = {
    ...generateKeyMaterial(systemRandom),
    node: old.node,
    generation: old.generation + 1,
  };
  // First the keys: a rotation whose new keys are lost puts the node out.
  await store.writeKeys({ current: next, previous: old });
  roster.merge([writeRotation({ meshId, old, next, nowMs })], nowMs);
  await store.writeRoster(roster.entries());
  return await openOwnState(store, undefined, nowMs);
}

async function certificateOf(
  store: StateStore,
): Promise<Certificate | undefined> {
  try {
    return await store.readCertificate();
  } catch (error) {
    if (error instanceof StateError && error.code === "missing") {
      return undefined;
    }
    throw error;
  }
}

/** A clock that was ahead when it was made leaves one not valid yet. */
function isCurrent(certificate: Certificate, nowMs: number): boolean {
  const validity = validityOf(certificate);
  return validity !== undefined && nowMs >= validity.fromMs &&
    nowMs < validity.untilMs - certificateGraceMs;
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length &&
    a.every((byte, index) => byte === b[index]);
}
