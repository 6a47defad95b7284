/**
 * What the two ends of a link say to each other: one kind byte and a body.
 * Numbers are big-endian.
 *
 * | kind | name          | body                                               |
 * | ---- | ------------- | -------------------------------------------------- |
 * | 1    | signed        | urgency (1), a message of `message.ts` (rest)      |
 * | 2    | have          | last (1), streams, see below                       |
 * | 3    | roster_digest | `Roster.digest()` (16)                             |
 * | 4    | roster_index  | last (1), entry marks (8 each)                     |
 * | 5    | roster_entry  | one entry of `roster_entry.ts` (rest)              |
 * | 6    | rekey         | empty: the sender's next cell is under its next key |
 * | 7    | enrol_request | admission length (2), admission, card (rest)       |
 * | 8    | enrol_answer  | code (1), mesh secret (32), entries to follow (4)  |
 * | 9    | sketch        | `overlay/sketch.ts` (960)                          |
 * | 10   | proof         | `equivocation.ts` (rest)                           |
 * | 11   | relayed       | receiver (8), way (1), a seal of `relay_seal.ts` (rest) |
 * | 12   | pace          | T in ms (4), 1 on `open` (1): of the cells after this one |
 *
 * One stream of `have`: which messages of one origin the sender holds.
 *
 * | offset | size | meaning                                                   |
 * | ------ | ---- | --------------------------------------------------------- |
 * | 0      | 8    | origin: prefix of its node id                             |
 * | 8      | 4    | incarnation                                               |
 * | 12     | 4    | next: the lowest counter not held                         |
 * | 16     | 1    | m, bytes of the map, 0 to 32                              |
 * | 17     | m    | map: bit i (lowest first) is 1 if counter next+1+i is held |
 *
 * The way of `relayed`: bit 7 is 1 if it goes over every link, bits 0–6 are the
 * links it may still cross, this one included.
 *
 * `have` and `roster_index` may be cut into parts; `last` is 1 in the final
 * one. A decoder accepts or rejects, it never throws.
 *
 * @module
 */
import { linkMessageBytesMax } from "../limits.ts";
import type { Urgency } from "../mesh.ts";
import { nodePrefixBytes } from "../node_id.ts";

/** Bytes of the mark that names a roster entry on a link. */
export const entryMarkBytes = 8;

/** A slower peer than an hour per cell is no peer. */
export const periodMsMax = 3_600_000;
/** Bytes of a sketch of what is held: 80 symbols of 12. */
export const sketchBytes = 960;

const digestBytes = 16;
const meshSecretBytes = 32;
const mapBytesMax = 32;
/** In the way of a relayed message. */
const everywhereBit = 0x80;
const streamHeadBytes = nodePrefixBytes + 4 + 4 + 1;
/**
 * Bytes of a `have` that names these streams, in as many parts as it takes.
 * It grows with the members that spoke, where a sketch stays `sketchBytes`.
 */
export function haveBytes(streams: readonly HaveStream[]): number {
  const parts = Math.max(1, Math.ceil(streams.length / streamsPerPartMax));
  return streams.reduce(
    (sum, { map }) => sum + streamHeadBytes + map.length,
    2 * parts,
  );
}

/** Streams of a part that always fits `linkMessageBytesMax`. */
export const streamsPerPartMax = Math.floor(
  (linkMessageBytesMax - 2) / (streamHeadBytes + mapBytesMax),
);
/** Marks of a part that always fits `linkMessageBytesMax`. */
export const marksPerPartMax = Math.floor(
  (linkMessageBytesMax - 2) / entryMarkBytes,
);

/** Which messages of one origin and incarnation the speaker holds. */
export interface HaveStream {
  /** 8 bytes, see `nodePrefix`. */
  readonly origin: Uint8Array;
  /** Which start of the origin. */
  readonly incarnation: number;
  /** The lowest counter not held. */
  readonly next: number;
  /** Bit i, lowest first: counter `next + 1 + i` is held. At most 32 bytes. */
  readonly map: Uint8Array;
}

/** How a request to be admitted ended. */
export type EnrolCode = "admitted" | "refused" | "expired";

const enrolCodes: readonly EnrolCode[] = ["admitted", "refused", "expired"];

