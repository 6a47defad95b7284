/**
 * The people of the roster's tests: an operator, nodes and invites with keys
 * that depend on their names only, and a mesh with one founder.
 *
 * @module
 */
import { deepEqual } from "node:assert/strict";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { type InviteKeys, inviteKeys } from "../../mesh/invite.ts";
import { generateKeyMaterial, type NodeKeys } from "../../mesh/keys.ts";
import { nodeIdOf } from "../../mesh/node_id.ts";
import { ed25519Signer, type Signer } from "../../mesh/primitives/ed25519.ts";
import { Roster } from "../../mesh/roster.ts";
import {
  countersignAdmission,
  foundMesh,
  writeAdmission,
  writeCard,
  writeInvite,
  writeRenewal,
  writeRotation,
} from "../../mesh/roster_entry.ts";
import {
  writeAcknowledgement,
  writePromotion,
  writeRetirement,
  writeRevocation,
  writeSuccession,
} from "../../mesh/office_entry.ts";
import type { Random } from "../../mesh/world.ts";

/** When the tests take place. */
export const now = Date.UTC(2026, 0, 15);
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const year = 365 * day;

/** Bytes that depend on `name` only. */
export function randomOf(name: string): Random {
  let draws = 0;
  return {
    fill(bytes) {
      for (let at = 0; at < bytes.length; at += 32) {
        const block = sha256(utf8ToBytes(`${name} ${draws++}`));
        bytes.set(block.subarray(0, bytes.length - at), at);
      }
    },
  };
}

/** The keys of a node with this name, of its first generation. */
export function keysOf(name: string): NodeKeys {
  const material = generateKeyMaterial(randomOf(name));
  return {
    node: nodeIdOf(material.signing.public),
    generation: 0,
    ...material,
  };
}

/** The keys after `keys`; another `branch` gives other ones. */
export function nextKeys(keys: NodeKeys, branch = "a"): NodeKeys {
  const seed = `${keys.node} ${keys.generation + 1} ${branch}`;
  return {
    node: keys.node,
    generation: keys.generation + 1,
    ...generateKeyMaterial(randomOf(seed)),
  };
}

export function signerOf(keys: NodeKeys): Signer {
  return ed25519Signer(keys.signing.seed);
}

export function inviteOf(name: string): InviteKeys {
  return inviteKeys(sha256(utf8ToBytes(`invite ${name}`)));
}

export const operator: Signer = ed25519Signer(
  sha256(utf8ToBytes("operator")),
);
export const founder: NodeKeys = keysOf("founder");

/** The mesh of all roster tests; the founder is its only member. */
export const { meshId, entries: founding } = foundMesh({
  operator,
  keys: founder,
  name: "founder",
  nowMs: now,
  validMs: year,
});

/** What differs from a proper invitation by the operator at the founder. */
export interface Joining {
  readonly invite?: string;
  readonly inviter?: NodeKeys;
  readonly at?: NodeKeys;
  readonly countersigner?: NodeKeys;
  readonly custodian?: boolean;
  readonly atMs?: number;
  readonly expiresAtMs?: number;
  readonly validMs?: number;
}

/** The two entries by which `joiner` joins. */
export function join(
  joiner: NodeKeys,
  name: string,
  o: Joining = {},
): [invite: Uint8Array, admission: Uint8Array] {
  const atMs = o.atMs ?? now + hour;
  const invite = inviteOf(o.invite ?? name);
  const written = writeInvite({
    meshId,
    signer: o.inviter ? signerOf(o.inviter) : operator,
    by: o.inviter?.node ?? "operator",
    inviteId: invite.id,
    expiresAtMs: o.expiresAtMs ?? atMs + hour,
    custodian: o.custodian ?? false,
    ...(o.at && { at: o.at.node }),
  });
  const asked = writeAdmission({
    meshId,
    invite: invite.signer,
    keys: joiner,
    name,
    nowMs: atMs,
    validMs: o.validMs ?? year,
  });
  const admission = countersignAdmission(asked, {
    meshId,
    by: o.countersigner ?? o.inviter ?? founder,
    nowMs: atMs,
  });
  if (!admission) throw new Error("the cast could not countersign");
  return [written, admission];
}

/** A roster that holds the founding entry and these. */
export function rosterOf(...entries: readonly Uint8Array[]): Roster {
  const roster = new Roster(meshId);
  roster.merge([...founding, ...entries], now);
  return roster;
}

