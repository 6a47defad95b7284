/**
 * Writes the entries of the roster by which the operator and custodians decide
 * about members and about each other's office. How nodes enter and stay is
 * written in `roster_entry.ts`; what decides, in `roster_fold.ts`.
 *
 * Writers trust their caller: they check what peers would refuse and throw a
 * `RangeError`, but not whether the signer has the right to say it.
 *
 * @module
 */
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import type { Authority } from "./entry_body.ts";
import { nodeField, seal } from "./entry_seal.ts";
import type { NodeId } from "./node_id.ts";
import type { Signer } from "./primitives/ed25519.ts";

/** Who says something about a node, and when. */
export interface Statement {
  /** 32 bytes. */
  readonly meshId: Uint8Array;
  /** The author's key. */
  readonly signer: Signer;
  /** In whose name it is said. */
  readonly by: Authority;
  /** Whom it is about. */
  readonly node: NodeId;
  /** Wall clock milliseconds; it is judged by what held then. */
  readonly nowMs: number;
}

/**
 * Ends a membership for good: at once if by the operator, else once enough
 * custodians have each said so.
 */
export function writeRevocation(o: Statement): Uint8Array {
  return writeAboutNode("revoke", o);
}

/**
 * Makes a member a custodian: at once if by the operator, else once enough
 * custodians have each said so within 30 days.
 */
export function writePromotion(o: Statement): Uint8Array {
  return writeAboutNode("promote", o);
}

/**
 * Ends a custodian's office, not its membership; counted like a promotion.
 * What it states under later dates counts for nothing.
 */
export function writeRetirement(o: Statement): Uint8Array {
  return writeAboutNode("retire", o);
}

/**
 * Gives the operator's office to the key `next`: by the operator itself, from
 * `nowMs` on; by custodians, once enough of them name the same key and the
 * same `sinceMs`, from then on.
 *
 * @param o.sinceMs At most `recoveryBackMsMax` before `nowMs`, its default.
 * @throws {RangeError} If `sinceMs` is out of bounds.
 */
export function writeSuccession(
  o: Omit<Statement, "node"> & {
    readonly next: Uint8Array;
    readonly sinceMs?: number;
  },
): Uint8Array {
  const body = [
    nodeField(o.by),
    o.signer.public,
    o.next,
    o.sinceMs ?? o.nowMs,
    o.nowMs,
  ];
  return seal("succeed", o.meshId, body, [["author", o.signer]]);
}

/**
 * States which entries of somebody who was put out are known; see
 * `Roster.statementsOf`.
 *
 * @param o.marks Of `statementMark`, in any order.
 * @throws {RangeError} If there are more than `acknowledgedMax`.
 */
export function writeAcknowledgement(
  o: Omit<Statement, "node"> & {
    readonly about: Authority;
    readonly marks: readonly string[];
  },
): Uint8Array {
  const marks = [...new Set(o.marks)].sort();
  const body = [
    nodeField(o.by),
    o.signer.public,
    nodeField(o.about),
    concatBytes(...marks.map(hexToBytes)),
    o.nowMs,
  ];
  return seal("acknowledge", o.meshId, body, [["author", o.signer]]);
}

/**
 * Calls a node something else than it calls itself, for everybody; the latest
 * such word counts. The operator's alone: names decide whom a command means.
 *
 * @throws {RangeError} If the name is out of bounds.
 */
export function writeName(
  o: Omit<Statement, "by"> & { readonly name: string },
): Uint8Array {
  const body = [
    nodeField("operator"),
    o.signer.public,
    hexToBytes(o.node),
    o.name,
    o.nowMs,
  ];
  return seal("name", o.meshId, body, [["author", o.signer]]);
}

function writeAboutNode(
  kind: "revoke" | "promote" | "retire",
  o: Statement,
): Uint8Array {
  const body = [
    nodeField(o.by),
    o.signer.public,
    hexToBytes(o.node),
    o.nowMs,
  ];
  return seal(kind, o.meshId, body, [["author", o.signer]]);
}
