/**
 * Memberships that custodians renew by themselves, before they end.
 *
 * A membership is due when less than a third of its life is left. Custodians
 * take turns in an order drawn by hash (rendezvous hashing: Thaler & Ravishankar
 * 1998): the first at once, each further one `stepMs` later, so that one entry
 * is written and not one per custodian. A renewal grants the life that the
 * membership had. Custodians renew each other, nobody itself, and nobody who
 * was revoked, forked or muted, or has expired.
 *
 * A machine that has not been heard for `unheardMsMax` falls out. It is heard
 * while a link to it is open; and wherever it is in the mesh, by the time in
 * its card: whose own life runs out signs its card anew once a step.
 *
 * **Whose clock.** All of this is done only while this node's wall clock is
 * proven: it agrees with what it was when a link opened, which takes two clocks
 * within a minute (`gate.ts`). A custodian whose clock jumps ahead by years thus
 * renews nobody; nor would others take what it wrote before its time comes
 * (`roster.ts`), nor is anybody renewed whose card is from another year.
 *
 * Bounds: `perRoundMax` renewals a minute and `perDayMax` in 24 h; what is due
 * beyond waits for the next round, most urgent first.
 *
 * @module
 */
import { blake2s } from "@noble/hashes/blake2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { validMsMax } from "./entry_body.ts";
import type { NodeKeys } from "./keys.ts";
import type { NodeId } from "./node_id.ts";
import { ed25519Signer } from "./primitives/ed25519.ts";
import type { Roster } from "./roster.ts";
import type { Member } from "./member.ts";
import { writeCard, writeRenewal } from "./roster_entry.ts";

const dayMs = 86_400_000;
/** Part of a life that is left when it is due; as certificates are renewed. */
const dueShare = 1 / 3;
/** Longest step between two custodians' turns, and between two signs of life. */
const stepMsMax = dayMs;
/** In a third of a life ten custodians have their turn. Our choice. */
const stepShare = 1 / 30;
/** Our choice: longer than a holiday, shorter than a third of a year's life. */
const unheardMsMax = 21 * dayMs;
/** As far as clocks may differ when somebody joins. */
const clockSkewMsMax = 600_000;
const roundMs = 60_000;
const perRoundMax = 8;
/** 500 members with a life of a week come due 107 a day. */
const perDayMax = 128;

/** What renewing stands on. */
export interface RenewalOptions {
  readonly roster: Roster;
  /** The members to which a link is open. */
  readonly linked: () => Iterable<NodeId>;
  readonly isMuted?: (node: NodeId) => boolean;
}

/** A membership that is this node's to renew. */
export interface DueRenewal {
  readonly node: NodeId;
  /** The life to grant. */
  readonly validMs: number;
}

/** How long a membership was granted for. */
export function lifeOf({ notAfterMs, grantedAtMs }: Member): number {
  return Math.min(validMsMax, notAfterMs - grantedAtMs);
}

/** When a membership is due. */
export function dueAtMs(member: Member): number {
  return member.notAfterMs - lifeOf(member) * dueShare;
}

function stepOf(member: Member): number {
  return Math.min(stepMsMax, lifeOf(member) * stepShare);
}

/**
 * The memberships that the custodian `self` should renew now, those that end
 * first in front.
 *
 * @param heardMs When a member was last heard, wall clock milliseconds.
 */
export function dueRenewals(
  self: NodeId,
  roster: Roster,
  wallMs: number,
  heardMs: (member: Member) => number,
): DueRenewal[] {
  const active = roster.active(wallMs);
  const custodians = active.filter(({ custodian }) => custodian)
    .map(({ node }) => node);
  if (!custodians.includes(self)) return [];
  return active.filter((member) => {
    if (member.node === self || wallMs < dueAtMs(member)) return false;
    const unheardMs = wallMs - heardMs(member);
    const heard = unheardMs <= Math.min(unheardMsMax, lifeOf(member)) &&
      unheardMs >= -clockSkewMsMax;
    const turn = turnOf(self, member, custodians);
    return heard && wallMs >= dueAtMs(member) + turn * stepOf(member);
  }).sort((a, b) => a.notAfterMs - b.notAfterMs)
    .map((member) => ({ node: member.node, validMs: lifeOf(member) }));
}

