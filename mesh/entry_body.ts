/**
 * What each kind of roster entry says, and the reading of its fields. The
 * layout is drawn in `entry_codec.ts`.
 *
 * @module
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { asBytes, asUnsigned, type CborValue } from "./cbor.ts";
import { generationMax } from "./limits.ts";
import { type NodeId, parseNodeId } from "./node_id.ts";
import { readAddresses, readCertificate, readName } from "./peer_text.ts";

/**
 * Longest membership one entry can give. Our choice, after the 825 days that
 * browsers allowed for certificates; it bounds what a custodian that is later
 * revoked can have given away.
 */
export const validMsMax = 825 * 86_400_000;
/**
 * How far back custodians may date the end of an operator key. Our choice:
 * time to notice a theft; it bounds what a wrong date can undo.
 */
export const recoveryBackMsMax = 90 * 86_400_000;
/**
 * Statements one acknowledgement names at most: with 12 bytes each it fits
 * `linkMessageBytesMax`. A forger needs about 2^86 tries to hit one of them.
 */
export const acknowledgedMax = 1_200;
const markBytes = 12;
/** Kinds in the order of their numbers. */
export const entryKinds = [
  "found",
  "invite",
  "admit",
  "card",
  "rotate",
  "renew",
  "revoke",
  "promote",
  "retire",
  "succeed",
  "acknowledge",
  "name",
] as const;
/** What an entry does. */
export type EntryKind = typeof entryKinds[number];

/** Whose authority an entry claims. */
export type Authority = "operator" | NodeId;

/** Public keys as 64 lowercase hex characters, so that they can be map keys. */
export type KeyHex = string;

/** The fields of each kind. */
export type EntryBody =
  | FoundBody
  | InviteBody
  | AdmitBody
  | CardBody
  | RotateBody
  | RenewBody
  | RevokeBody
  | RoleBody<"promote">
  | RoleBody<"retire">
  | SucceedBody
  | AcknowledgeBody
  | NameBody;

/** Who enters the mesh, with which first keys, until when. */
interface Admitted {
  readonly signing: KeyHex;
  readonly noise: KeyHex;
  readonly name: string;
  readonly issuedAtMs: number;
  readonly notAfterMs: number;
}
/** The mesh begins, with its operator and first member. */
export interface FoundBody extends Admitted {
  readonly kind: "found";
  readonly operator: KeyHex;
}
/** Whoever holds the invite's key may join once. */
export interface InviteBody {
  readonly kind: "invite";
  readonly by: Authority;
  readonly key: KeyHex;
  readonly inviteId: KeyHex;
  readonly expiresAtMs: number;
  readonly at: NodeId | undefined;
  readonly custodian: boolean;
  /** Longest membership it gives; without it `validMsMax`. */
  readonly validMs: number | undefined;
  /** Who joins with it only listens; see `Member.observer`. */
  readonly observer: boolean;
}
/** A node joins. `countersigner` is absent until it has been countersigned. */
export interface AdmitBody extends Admitted {
  readonly kind: "admit";
  readonly inviteId: KeyHex;
  readonly countersigner: KeyHex | undefined;
}
/** Where a node can be reached. */
export interface CardBody {
  readonly kind: "card";
  readonly signing: KeyHex;
  readonly seq: number;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly certificate: Uint8Array;
}
/** A node replaces its keys. */
export interface RotateBody {
  readonly kind: "rotate";
  readonly old: KeyHex;
  /** Generation of the new keys, from 1. */
  readonly generation: number;
  readonly signing: KeyHex;
  readonly noise: KeyHex;
  readonly issuedAtMs: number;
}
/** A membership lasts longer. */
export interface RenewBody {
  readonly kind: "renew";
  readonly by: Authority;
  readonly key: KeyHex;
  readonly node: NodeId;
  readonly issuedAtMs: number;
  readonly notAfterMs: number;
}
/** A membership ends for good. */
export interface RevokeBody {
  readonly kind: "revoke";
  readonly by: Authority;
  readonly key: KeyHex;
  readonly node: NodeId;
  readonly issuedAtMs: number;
}

