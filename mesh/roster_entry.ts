/**
 * Writes the entries of the roster by which nodes enter and stay: founding,
 * invites, admissions, cards, rotations and renewals. Who decides about whom is
 * written in `office_entry.ts`. Bytes in `entry_codec.ts`; what a set of entries
 * means in `roster_fold.ts`.
 *
 * Writers trust their caller: they check what peers would refuse and throw a
 * `RangeError`, but not whether the signer has the right to say it.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { type Authority, validMsMax } from "./entry_body.ts";
import {
  encodeEntry,
  noMesh,
  readEntry,
  signedBytes,
  splitEntry,
} from "./entry_codec.ts";
import type { Fields } from "./entry_fields.ts";
import { nodeField, type RoleSigner, seal } from "./entry_seal.ts";
import type { NodeKeys } from "./keys.ts";
import type { NodeId } from "./node_id.ts";
import { ed25519Signer, type Signer } from "./primitives/ed25519.ts";
import { xeddsaSign } from "./primitives/xeddsa.ts";

export type { Authority } from "./entry_body.ts";

/**
 * How far a joiner's clock may be from the member's that countersigns. Our
 * choice; gate tokens already need clocks within a minute.
 */
export const issueSkewMsMax = 600_000;

/**
 * Founds a mesh: its operator, and the node that is its first custodian.
 *
 * @returns `meshId`, the SHA-256 of the only entry, 32 bytes.
 * @throws {RangeError} If name or validity are out of bounds.
 */
export function foundMesh(
  o: {
    operator: Signer;
    keys: NodeKeys;
    name: string;
    nowMs: number;
    validMs: number;
  },
): { meshId: Uint8Array; entries: Uint8Array[] } {
  const body = [o.operator.public, ...admittedFields(o)];
  const entry = seal("found", noMesh, body, [
    ["operator", o.operator],
    ...nodeSigners(o.keys),
  ]);
  return { meshId: sha256(entry), entries: [entry] };
}

/**
 * Lets whoever holds the key `inviteId` join once.
 *
 * `at` names the one member that may countersign the admission: by default
 * the author, or any custodian when the operator is the author. `custodian`
 * makes the joiner a custodian, which counts only on the operator's invites.
 *
 * @throws {RangeError} If a field is out of bounds.
 */
export function writeInvite(
  o: {
    meshId: Uint8Array;
    signer: Signer;
    by: Authority;
    /** Public key of the invite, see `inviteKeys`. */
    inviteId: Uint8Array;
    expiresAtMs: number;
    at?: NodeId;
    custodian?: boolean;
    /** Longest membership it gives, in milliseconds. */
    validMs?: number;
    /** Whoever joins with it only listens. */
    observer?: boolean;
  },
): Uint8Array {
  const body = [
    nodeField(o.by),
    o.signer.public,
    o.inviteId,
    o.expiresAtMs,
    nodeField(o.at),
    o.custodian ?? false,
    // An invite of full members stays as older programs read it.
    ...(o.observer
      ? [o.validMs ?? validMsMax, true]
      : o.validMs === undefined
      ? []
      : [o.validMs]),
  ];
  return seal("invite", o.meshId, body, [["author", o.signer]]);
}

/**
 * A node asks in with an invite. It counts once the member that enrolled it has
 * added its signature with {@linkcode countersignAdmission}.
 *
 * @throws {RangeError} If name or validity are out of bounds.
 */
export function writeAdmission(
  o: {
    meshId: Uint8Array;
    /** The invite's key, see `inviteKeys`. */
    invite: Signer;
    keys: NodeKeys;
    name: string;
    nowMs: number;
    validMs: number;
  },
): Uint8Array {
  const body = [o.invite.public, ...admittedFields(o)];
  return seal("admit", o.meshId, body, [
    ["invite", o.invite],
    ...nodeSigners(o.keys),
  ]);
}

