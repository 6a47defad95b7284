/**
 * Who a node is, independent of where it can be reached and of which keys it
 * uses today.
 *
 * A node id is the SHA-256 of the first Ed25519 signing key the node was
 * admitted with. It stays when keys rotate: the roster links each new key to
 * the one before it. Who is *admitted* is the roster's question, not this
 * file's.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

/**
 * SHA-256 of a node's first signing key, as 64 lowercase hex characters. The
 * brand exists for the type checker only.
 */
export type NodeId = string & { readonly __brand: "NodeId" };

/** Bytes of a node id on the wire where the roster resolves the rest. */
export const nodePrefixBytes = 8;

/**
 * The id of the node whose first signing key this is.
 *
 * @param signingKey Raw Ed25519 public key, 32 bytes.
 */
export function nodeIdOf(signingKey: Uint8Array): NodeId {
  return bytesToHex(sha256(signingKey)) as NodeId;
}

/**
 * Reads a node id that came from a peer, a file or an operator.
 *
 * @param text Candidate id, without surrounding whitespace.
 * @returns The same text, now known to be a node id.
 * @throws {SyntaxError} If `text` is not 64 lowercase hex characters.
 */
export function parseNodeId(text: string): NodeId {
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new SyntaxError(
      `Cannot parse node id "${text}": expected 64 lowercase hex characters`,
    );
  }
  return text as NodeId;
}

/** The first 8 bytes of an id: what a signed message carries as its origin. */
export function nodePrefix(id: NodeId): Uint8Array {
  return hexToBytes(id.slice(0, nodePrefixBytes * 2));
}