export const anna = keysOf("anna");
export const berta = keysOf("berta");
export const carla = keysOf("carla");
export const dora = keysOf("dora");
/** Founder, Anna and Berta are custodians: two of them can revoke. */
export const threeCustodians: readonly Uint8Array[] = [
  ...join(anna, "anna", { custodian: true }),
  ...join(berta, "berta", { custodian: true }),
];

/** `by` puts `whom` out, or votes for it. */
export function revoke(
  by: NodeKeys | "operator",
  whom: NodeKeys,
  atMs: number,
): Uint8Array {
  return writeRevocation({
    meshId,
    signer: by === "operator" ? operator : signerOf(by),
    by: by === "operator" ? by : by.node,
    node: whom.node,
    nowMs: atMs,
  });
}

/** The rotation of `old` to its next keys; another `branch` is a fork. */
export function rotate(
  old: NodeKeys,
  branch = "a",
  atMs = now + day,
): { next: NodeKeys; entry: Uint8Array } {
  const next = nextKeys(old, branch);
  const entry = writeRotation({ meshId, old, next, nowMs: atMs });
  return { next, entry };
}

/** A card signed with `keys`, whatever the roster thinks of them. */
export function card(
  keys: NodeKeys,
  seq: number,
  address = "10.0.0.1:443",
): Uint8Array {
  return writeCard({
    meshId,
    keys,
    seq,
    name: "card",
    addresses: [address],
    certificate: new Uint8Array(350).fill(seq),
  });
}

/** Everything a reader can ask, for comparing rosters. */
export function answers(roster: Roster, wallMs = now + 2 * day): unknown {
  const members = [...roster.members(wallMs)]
    .sort((a, b) => a.node < b.node ? -1 : 1);
  return {
    digest: roster.digest(),
    members,
    active: members.map(({ node }) => roster.isActive(node, wallMs)),
  };
}

/** `by` lets `whom` stay, for another year unless it says otherwise. */
export function renewal(
  by: NodeKeys,
  whom: NodeKeys,
  atMs = now + 2 * hour,
  validMs = year,
): Uint8Array {
  return writeRenewal({
    meshId,
    signer: signerOf(by),
    by: by.node,
    node: whom.node,
    nowMs: atMs,
    validMs,
  });
}

function authorOf(by: NodeKeys | Signer) {
  const own = "node" in by;
  return {
    meshId,
    signer: own ? signerOf(by) : by,
    by: own ? by.node : "operator" as const,
  };
}

/** `by`, a node or an operator's key, gives `whom` an office or votes for it. */
export function promote(
  by: NodeKeys | Signer,
  whom: NodeKeys,
  atMs: number,
): Uint8Array {
  return writePromotion({ ...authorOf(by), node: whom.node, nowMs: atMs });
}

/** The reverse of {@linkcode promote}. */
export function retire(
  by: NodeKeys | Signer,
  whom: NodeKeys,
  atMs: number,
): Uint8Array {
  return writeRetirement({ ...authorOf(by), node: whom.node, nowMs: atMs });
}

/** `by` hands over, or votes to hand over, the operator's office. */
export function succeed(
  by: NodeKeys | Signer,
  next: Signer,
  atMs: number,
  sinceMs = atMs,
): Uint8Array {
  return writeSuccession({
    ...authorOf(by),
    next: next.public,
    sinceMs,
    nowMs: atMs,
  });
}

/** `by` acknowledges what `roster` knows of somebody. */
export function acknowledge(
  by: NodeKeys | Signer,
  about: NodeKeys | "operator",
  roster: Roster,
  atMs: number,
): Uint8Array {
  const whom = about === "operator" ? about : about.node;
  return writeAcknowledgement({
    ...authorOf(by),
    about: whom,
    marks: roster.statementsOf(whom),
    nowMs: atMs,
  });
}

/** Keys of operators to come, and of one who is none. */
export const nextOperator: Signer = ed25519Signer(
  sha256(utf8ToBytes("next operator")),
);
export const thief: Signer = ed25519Signer(sha256(utf8ToBytes("thief")));

/** The roster of these entries, which their reverse order must give, too. */
export function eitherWay(...entries: readonly Uint8Array[]): Roster {
  const roster = rosterOf(...entries);
  deepEqual(answers(rosterOf(...entries.toReversed())), answers(roster));
  return roster;
}
