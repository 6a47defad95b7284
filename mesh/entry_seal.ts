/**
 * Signs the fields of a roster entry in each role that its kind asks for.
 *
 * @module
 */
import { hexToBytes } from "@noble/hashes/utils.js";
import {
  type Authority,
  type EntryKind,
  type SigningRole,
  validMsMax,
} from "./entry_body.ts";
import { encodeEntry, signedBytes } from "./entry_codec.ts";
import { type Fields, readBody } from "./entry_fields.ts";
import type { Signer } from "./primitives/ed25519.ts";

/** A signer, and the role in which it signs. */
export type RoleSigner = readonly [SigningRole, Pick<Signer, "sign">];

/**
 * The encoding of an entry.
 *
 * @param meshId 32 bytes.
 * @throws {RangeError} If peers would refuse a field.
 */
export function seal(
  kind: EntryKind,
  meshId: Uint8Array,
  body: Fields,
  signers: readonly RoleSigner[],
): Uint8Array {
  if (!readBody({ kind, body, signatures: [] })) {
    throw new RangeError(
      `Cannot write roster entry "${kind}": a field is out of bounds ` +
        `(name 1 to 63 printable bytes, up to 8 addresses host:port, ` +
        `validity up to ${validMsMax / 86_400_000} days)`,
    );
  }
  const signatures = signers.map(([role, signer]) =>
    signer.sign(signedBytes(kind, role, meshId, body))
  );
  return encodeEntry(kind, body, signatures);
}

/** A node, or the operator or nobody, as the fields of entries say it. */
export function nodeField(node: Authority | undefined): Uint8Array {
  return node === undefined || node === "operator"
    ? new Uint8Array()
    : hexToBytes(node);
}
