/**
 * What the files of the state directory hold, byte for byte.
 *
 * | offset | bytes | meaning |
 * | ---: | ---: | --- |
 * | 0 | 8 | `smstate` and a line feed |
 * | 8 | 32 | SHA-256 of the rest: a cut or flipped file is found at once |
 * | 40 | – | CBOR array: kind, version, then the fields of that kind |
 *
 * A kind is written in one version and read in that version only; the digest
 * is no signature, the file's permissions protect it.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { type CborValue, decodeCbor, encodeCbor } from "../cbor.ts";
import type { NodeKeys } from "../keys.ts";
import { openInvitesMax, rosterEntriesMax } from "../limits.ts";
import type { OpenInvite } from "../mesh.ts";
import { parseNodeId } from "../node_id.ts";
import { type ProfileName, profiles } from "../profile.ts";
import type { Leakage } from "../traffic/leak_account.ts";
import type { Certificate } from "./certificate.ts";
import { FieldReader, Flaw, wrongField } from "./field_reader.ts";
import { privateFileBytesMax } from "./private_file.ts";
import { costMax, type SealedSeed } from "./sealed_seed.ts";

/** This node's keys: the generation in use and the one before it. */
export interface KeptKeys {
  /** The generation in use. */
  readonly current: NodeKeys;
  /** Absent until the first rotation. */
  readonly previous?: NodeKeys;
}

/** The mesh this node belongs to. */
export interface KeptMesh {
  /** SHA-256 of the founding roster entry, 32 bytes. */
  readonly meshId: Uint8Array;
  /** What every member knows, 32 bytes. */
  readonly meshSecret: Uint8Array;
}

/** Numbers that must grow over restarts. */
export interface KeptCounters {
  /** Of the last start, see `message.ts`. */
  readonly incarnation: number;
  /** Of the last address card this node signed. */
  readonly cardSeq: number;
}

/** What the pace of the links was, and what that may have told. */
export interface KeptPace {
  /** The operator's choice, until it is taken back; absent without one. */
  readonly chosen?: ProfileName;
  /** Absent before the first run has said it. */
  readonly leakage?: Leakage;
}

/** How one kind of file is written and read. */
export interface StateFormat<T> {
  /** File name, and the kind written inside. */
  readonly kind: string;
  encode(value: T): readonly CborValue[];
  /** @throws {Flaw} Naming the field that is wrong. */
  decode(fields: FieldReader): T;
}

const magic = new TextEncoder().encode("smstate\n");
const digestBytes = 32;
const version = 1;

/** The bytes of a file of this format. */
export function encodeState<T>(format: StateFormat<T>, value: T): Uint8Array {
  const body = encodeCbor([format.kind, version, ...format.encode(value)]);
  const file = new Uint8Array(magic.length + digestBytes + body.length);
  file.set(magic, 0);
  file.set(sha256(body), magic.length);
  file.set(body, magic.length + digestBytes);
  return file;
}

/**
 * Reads the bytes of a file.
 *
 * @throws {Flaw} For anything {@linkcode encodeState} would not have written.
 */
export function decodeState<T>(format: StateFormat<T>, file: Uint8Array): T {
  const body = file.subarray(magic.length + digestBytes);
  if (!sameBytes(file.subarray(0, magic.length), magic)) {
    throw new Flaw("not a state file of StealthMesh");
  }
  const digest = file.subarray(magic.length, magic.length + digestBytes);
  if (!sameBytes(digest, sha256(body))) {
    throw new Flaw("the checksum does not match: cut off or damaged");
  }
  const values = decodeCbor(body, privateFileBytesMax);
  if (!Array.isArray(values)) throw new Flaw("not an array inside");
  const fields = new FieldReader(values);
  const kind = fields.text("kind");
  if (kind !== format.kind) {
    throw new Flaw(`holds "${kind}", expected "${format.kind}"`);
  }
  const found = fields.integer("version");
  if (found !== version) {
    throw new Flaw(
      `version ${found}, this program reads ${version}`,
      "wrong_version",
    );
  }
  const value = format.decode(fields);
  fields.end();
  return value;
}

/** `keys`: one or two generations, the current one first. Secret. */
export const keysFormat: StateFormat<KeptKeys> = {
  kind: "keys",
  encode: ({ current, previous }) => [
    [current, ...(previous ? [previous] : [])].map(encodeGeneration),
  ],
  decode(fields) {
    const [current, previous] = fields.list("generations", 2, readGeneration);
    if (!current) throw new Flaw("holds no keys");
    return previous ? { current, previous } : { current };
  },
};

function encodeGeneration(keys: NodeKeys): CborValue {
  return [
    keys.node,
    keys.generation,
    keys.noise.secret,
    keys.noise.public,
    keys.signing.seed,
    keys.signing.public,
  ];
}

function readGeneration(fields: FieldReader): NodeKeys {
  const node = fields.text("node");
  if (!/^[0-9a-f]{64}$/.test(node)) throw wrongField("node", "a node id");
  return {
    node: parseNodeId(node),
    generation: fields.integer("generation"),
    noise: {
      secret: fields.bytes("Noise secret", 32),
      public: fields.bytes("Noise public key", 32),
    },
    signing: {
      seed: fields.bytes("signing seed", 32),
      public: fields.bytes("signing public key", 32),
    },
  };
}

/** `mesh`: mesh id and mesh secret. Secret. */
export const meshFormat: StateFormat<KeptMesh> = {
  kind: "mesh",
  encode: ({ meshId, meshSecret }) => [meshId, meshSecret],
  decode: (fields) => ({
    meshId: fields.bytes("mesh id", 32),
    meshSecret: fields.bytes("mesh secret", 32),
  }),
};