/** A member becomes a custodian, or is one no longer. */
export interface RoleBody<Kind extends "promote" | "retire"> {
  readonly kind: Kind;
  readonly by: Authority;
  readonly key: KeyHex;
  readonly node: NodeId;
  readonly issuedAtMs: number;
}
/**
 * The operator hands its office over, or a custodian votes for a new operator
 * because the old key is lost or stolen.
 */
export interface SucceedBody {
  readonly kind: "succeed";
  readonly by: Authority;
  readonly key: KeyHex;
  /** The next operator's Ed25519 key. */
  readonly next: KeyHex;
  /** What the old key says later than this counts for nothing. */
  readonly sinceMs: number;
  readonly issuedAtMs: number;
}
/**
 * What the author knows of the statements of somebody who was put out; what
 * turns up later under an earlier date is none of them.
 */
export interface AcknowledgeBody {
  readonly kind: "acknowledge";
  readonly by: Authority;
  readonly key: KeyHex;
  /** The revoked custodian, or the operator that custodians replaced. */
  readonly about: Authority;
  /** See {@linkcode statementMark}; sorted, none twice. */
  readonly marks: readonly string[];
  readonly issuedAtMs: number;
}

/** The operator calls a node something else than it calls itself. */
export interface NameBody {
  readonly kind: "name";
  readonly by: Authority;
  readonly key: KeyHex;
  readonly node: NodeId;
  readonly name: string;
  readonly issuedAtMs: number;
}

/** How an entry is named in an acknowledgement: the first 12 bytes of its id. */
export function statementMark(entryId: string): string {
  return entryId.slice(0, markBytes * 2);
}

/** One entry whose signatures are by the keys it names. */
export type Entry = EntryBody & {
  /** SHA-256 of the encoding, hex. */
  readonly id: string;
  readonly bytes: Uint8Array;
};

/** The role in which a key signs; part of what is signed. */
export type SigningRole =
  | "operator"
  | "author"
  | "node"
  | "possession"
  | "invite"
  | "countersign"
  | "old";

/** Fields of a body in their order on the wire. */
export type Fields = readonly CborValue[];

/** An entry's parts, before anything is believed. */
export interface RawEntry {
  readonly kind: EntryKind;
  readonly body: Fields;
  readonly signatures: readonly Uint8Array[];
}

/** The fields of an entry, `undefined` when one is missing or out of bounds. */
export function readBody(raw: RawEntry): EntryBody | undefined {
  const fields = new FieldReader(raw.body);
  const body = readers[raw.kind](fields, raw.signatures);
  return fields.good ? body : undefined;
}

type BodyReader = (
  fields: FieldReader,
  signatures: readonly Uint8Array[],
) => EntryBody;

const readers: Readonly<Record<EntryKind, BodyReader>> = {
  found: (f) => ({ kind: "found", operator: f.key(), ...readAdmitted(f) }),
  invite: (f) => ({
    kind: "invite",
    by: f.nodeOr("operator"),
    key: f.key(),
    inviteId: f.key(),
    expiresAtMs: f.time(),
    at: f.nodeOr(undefined),
    custodian: f.flag(),
    validMs: f.more ? f.time() : undefined,
    observer: f.more ? f.flag() : false,
  }),
  admit: (f, signatures) => ({
    kind: "admit",
    inviteId: f.key(),
    ...readAdmitted(f),
    countersigner: signatures[3] && bytesToHex(signatures[3].subarray(0, 32)),
  }),
  card: (f) => ({
    kind: "card",
    signing: f.key(),
    seq: f.time(),
    name: f.take(readName) ?? "",
    addresses: f.take(readAddresses) ?? [],
    certificate: f.take(readCertificate) ?? new Uint8Array(),
  }),
  rotate: (f) => ({
    kind: "rotate",
    old: f.key(),
    generation: f.generation(),
    signing: f.key(),
    noise: f.key(),
    issuedAtMs: f.time(),
  }),
  renew: (f) => ({
    kind: "renew",
    by: f.nodeOr("operator"),
    key: f.key(),
    node: f.node(),
    ...readValidity(f),
  }),
  revoke: (f) => ({
    kind: "revoke",
    by: f.nodeOr("operator"),
    key: f.key(),
    node: f.node(),
    issuedAtMs: f.time(),
  }),
  promote: (f) => ({ kind: "promote", ...readRole(f) }),
  retire: (f) => ({ kind: "retire", ...readRole(f) }),
  succeed: (f) => ({
    kind: "succeed",
    by: f.nodeOr("operator"),
    key: f.key(),
    next: f.key(),
    ...readSince(f),
  }),
  acknowledge: (f) => ({
    kind: "acknowledge",
    by: f.nodeOr("operator"),
    key: f.key(),
    about: f.nodeOr("operator"),
    marks: f.take(readMarks) ?? [],
    issuedAtMs: f.time(),
  }),
  name: (f) => ({
    kind: "name",
    by: f.nodeOr("operator"),
    key: f.key(),
    node: f.node(),
    name: f.take(readName) ?? "",
    issuedAtMs: f.time(),
  }),
};