/** The place of `self` among the custodians that may renew `member`. */
function turnOf(
  self: NodeId,
  member: Member,
  custodians: readonly NodeId[],
): number {
  const rank = (custodian: NodeId) =>
    blake2s(
      utf8ToBytes(`renew ${member.grantedAtMs} ${member.node} ${custodian}`),
      { dkLen: 8 },
    ).toHex();
  const own = rank(self);
  return custodians.filter((custodian) =>
    custodian !== member.node && custodian !== self && rank(custodian) < own
  ).length;
}

/** One node's part in renewing: its own sign of life, and others' renewals. */
export class RenewalKeeper {
  readonly #o: RenewalOptions;
  #keys: NodeKeys;
  /** Wall clock minus steady clock, when a link last opened. */
  #provenMs: number | undefined;
  #nextMs = -Infinity;
  /** Steady times of the renewals of the last 24 h. */
  #written: number[] = [];

  constructor(keys: NodeKeys, options: RenewalOptions) {
    this.#keys = keys;
    this.#o = options;
  }

  /** Signs with newer keys of this node from now on. */
  useKeys(keys: NodeKeys): void {
    this.#keys = keys;
  }

  /** A link opened, so both ends' clocks agree now. */
  proveClock(nowMs: number, wallMs: number): void {
    this.#provenMs = wallMs - nowMs;
  }

  /** The entries to write now, to be merged and spread. */
  entriesDue(nowMs: number, wallMs: number): Uint8Array[] {
    if (nowMs < this.#nextMs) return [];
    this.#nextMs = nowMs + roundMs;
    const linked = new Set(this.#o.linked());
    if (linked.size === 0 || !this.#isProven(nowMs, wallMs)) return [];
    return [
      ...this.#signOfLife(wallMs),
      ...this.#renewals(linked, nowMs, wallMs),
    ];
  }

  #isProven(nowMs: number, wallMs: number): boolean {
    return this.#provenMs !== undefined &&
      Math.abs(wallMs - nowMs - this.#provenMs) <= clockSkewMsMax;
  }

  #signOfLife(wallMs: number): Uint8Array[] {
    const { roster } = this.#o;
    const self = roster.member(this.#keys.node);
    const ours = self?.signingPublic.toHex() ===
      this.#keys.signing.public.toHex();
    if (!self || !ours || !roster.isActive(self.node, wallMs)) return [];
    const { cardSeq, certificate, addresses, name } = self;
    if (cardSeq < 0 || wallMs < dueAtMs(self)) return [];
    if (wallMs - cardMs(self) < stepOf(self)) return [];
    const seq = Math.max(cardSeq + 1, Math.floor(wallMs / 1_000));
    return [writeCard({
      meshId: roster.meshId,
      keys: this.#keys,
      seq,
      name,
      addresses,
      certificate: certificate ?? new Uint8Array(),
    })];
  }

  #renewals(
    linked: ReadonlySet<NodeId>,
    nowMs: number,
    wallMs: number,
  ): Uint8Array[] {
    const { roster, isMuted } = this.#o;
    this.#written = this.#written.filter((atMs) => nowMs - atMs < dayMs);
    const room = Math.min(perRoundMax, perDayMax - this.#written.length);
    const heardMs = (member: Member) =>
      linked.has(member.node) ? wallMs : cardMs(member);
    const due = dueRenewals(this.#keys.node, roster, wallMs, heardMs)
      .filter(({ node }) => !isMuted?.(node)).slice(0, Math.max(0, room));
    const signer = ed25519Signer(this.#keys.signing.seed);
    return due.map(({ node, validMs }) => {
      this.#written.push(nowMs);
      return writeRenewal({
        meshId: roster.meshId,
        signer,
        by: this.#keys.node,
        node,
        nowMs: wallMs,
        validMs,
      });
    });
  }
}

/** When a card was signed: its number counts seconds (see `StateStore`). */
function cardMs({ cardSeq }: Member): number {
  return cardSeq * 1_000;
}
