/**
 * What each kind of roster entry says. Its fields are read in
 * `entry_fields.ts`; the layout is drawn in `entry_codec.ts`.
 *
 * @module
 */
import type { NodeId } from "./node_id.ts";

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
/** Bytes of a {@linkcode statementMark}. */
export const markBytes = 12;
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
export interface Admitted {
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
