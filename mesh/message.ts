/**
 * Signed messages: what one node says to the whole mesh. Numbered and chained
 * per origin, so that a gap is seen and two different messages under one number
 * prove that the origin lies (design §5).
 *
 * Canonical CBOR array:
 *
 * | field | bytes | meaning |
 * | --- | ---: | --- |
 * | version | 1 | 1 |
 * | origin | 8 | first bytes of the node id; the roster knows the rest |
 * | incarnation | ≤ 4 | larger at each start of the origin, e.g. Unix seconds |
 * | counter | ≤ 4 | 0, 1, 2, … within the incarnation |
 * | previous | 16 | id of the message before; zeros before the first |
 * | payload | n | opaque, ≤ `payloadBytesMax` |
 * | topic | 1 | 0 for the owner, 1 for the mesh itself, see `Topic` |
 * | signature | 64 | Ed25519 over context ‖ mesh id ‖ the array without it |
 *
 * With CBOR's own bytes at most 110 besides the payload. The id of a message is
 * the SHA-256 of the whole encoding, cut to 16 bytes; it covers the signature,
 * so a spoiled copy never passes for the message itself.
 *
 * Order, duplicates and repair are the overlay's.
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
import {
  asArray,
  asBytes,
  asUnsigned,
  type CborValue,
  decodeCbor,
  encodeCbor,
} from "./cbor.ts";
import type { NodeKeys } from "./keys.ts";
import { payloadBytesMax } from "./limits.ts";
import { type NodeId, nodePrefix, nodePrefixBytes } from "./node_id.ts";
import {
  ed25519Signer,
  ed25519Verify,
  type Signer,
} from "./primitives/ed25519.ts";
import type { Roster } from "./roster.ts";

/** Most bytes a message adds to its payload. */
export const messageOverheadMax = 110;

/**
 * Whom a payload is for: the node's owner, who alone knows what it means, or
 * the mesh itself (`overlay/life_word.ts`). Signed like the rest, so neither
 * can be passed off as the other.
 */
export type Topic = "owner" | "mesh";

const topics: readonly Topic[] = ["owner", "mesh"];
const version = 1;
const uint32Max = 0xffff_ffff;
const linkBytes = 16;
const signatureBytes = 64;
const context = utf8ToBytes("stealthmesh message\0");

/** A message of one origin; genuine only once {@linkcode signerOf} says whose. */
export interface SignedMessage {
  /** First 8 bytes of the origin's node id. */
  readonly origin: Uint8Array;
  /** Which start of the origin; 32 bits. */
  readonly incarnation: number;
  /** Place within the incarnation; 32 bits. */
  readonly counter: number;
  /** Id of the origin's message before this, 16 bytes. */
  readonly previous: Uint8Array;
  /** Whom it is for. */
  readonly topic: Topic;
  /** What it says; opaque here. */
  readonly payload: Uint8Array;
  /** The whole encoding, signature included. */
  readonly bytes: Uint8Array;
  /** First 16 bytes of SHA-256 of `bytes`, hex. */
  readonly id: string;
}

/** Writes the messages of this node, one after the other. */
export class MessageWriter {
  readonly #origin: Uint8Array;
  #incarnation: number;
  readonly #meshId: Uint8Array;
  #signer: Signer;
  #counter = 0;
  #previous = new Uint8Array(linkBytes);

  /**
   * Begins an incarnation of this node.
   *
   * @param incarnation Larger than at every earlier start of this node.
   * @param meshId 32 bytes; the messages are worth nothing in another mesh.
   * @throws {RangeError} If `incarnation` does not fit 32 bits.
   */
  constructor(keys: NodeKeys, incarnation: number, meshId: Uint8Array) {
    if (!isUint32(incarnation)) {
      throw new RangeError(
        `Cannot write messages: incarnation ${incarnation} is not a uint32`,
      );
    }
    this.#origin = nodePrefix(keys.node);
    this.#incarnation = incarnation;
    this.#meshId = meshId.slice();
    this.#signer = ed25519Signer(keys.signing.seed);
  }