/** One message of a link. */
export type LinkMessage =
  | {
    readonly type: "signed";
    readonly urgency: Urgency;
    readonly message: Uint8Array;
  }
  | {
    readonly type: "have";
    readonly last: boolean;
    readonly streams: readonly HaveStream[];
  }
  | { readonly type: "roster_digest"; readonly digest: Uint8Array }
  | {
    readonly type: "roster_index";
    readonly last: boolean;
    readonly marks: readonly Uint8Array[];
  }
  | { readonly type: "roster_entry"; readonly entry: Uint8Array }
  | { readonly type: "rekey" }
  | {
    readonly type: "enrol_request";
    readonly admission: Uint8Array;
    readonly card: Uint8Array;
  }
  | {
    readonly type: "enrol_answer";
    readonly code: EnrolCode;
    /** Zeros unless admitted. */
    readonly meshSecret: Uint8Array;
    /** How many `roster_entry` messages follow. */
    readonly entries: number;
  }
  | { readonly type: "sketch"; readonly sketch: Uint8Array }
  | { readonly type: "proof"; readonly proof: Uint8Array }
  | {
    readonly type: "relayed";
    /** 8 bytes, see `nodePrefix`: for whom it is. */
    readonly to: Uint8Array;
    /** Over every link, not only the best. */
    readonly everywhere: boolean;
    /** Links it may still cross, this one included; 1 to 127. */
    readonly hopsLeft: number;
    readonly sealed: Uint8Array;
  }
  | {
    readonly type: "pace";
    /** 1 to `periodMsMax`. */
    readonly periodMs: number;
    readonly slotted: boolean;
  };

const kinds = {
  signed: 1,
  have: 2,
  roster_digest: 3,
  roster_index: 4,
  roster_entry: 5,
  rekey: 6,
  enrol_request: 7,
  enrol_answer: 8,
  sketch: 9,
  proof: 10,
  relayed: 11,
  pace: 12,
} as const satisfies Record<LinkMessage["type"], number>;

/**
 * The bytes of one link message.
 *
 * @throws {RangeError} If it would be longer than `linkMessageBytesMax`.
 */
export function encodeLinkMessage(message: LinkMessage): Uint8Array {
  const bytes = concat([[kinds[message.type]], ...bodyOf(message)]);
  if (bytes.length > linkMessageBytesMax) {
    throw new RangeError(
      `Cannot encode ${message.type}: ${bytes.length} bytes, the limit is ${linkMessageBytesMax}`,
    );
  }
  return bytes;
}

function bodyOf(message: LinkMessage): ArrayLike<number>[] {
  switch (message.type) {
    case "signed":
      return [[message.urgency], message.message];
    case "have":
      return [[message.last ? 1 : 0], ...message.streams.flatMap(streamParts)];
    case "roster_digest":
      return [message.digest];
    case "roster_index":
      return [[message.last ? 1 : 0], ...message.marks];
    case "roster_entry":
      return [message.entry];
    case "rekey":
      return [];
    case "enrol_request":
      return [
        uint(message.admission.length, 2),
        message.admission,
        message.card,
      ];
    case "enrol_answer":
      return [
        [enrolCodes.indexOf(message.code)],
        message.meshSecret,
        uint(message.entries, 4),
      ];
    case "sketch":
      return [message.sketch];
    case "proof":
      return [message.proof];
    case "relayed": {
      const way = message.hopsLeft | (message.everywhere ? everywhereBit : 0);
      return [message.to, [way], message.sealed];
    }
    case "pace":
      return [uint(message.periodMs, 4), [message.slotted ? 0 : 1]];
  }
}

function streamParts(stream: HaveStream): ArrayLike<number>[] {
  return [
    stream.origin,
    uint(stream.incarnation, 4),
    uint(stream.next, 4),
    [stream.map.length],
    stream.map,
  ];
}

/**
 * Reads what a peer said.
 *
 * @returns The message, its byte fields views into `bytes`; undefined if it is
 * not one of the kinds above in exactly the layout above.
 */
