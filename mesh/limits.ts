/**
 * The sizes and bounds of the mesh, each with its reason. Every queue, table
 * and cache of `mesh/` takes its maximum from here.
 *
 * @module
 */

/** One WebSocket message: one Noise message, padded (design §5). */
export const cellBytes = 512;
/** Poly1305 tag that ends each Noise message. */
export const tagBytes = 16;
/** What a cell carries besides its tag. */
export const cellPlaintextBytes = cellBytes - tagBytes;
/**
 * Cells of the longest handshake, both directions: 3 + 3 + 1 for a guest, 3 + 3
 * for a member (ML-KEM-768 keys have 1,184 bytes, ciphertexts 1,088).
 */
export const handshakeCellsMax = 7;
/**
 * Longest message on a link, cut into cells by `wire/fragment.ts`. Our choice:
 * a roster entry with a certificate is under 1 KiB, a digest of 500 nodes
 * under 8 KiB; longer ones are refused and counted.
 */
export const linkMessageBytesMax = 16_384;
/**
 * Payload of one signed message (an alert is ≤ 100 bytes; design §5: ≤ 200 on
 * the wire). Two whole messages must fit one link message: that is a proof of
 * equivocation.
 */
export const payloadBytesMax = 8_000;
/** Link messages waiting for slots; beyond it the least urgent are dropped and counted. */
export const sendQueueMax = 1_024;
/** Signed messages kept per origin for repair; the oldest are forgotten. */
export const keptPerOriginMax = 256;
/** Links of one node, dialled and accepted; further ones are closed. */
export const linksMax = 64;
/**
 * Roster entries held. A machine has an invite, an admission and a card, and a
 * year adds four rotations and one or two renewals: 500 machines fit for 5
 * years, 100 for 28. Full, it refuses everything but revocations.
 */
export const rosterEntriesMax = 16_384;
/** Invites that can be open at one host at once. */
export const openInvitesMax = 64;
/** Gate tokens remembered per window against replay. */
export const replayTokensMax = 65_536;
/** Bytes of a node's name: one DNS label (RFC 1035), so host names fit. */
export const nameBytesMax = 63;
/** Addresses one node may announce. */
export const addressesMax = 8;
/** Longest DNS name (RFC 1035) with a colon and a TCP port. */
export const addressBytesMax = 259;
/** A self-signed P-256 certificate has about 350 bytes, RSA-2048 about 1,100. */
export const certificateBytesMax = 2_048;
/** Key rotations of one node: 16 years of one every 90 days. */
export const generationMax = 64;
/** Roster entries held whose author is not known yet; the oldest are dropped. */
export const rosterWaitingMax = 512;