/** `roster`: encoded entries; who signed what is `roster.ts`'s question. */
export const rosterFormat: StateFormat<readonly Uint8Array[]> = {
  kind: "roster",
  encode: (entries) => [
    atMost(rosterEntriesMax, entries).map((entry) => [entry]),
  ],
  decode: (fields) =>
    fields.list("entries", rosterEntriesMax, (item) => item.bytes("entry")),
};

/** `invites`: those this host handed out and that are still open. Secret. */
export const invitesFormat: StateFormat<readonly OpenInvite[]> = {
  kind: "invites",
  encode: (invites) => [
    atMost(openInvitesMax, invites).map(({ id, psk, gateKey, expiresAtMs }) => [
      id,
      psk,
      gateKey,
      expiresAtMs,
    ]),
  ],
  decode: (fields) =>
    fields.list("invites", openInvitesMax, (item) => ({
      id: item.bytes("id", 32),
      psk: item.bytes("psk", 32),
      gateKey: item.bytes("gate key", 32),
      expiresAtMs: item.integer("expiry"),
    })),
};

/** `certificate`: DER, certificate PEM, key PEM. Secret. */
export const certificateFormat: StateFormat<Certificate> = {
  kind: "certificate",
  encode: ({ der, certificatePem, keyPem }) => [der, certificatePem, keyPem],
  decode: (fields) => ({
    der: fields.bytes("certificate"),
    certificatePem: fields.text("certificate PEM"),
    keyPem: fields.text("key PEM"),
  }),
};

/** `counters`: last incarnation and last card. */
export const countersFormat: StateFormat<KeptCounters> = {
  kind: "counters",
  encode: ({ incarnation, cardSeq }) => [incarnation, cardSeq],
  decode: (fields) => ({
    incarnation: fields.integer("incarnation"),
    cardSeq: fields.integer("card sequence"),
  }),
};

/** `pace`: the operator's choice of a profile, and the leakage account. */
export const paceFormat: StateFormat<KeptPace> = {
  kind: "pace",
  encode: ({ chosen, leakage }) => [
    chosen ?? "",
    leakage ? [encodeLeakage(leakage)] : [],
  ],
  decode(fields) {
    const chosen = fields.text("choice");
    const [leakage] = fields.list("leakage", 1, readLeakage);
    return {
      ...(chosen !== "" && { chosen: profileOf(chosen, "choice") }),
      ...(leakage && { leakage }),
    };
  },
};

/** Millionths of a bit, since a file holds whole numbers. */
const bitParts = 1_000_000;

function encodeLeakage(leakage: Leakage): CborValue {
  const { linkEnds } = leakage;
  return [
    leakage.profile,
    Math.max(0, Math.floor(leakage.sinceMs)),
    leakage.switches,
    Math.round(leakage.switchBits * bitParts),
    leakage.slotsFired,
    leakage.slotsMissed,
    leakage.gaps,
    leakage.cellsOffClock,
    linkEnds.clock,
    linkEnds.network,
    linkEnds.rotation,
    linkEnds.roster,
    linkEnds.crossing,
    leakage.enrolments,
    leakage.starts,
  ];
}

function readLeakage(fields: FieldReader): Leakage {
  return {
    profile: profileOf(fields.text("profile"), "profile"),
    sinceMs: fields.integer("since"),
    switches: fields.integer("switches"),
    switchBits: fields.integer("bits of switches") / bitParts,
    slotsFired: fields.integer("slots fired"),
    slotsMissed: fields.integer("slots missed"),
    gaps: fields.integer("gaps"),
    cellsOffClock: fields.integer("cells off the clock"),
    linkEnds: {
      clock: fields.integer("links ended by the clock"),
      network: fields.integer("links ended by the network"),
      rotation: fields.integer("links ended by rotation"),
      roster: fields.integer("links ended by the roster"),
      crossing: fields.integer("links that crossed"),
    },
    enrolments: fields.integer("enrolments"),
    starts: fields.integer("starts"),
  };
}

function profileOf(name: string, field: string): ProfileName {
  if (!Object.hasOwn(profiles, name)) throw wrongField(field, "a profile");
  return name as ProfileName;
}

/** `operator`: the operator's seed, bare or sealed. Secret. */
export const operatorFormat: StateFormat<SealedSeed> = {
  kind: "operator",
  encode: (kept) =>
    kept.sealed
      ? [
        "scrypt",
        kept.cost.n,
        kept.cost.r,
        kept.cost.p,
        kept.salt,
        kept.nonce,
        kept.box,
      ]
      : ["bare", kept.seed],
  decode(fields) {
    const protection = fields.text("protection");
    if (protection === "bare") {
      return { sealed: false, seed: fields.bytes("seed", 32) };
    }
    if (protection !== "scrypt") {
      throw new Flaw(`protection "${protection}" is unknown`, "wrong_version");
    }
    const n = fields.integer("n", costMax.n);
    if (n < 2 || (n & (n - 1)) !== 0) throw wrongField("n", "a power of two");
    const r = fields.integer("r", costMax.r);
    const p = fields.integer("p", costMax.p);
    if (r < 1 || p < 1) throw wrongField("r and p", "positive");
    return {
      sealed: true,
      cost: { n, r, p },
      salt: fields.bytes("salt", 16),
      nonce: fields.bytes("nonce", 12),
      box: fields.bytes("sealed seed", 48),
    };
  },
};

/** What could not be read back is not written. */
function atMost<T>(max: number, items: readonly T[]): readonly T[] {
  if (items.length <= max) return items;
  throw new RangeError(`Cannot keep ${items.length} items: at most ${max}`);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** `next_operator`: a key that is to become the operator's. Secret. */
export const nextOperatorFormat: StateFormat<SealedSeed> = {
  ...operatorFormat,
  kind: "next_operator",
};
