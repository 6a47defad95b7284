/**
 * The bytes of roster entries: canonical CBOR
 * `[version, kind, body, [signature, ...]]`.
 *
 * | kind | body | signatures |
 * | --- | --- | --- |
 * | 0 found | operator key, signing key, Noise key, name, issued, ends | operator, node, possession |
 * | 1 invite | by, author's key, invite id, expires, at, custodian, [longest membership, [observer]] | author |
 * | 2 admit | invite id, signing key, Noise key, name, issued, ends | invite, node, possession, countersigner |
 * | 3 card | signing key, sequence, name, addresses, certificate | node |
 * | 4 rotate | old signing key, generation, signing key, Noise key, issued | old, node, possession |
 * | 5 renew | by, author's key, node, issued, ends | author |
 * | 6 revoke | by, author's key, node, issued | author |
 * | 7 promote | by, author's key, node, issued | author |
 * | 8 retire | by, author's key, node, issued | author |
 * | 9 succeed | by, author's key, next operator key, since, issued | author |
 * | 10 acknowledge | by, author's key, about, marks of 12 bytes, issued | author |
 * | 11 name | by, author's key, node, name, issued | author |
 *
 * Keys, ids and nodes have 32 bytes; `by` is empty for the operator, `at` for
 * "wherever the author may", `about` for the operator; times are wall clock milliseconds. Signatures are
 * Ed25519 (RFC 8032) over context ‖ mesh id ‖ `[version, kind, body]`, where
 * the context names kind and role; *possession* is an XEdDSA signature by the
 * Noise key, and the countersignature is led by its 32-byte key. The mesh id
 * of a `found` entry is the hash of that entry, so there it is 32 zero bytes.
 *
 * Every entry names the keys it is signed with, so its signatures are checked
 * here, once, without knowing anybody. Whether those keys may say such a thing
 * is for `roster_fold.ts`.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import {
  bytesToHex,
  concatBytes,
  hexToBytes,
  utf8ToBytes,
} from "@noble/hashes/utils.js";
import { asArray, asUnsigned, decodeCbor, encodeCbor } from "./cbor.ts";
import {
  type Entry,
  type EntryBody,
  type EntryKind,
  entryKinds,
  type SigningRole,
} from "./entry_body.ts";
import { type Fields, type RawEntry, readBody } from "./entry_fields.ts";
import { ed25519Verify } from "./primitives/ed25519.ts";
import { xeddsaVerify } from "./primitives/xeddsa.ts";

/** Format version; entries of another are refused. */
export const entryVersion = 1;
/** Where a mesh id stands in the signed bytes of a `found` entry. */
export const noMesh = new Uint8Array(32);

/** What a key in `role` signs. */
export function signedBytes(
  kind: EntryKind,
  role: SigningRole,
  meshId: Uint8Array,
  body: Fields,
): Uint8Array {
  return concatBytes(
    utf8ToBytes(`stealthmesh roster ${kind} ${role}\0`),
    kind === "found" ? noMesh : meshId,
    encodeCbor([entryVersion, entryKinds.indexOf(kind), body]),
  );
}

/** The bytes of an entry. */
export function encodeEntry(
  kind: EntryKind,
  body: Fields,
  signatures: readonly Uint8Array[],
): Uint8Array {
  const number = entryKinds.indexOf(kind);
  return encodeCbor([entryVersion, number, body, signatures]);
}

/** The kind that bytes claim, if they can be an entry; nothing is checked. */
export function kindOf(bytes: Uint8Array): EntryKind | undefined {
  // An array of four, the version, and a kind: one byte each (RFC 8949).
  return bytes[0] === 0x84 && bytes[1] === entryVersion
    ? entryKinds[bytes[2] ?? -1]
    : undefined;
}

/** Splits an entry; `undefined` when it is not one. */
export function splitEntry(bytes: Uint8Array): RawEntry | undefined {
  const [version, number, body, signatures, ...more] =
    asArray(decodeCbor(bytes)) ?? [];
  const kind = entryKinds[asUnsigned(number) ?? -1];
  const fields = asArray(body);
  const list = asArray(signatures);
  if (version !== entryVersion || !kind || !fields || !list) return undefined;
  if (more.length || !list.every((item) => item instanceof Uint8Array)) {
    return undefined;
  }
  return { kind, body: fields, signatures: list };
}

/**
 * Reads an entry that a peer or a file gave, signatures included.
 *
 * @param meshId 32 bytes; entries of other meshes are refused.
 * @returns `undefined` when it is malformed, oversized, of another mesh or
 * version, or when a signature is wrong.
 */
export function readEntry(
  bytes: Uint8Array,
  meshId: Uint8Array,
): Entry | undefined {
  const raw = splitEntry(bytes);
  const body = raw && readBody(raw);
  if (!body) return undefined;
  const id = bytesToHex(sha256(bytes));
  if (body.kind === "found" && id !== bytesToHex(meshId)) return undefined;
  const roles = signersOf(body);
  const { signatures } = raw;
  if (roles.length !== signatures.length) return undefined;
  const genuine = roles.every(([role, key], at) => {
    const message = signedBytes(raw.kind, role, meshId, raw.body);
    const signature = signatures[at]!;
    if (role === "possession") return xeddsaVerify(key, message, signature);
    const proper = role === "countersign" ? signature.subarray(32) : signature;
    return ed25519Verify(key, message, proper);
  });
  return genuine ? { ...body, id, bytes: bytes.slice() } : undefined;
}

/** Who must have signed, in the order of the signatures. */
function signersOf(body: EntryBody): (readonly [SigningRole, Uint8Array])[] {
  switch (body.kind) {
    case "found":
      return [
        ["operator", hexToBytes(body.operator)],
        ["node", hexToBytes(body.signing)],
        ["possession", hexToBytes(body.noise)],
      ];
    case "admit":
      return [
        ["invite", hexToBytes(body.inviteId)],
        ["node", hexToBytes(body.signing)],
        ["possession", hexToBytes(body.noise)],
        ...(body.countersigner === undefined
          ? []
          : [["countersign", hexToBytes(body.countersigner)] as const]),
      ];
    case "rotate":
      return [
        ["old", hexToBytes(body.old)],
        ["node", hexToBytes(body.signing)],
        ["possession", hexToBytes(body.noise)],
      ];
    case "card":
      return [["node", hexToBytes(body.signing)]];
    case "invite":
    case "renew":
    case "revoke":
    case "promote":
    case "retire":
    case "succeed":
    case "acknowledge":
    case "name":
      return [["author", hexToBytes(body.key)]];
  }
}