  /** The incarnation of the next message. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** The key it is signed with, hex. */
  get publicKey(): string {
    return bytesToHex(this.#signer.public);
  }

  /** The number of the next message. */
  get counter(): number {
    return this.#counter;
  }

  /**
   * Begins a later incarnation, numbers from 0 again.
   *
   * @returns False if `incarnation` is not later, or does not fit 32 bits.
   */
  renew(incarnation: number): boolean {
    if (!isUint32(incarnation) || incarnation <= this.#incarnation) {
      return false;
    }
    this.#incarnation = incarnation;
    this.#counter = 0;
    this.#previous = new Uint8Array(linkBytes);
    return true;
  }

  /**
   * The next message.
   *
   * @throws {RangeError} If `payload` is longer than `payloadBytesMax`, or
   * after 2^32 messages.
   */
  write(payload: Uint8Array, topic: Topic = "owner"): SignedMessage {
    if (payload.length > payloadBytesMax) {
      throw new RangeError(
        `Cannot write message: ${payload.length} bytes of payload, ` +
          `at most ${payloadBytesMax} fit`,
      );
    }
    if (!isUint32(this.#counter)) {
      throw new RangeError("Cannot write message: counter is used up");
    }
    const fields = [
      version,
      this.#origin,
      this.#incarnation,
      this.#counter,
      this.#previous,
      payload,
      topics.indexOf(topic),
    ];
    const signature = this.#signer.sign(signedBytes(this.#meshId, fields));
    const message: SignedMessage = {
      origin: this.#origin,
      incarnation: this.#incarnation,
      counter: this.#counter,
      previous: this.#previous,
      topic,
      payload: payload.slice(),
      ...identify(encodeCbor([...fields, signature])),
    };
    this.#counter++;
    this.#previous = hexToBytes(message.id);
    return message;
  }

  /**
   * Signs with newer keys of the same node from now on; numbers go on.
   *
   * @throws {RangeError} If the keys are another node's.
   */
  useKeys(keys: NodeKeys): void {
    if (bytesToHex(nodePrefix(keys.node)) !== bytesToHex(this.#origin)) {
      throw new RangeError("Cannot use keys: they belong to another node");
    }
    this.#signer = ed25519Signer(keys.signing.seed);
  }
}

/**
 * Reads a message's shape; says nothing about who wrote it.
 *
 * @returns `undefined` for anything a {@linkcode MessageWriter} could not have
 * written.
 */
export function readMessage(bytes: Uint8Array): SignedMessage | undefined {
  const fields = asArray(
    decodeCbor(bytes, payloadBytesMax + messageOverheadMax),
  );
  if (fields?.length !== 8 || fields[0] !== version) return undefined;
  const origin = asBytes(fields[1], nodePrefixBytes);
  const incarnation = asUnsigned(fields[2]);
  const counter = asUnsigned(fields[3]);
  const previous = asBytes(fields[4], linkBytes);
  const topic = topics[asUnsigned(fields[6]) ?? -1];
  const payload = fields[5];
  if (!origin || !previous || !topic || !(payload instanceof Uint8Array)) {
    return undefined;
  }
  if (!isUint32(incarnation) || !isUint32(counter)) return undefined;
  if (payload.length > payloadBytesMax) return undefined;
  if (!asBytes(fields[7], signatureBytes)) return undefined;
  return {
    origin,
    incarnation,
    counter,
    previous,
    topic,
    payload,
    ...identify(bytes.slice()),
  };
}

/**
 * Who wrote a message, and with which key, hex.
 *
 * @returns The origin, if it is an active member now and the signature is by
 * a key of it that is accepted now; else `undefined`.
 */
export function signerOf(
  message: SignedMessage,
  roster: Roster,
  wallMs: number,
): { readonly node: NodeId; readonly key: string } | undefined {
  const member = roster.byPrefix(message.origin);
  if (!member) return undefined;
  const fields = asArray(decodeCbor(message.bytes));
  const signature = asBytes(fields?.at(-1), signatureBytes);
  if (!fields || !signature) return undefined;
  const signed = signedBytes(roster.meshId, fields.slice(0, -1));
  const key = roster.acceptedSigningKeys(member.node, wallMs)
    .find((each) => ed25519Verify(each, signed, signature));
  return key && { node: member.node, key: bytesToHex(key) };
}

/** The id of a message with these bytes, whether it is one or not. */
export function messageIdOf(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes).subarray(0, linkBytes));
}

function signedBytes(
  meshId: Uint8Array,
  fields: readonly CborValue[],
): Uint8Array {
  return concatBytes(context, meshId, encodeCbor(fields));
}

function identify(bytes: Uint8Array): { bytes: Uint8Array; id: string } {
  return { bytes, id: messageIdOf(bytes) };
}

function isUint32(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 &&
    value <= uint32Max;
}
