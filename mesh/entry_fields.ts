/**
 * Reads the fields of a roster entry in their order on the wire, which
 * `entry_codec.ts` draws: all of them must be there, none more, each within
 * its bounds. Whatever a peer sends, the answer is an entry's body or none.
 *
 * @module
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { asBytes, asUnsigned, type CborValue } from "./cbor.ts";
import {
  acknowledgedMax,
  type Admitted,
  type EntryBody,
  type EntryKind,
  type KeyHex,
  markBytes,
  recoveryBackMsMax,
  type RoleBody,
  validMsMax,
} from "./entry_body.ts";
import { generationMax } from "./limits.ts";
import { type NodeId, parseNodeId } from "./node_id.ts";
import { readAddresses, readCertificate, readName } from "./peer_text.ts";

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