function readRole(f: FieldReader): Omit<RoleBody<"promote">, "kind"> {
  return {
    by: f.nodeOr("operator"),
    key: f.key(),
    node: f.node(),
    issuedAtMs: f.time(),
  };
}

function readSince(f: FieldReader): { sinceMs: number; issuedAtMs: number } {
  const sinceMs = f.time();
  const issuedAtMs = f.time();
  const backMs = issuedAtMs - sinceMs;
  if (backMs < 0 || backMs > recoveryBackMsMax) f.fail();
  return { sinceMs, issuedAtMs };
}

function readMarks(field: CborValue | undefined): string[] | undefined {
  if (!(field instanceof Uint8Array)) return undefined;
  const count = field.length / markBytes;
  if (!Number.isInteger(count) || count > acknowledgedMax) return undefined;
  const marks = Array.from(
    { length: count },
    (_, at) => bytesToHex(field.subarray(at * markBytes, (at + 1) * markBytes)),
  );
  const rising = marks.every((mark, at) => at === 0 || marks[at - 1]! < mark);
  return rising ? marks : undefined;
}

function readAdmitted(f: FieldReader): Admitted {
  return {
    signing: f.key(),
    noise: f.key(),
    name: f.take(readName) ?? "",
    ...readValidity(f),
  };
}

function readValidity(
  f: FieldReader,
): { issuedAtMs: number; notAfterMs: number } {
  const issuedAtMs = f.time();
  const notAfterMs = f.time();
  const validMs = notAfterMs - issuedAtMs;
  if (validMs <= 0 || validMs > validMsMax) f.fail();
  return { issuedAtMs, notAfterMs };
}

/** Takes fields one by one; remembers whether all were as they must be. */
class FieldReader {
  readonly #fields: Fields;
  #next = 0;
  #failed = false;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  /** Every field was taken and none was wrong. */
  get good(): boolean {
    return !this.#failed && this.#next === this.#fields.length;
  }

  /** Whether there are fields left. */
  get more(): boolean {
    return this.#next < this.#fields.length;
  }

  fail(): void {
    this.#failed = true;
  }

  take<Value>(
    read: (field: CborValue | undefined) => Value | undefined,
  ): Value | undefined {
    const value = read(this.#fields[this.#next++]);
    if (value === undefined) this.fail();
    return value;
  }

  key(): KeyHex {
    const bytes = this.take((field) => asBytes(field, 32));
    return bytes ? bytesToHex(bytes) : "";
  }

  node(): NodeId {
    return parseNodeId(this.key() || "0".repeat(64));
  }

  /** A node, or what an empty field stands for. */
  nodeOr<Empty>(empty: Empty): NodeId | Empty {
    const field = this.#fields[this.#next];
    if (field instanceof Uint8Array && field.length === 0) {
      this.#next++;
      return empty;
    }
    return this.node();
  }

  time(): number {
    return this.take(asUnsigned) ?? 0;
  }

  generation(): number {
    const generation = this.time();
    if (generation < 1 || generation > generationMax) this.fail();
    return generation;
  }

  flag(): boolean {
    return this.take((field) =>
      typeof field === "boolean" ? field : undefined
    ) ?? false;
  }
}
