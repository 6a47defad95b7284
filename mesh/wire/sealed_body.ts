/**
 * What one member says to another through the others: the plaintext inside a
 * sealed message, padded to one of a few sizes, so that the members it passes
 * cannot tell an answer from a short message. Numbers are big-endian.
 *
 * | offset | size | meaning                                                  |
 * | ------ | ---- | -------------------------------------------------------- |
 * | 0      | 1    | kind: 1 tell, 2 ping, 3 answer                           |
 * | 1      | 1    | hops it may take, as it set out; the rest is in the clear |
 * | 2      | 4    | incarnation of the sender                                |
 * | 6      | 4    | number: 0, 1, 2, … to this receiver in this incarnation   |
 * | 10     | 8    | sent: wall clock milliseconds of the sender              |
 * | 18     | 2    | n, bytes of payload                                      |
 * | 20     | n    | payload                                                  |
 * | 20 + n |      | zeros up to one of `bodySizes`                           |
 *
 * The payload of an answer is what it answers: incarnation (4), number (4),
 * hops it took (1). A decoder accepts or rejects, it never throws.
 *
 * @module
 */
import { payloadBytesMax } from "../limits.ts";

/** What a sealed message is for. */
export type BodyKind = "tell" | "ping" | "answer";

/** The inside of a sealed message. */
export interface SealedBody {
  readonly kind: BodyKind;
  /** Hops it was given when it set out, 1 to 255. */
  readonly hopsGiven: number;
  readonly incarnation: number;
  readonly number: number;
  /** Wall clock milliseconds of the sender. */
  readonly sentMs: number;
  readonly payload: Uint8Array;
}

/** What an answer says. */
export interface Answered {
  /** Of the message it answers, as its sender numbered it. */
  readonly incarnation: number;
  readonly number: number;
  /** Links that message crossed. */
  readonly hops: number;
}

const headBytes = 20;
const answeredBytes = 9;
const kinds: readonly BodyKind[] = ["tell", "ping", "answer"];

/**
 * Sizes of a body. Our choice: two small messages share a cell; the second
 * fills a cell (494 bytes less the head of `relayed` and the seal); then
 * powers of two, which add at most half; the last holds the largest payload.
 */
export const bodySizes: readonly number[] = [
  128,
  380,
  1_024,
  2_048,
  4_096,
  headBytes + payloadBytesMax,
];

/**
 * The bytes of a body.
 *
 * @throws {RangeError} If the payload is longer than `payloadBytesMax`.
 */
export function encodeBody(body: SealedBody): Uint8Array {
  const size = bodySizes.find((each) =>
    each >= headBytes + body.payload.length
  );
  if (size === undefined) {
    throw new RangeError(
      `Cannot seal ${body.payload.length} bytes: at most ${payloadBytesMax} fit`,
    );
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes[0] = kinds.indexOf(body.kind) + 1;
  bytes[1] = body.hopsGiven;
  view.setUint32(2, body.incarnation);
  view.setUint32(6, body.number);
  view.setFloat64(10, body.sentMs);
  view.setUint16(18, body.payload.length);
  bytes.set(body.payload, headBytes);
  return bytes;
}

/** Reads a body; undefined unless `encodeBody` could have written it. */
export function decodeBody(bytes: Uint8Array): SealedBody | undefined {
  if (!bodySizes.includes(bytes.length)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = kinds[bytes[0]! - 1];
  const end = headBytes + view.getUint16(18);
  const sentMs = view.getFloat64(10);
  if (!kind || bytes[1] === 0 || end > bytes.length) return undefined;
  if (!Number.isFinite(sentMs)) return undefined;
  if (bytes.subarray(end).some((byte) => byte !== 0)) return undefined;
  return {
    kind,
    hopsGiven: bytes[1]!,
    incarnation: view.getUint32(2),
    number: view.getUint32(6),
    sentMs,
    payload: bytes.slice(headBytes, end),
  };
}

/** The payload of an answer. */
export function encodeAnswered(answered: Answered): Uint8Array {
  const bytes = new Uint8Array(answeredBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, answered.incarnation);
  view.setUint32(4, answered.number);
  bytes[8] = answered.hops;
  return bytes;
}

/** Reads the payload of an answer. */
export function decodeAnswered(payload: Uint8Array): Answered | undefined {
  if (payload.length !== answeredBytes) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset);
  const hops = payload[8]!;
  return { incarnation: view.getUint32(0), number: view.getUint32(4), hops };
}