/**
 * The promise of the member at which a node enrols: this invite was not used
 * before, and the time in the entry is the time of day.
 *
 * @param entry Bytes from the joiner; not trusted.
 * @returns The finished entry, or `undefined` when `entry` is not an admission
 * to this mesh that waits for a countersignature, or when its issue time is
 * more than `issueSkewMsMax` from `nowMs`.
 */
export function countersignAdmission(
  entry: Uint8Array,
  o: { meshId: Uint8Array; by: NodeKeys; nowMs: number },
): Uint8Array | undefined {
  const read = readEntry(entry, o.meshId);
  const raw = splitEntry(entry);
  if (!raw || read?.kind !== "admit" || read.countersigner !== undefined) {
    return undefined;
  }
  if (Math.abs(read.issuedAtMs - o.nowMs) > issueSkewMsMax) return undefined;
  const signer = ed25519Signer(o.by.signing.seed);
  const message = signedBytes("admit", "countersign", o.meshId, raw.body);
  return encodeEntry("admit", raw.body, [
    ...raw.signatures,
    concatBytes(signer.public, signer.sign(message)),
  ]);
}

/**
 * Where a node can be reached. Of the cards signed with one key the highest
 * `seq` counts; a card by newer keys beats all by older ones.
 *
 * @throws {RangeError} If name, addresses or certificate are out of bounds.
 */
export function writeCard(
  o: {
    meshId: Uint8Array;
    keys: NodeKeys;
    seq: number;
    name: string;
    /** `host:port`, IPv6 in brackets. */
    addresses: readonly string[];
    /** TLS certificate, DER; empty if there is none. */
    certificate: Uint8Array;
  },
): Uint8Array {
  const body = [
    o.keys.signing.public,
    o.seq,
    o.name,
    o.addresses,
    o.certificate,
  ];
  const signer = ed25519Signer(o.keys.signing.seed);
  return seal("card", o.meshId, body, [["node", signer]]);
}

/**
 * Replaces a node's keys; the old key vouches for the new one. Keep the new
 * keys safe *before* handing this out: a second, different rotation of the
 * same keys looks like theirs being stolen and puts the node out.
 *
 * @param o.nowMs Start of the overlap in which the old signing key still counts.
 * @throws {RangeError} If `next` is not the generation after `old`.
 */
export function writeRotation(
  o: { meshId: Uint8Array; old: NodeKeys; next: NodeKeys; nowMs: number },
): Uint8Array {
  if (
    o.next.node !== o.old.node || o.next.generation !== o.old.generation + 1
  ) {
    throw new RangeError(
      "Cannot write rotation: expected the same node, one generation later",
    );
  }
  const body = [
    o.old.signing.public,
    o.next.generation,
    o.next.signing.public,
    o.next.noise.public,
    o.nowMs,
  ];
  return seal("rotate", o.meshId, body, [
    ["old", ed25519Signer(o.old.signing.seed)],
    ...nodeSigners(o.next),
  ]);
}

/**
 * Lets a membership last until `nowMs + validMs`. A custodian cannot renew
 * itself.
 *
 * @throws {RangeError} If the validity is out of bounds.
 */
export function writeRenewal(
  o: {
    meshId: Uint8Array;
    signer: Signer;
    by: Authority;
    node: NodeId;
    nowMs: number;
    validMs: number;
  },
): Uint8Array {
  const body = [
    nodeField(o.by),
    o.signer.public,
    hexToBytes(o.node),
    o.nowMs,
    o.nowMs + o.validMs,
  ];
  return seal("renew", o.meshId, body, [["author", o.signer]]);
}

/** A node signs with both of its keys, so nobody can enter another's. */
function nodeSigners(keys: NodeKeys): RoleSigner[] {
  return [
    ["node", ed25519Signer(keys.signing.seed)],
    ["possession", { sign: (m) => xeddsaSign(keys.noise.secret, m) }],
  ];
}

function admittedFields(
  o: { keys: NodeKeys; name: string; nowMs: number; validMs: number },
): Fields {
  return [
    o.keys.signing.public,
    o.keys.noise.public,
    o.name,
    o.nowMs,
    o.nowMs + o.validMs,
  ];
}