export function decodeLinkMessage(bytes: Uint8Array): LinkMessage | undefined {
  if (bytes.length === 0 || bytes.length > linkMessageBytesMax) {
    return undefined;
  }
  const body = bytes.subarray(1);
  switch (bytes[0]) {
    case kinds.signed: {
      const urgency = body[0];
      if (urgency !== 0 && urgency !== 1 && urgency !== 2) return undefined;
      if (body.length < 2) return undefined;
      return { type: "signed", urgency, message: body.subarray(1) };
    }
    case kinds.have:
      return decodeHave(body);
    case kinds.roster_digest:
      if (body.length !== digestBytes) return undefined;
      return { type: "roster_digest", digest: body };
    case kinds.roster_index:
      return decodeIndex(body);
    case kinds.roster_entry:
      if (body.length === 0) return undefined;
      return { type: "roster_entry", entry: body };
    case kinds.rekey:
      return body.length === 0 ? { type: "rekey" } : undefined;
    case kinds.enrol_request: {
      if (body.length < 2) return undefined;
      const cardAt = 2 + readUint(body, 0, 2);
      if (cardAt > body.length) return undefined;
      return {
        type: "enrol_request",
        admission: body.subarray(2, cardAt),
        card: body.subarray(cardAt),
      };
    }
    case kinds.enrol_answer: {
      if (body.length !== 1 + meshSecretBytes + 4) return undefined;
      const code = enrolCodes[body[0]!];
      if (!code) return undefined;
      return {
        type: "enrol_answer",
        code,
        meshSecret: body.subarray(1, 1 + meshSecretBytes),
        entries: readUint(body, 1 + meshSecretBytes, 4),
      };
    }
    case kinds.sketch:
      if (body.length !== sketchBytes) return undefined;
      return { type: "sketch", sketch: body };
    case kinds.proof:
      if (body.length === 0) return undefined;
      return { type: "proof", proof: body };
    case kinds.relayed: {
      const way = body[nodePrefixBytes];
      if (way === undefined || body.length === nodePrefixBytes + 1) {
        return undefined;
      }
      const hopsLeft = way & ~everywhereBit;
      if (hopsLeft === 0) return undefined;
      return {
        type: "relayed",
        to: body.subarray(0, nodePrefixBytes),
        everywhere: (way & everywhereBit) !== 0,
        hopsLeft,
        sealed: body.subarray(nodePrefixBytes + 1),
      };
    }
    case kinds.pace: {
      if (body.length !== 5 || body[4]! > 1) return undefined;
      const periodMs = readUint(body, 0, 4);
      if (periodMs < 1 || periodMs > periodMsMax) return undefined;
      return { type: "pace", periodMs, slotted: body[4] === 0 };
    }
    default:
      return undefined;
  }
}

function decodeHave(body: Uint8Array): LinkMessage | undefined {
  const last = body[0];
  if (last !== 0 && last !== 1) return undefined;
  const streams: HaveStream[] = [];
  let at = 1;
  while (at < body.length) {
    const mapAt = at + streamHeadBytes;
    if (mapAt > body.length) return undefined;
    const mapBytes = body[mapAt - 1]!;
    const end = mapAt + mapBytes;
    if (mapBytes > mapBytesMax || end > body.length) return undefined;
    streams.push({
      origin: body.subarray(at, at + nodePrefixBytes),
      incarnation: readUint(body, at + nodePrefixBytes, 4),
      next: readUint(body, at + nodePrefixBytes + 4, 4),
      map: body.subarray(mapAt, end),
    });
    at = end;
  }
  return { type: "have", last: last === 1, streams };
}

function decodeIndex(body: Uint8Array): LinkMessage | undefined {
  const last = body[0];
  if (last !== 0 && last !== 1) return undefined;
  if ((body.length - 1) % entryMarkBytes !== 0) return undefined;
  const marks: Uint8Array[] = [];
  for (let at = 1; at < body.length; at += entryMarkBytes) {
    marks.push(body.subarray(at, at + entryMarkBytes));
  }
  return { type: "roster_index", last: last === 1, marks };
}

function concat(parts: readonly ArrayLike<number>[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Big-endian; without shifts, which would overflow at 4 bytes. */
function uint(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = size - 1, rest = value; at >= 0; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

function readUint(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + bytes[at + i]!;
  return value;
}
