/**
 * Who has said what about whom: one claim per node and subject, so that
 * repeating oneself never counts twice.
 *
 * Bounds: `claimsMax` claims. When full, the oldest claim without a vote makes
 * room for a vote; a claim without a vote is turned away. How many subjects a
 * signer may name is `signer_budget.ts`.
 *
 * @module
 */
import type { Address } from "../address.ts";
import {
  aheadMsMax,
  type Claim,
  freshMs,
  freshnessOf,
  isVote,
  rankOf,
} from "./evidence.ts";

/** 500 members (design §1) with 20 subjects each in an hour, and room for our own. */
export const claimsMax = 16_384;

/**
 * Who withdrew must have seen something a minute later to be heard again. Our
 * choice: claiming and withdrawing in turn would keep every kernel busy.
 */
const againMs = 60_000;

/** What became of a claim. */
export type Admission =
  /** The node's first word about the subject, or its first vote after words. */
  | "new"
  /** The same node again, with later evidence. */
  | "renewed"
  /** Nothing we did not know: a copy, an older claim, or words after a vote. */
  | "repeated"
  /** Too soon after the node's own withdrawal. */
  | "withdrawn"
  | "stale"
  | "future"
  | "full";

interface Standing<Node extends string> {
  /** Absent after a withdrawal. */
  readonly claim: Claim<Node> | undefined;
  /** Of the claim, or of the withdrawal. */
  readonly atMs: number;
}

/** Claims by subject and node. */
export class VoteTable<Node extends string = string> {
  readonly #bySubject = new Map<Address, Map<Node, Standing<Node>>>();
  #size = 0;

  /** Claims and withdrawals held. */
  get size(): number {
    return this.#size;
  }

  /** Subjects that somebody has named. */
  subjects(): IterableIterator<Address> {
    return this.#bySubject.keys();
  }

  /** Counts a claim, unless its time, its signer or our bounds forbid it. */
  admit(claim: Claim<Node>, wallMs: number): Admission {
    const freshness = freshnessOf(claim.atMs, wallMs);
    if (freshness !== "fresh") return freshness;
    const before = this.#bySubject.get(claim.subject)?.get(claim.node);
    if (before === undefined) {
      if (this.#size >= claimsMax && !this.#makeRoom(claim, wallMs)) {
        return "full";
      }
      this.#set(claim.subject, claim.node, { claim, atMs: claim.atMs });
      return "new";
    }
    if (before.claim === undefined) {
      if (claim.atMs <= before.atMs + againMs) return "withdrawn";
      this.#set(claim.subject, claim.node, { claim, atMs: claim.atMs });
      return "new";
    }
    const was = before.claim;
    const stale = freshnessOf(was.atMs, wallMs) !== "fresh";
    const weaker = rankOf(claim.evidence) < rankOf(was.evidence);
    // A node cannot take a fresh vote back by saying less: that is `withdraw`.
    if (!stale && weaker) return "repeated";
    const stronger = isVote(claim.evidence) && !isVote(was.evidence);
    if (claim.atMs <= was.atMs && !stronger) return "repeated";
    this.#set(claim.subject, claim.node, { claim, atMs: claim.atMs });
    return stronger || stale ? "new" : "renewed";
  }

  /**
   * A node takes back what it said up to `atMs`. Remembered while such a claim
   * could still arrive late.
   *
   * @returns The claim that no longer stands.
   */
  withdraw(
    node: Node,
    subject: Address,
    atMs: number,
    wallMs: number,
  ): Claim<Node> | undefined {
    if (freshnessOf(atMs, wallMs) !== "fresh") return undefined;
    const before = this.#bySubject.get(subject)?.get(node);
    // With nothing to withdraw there is no entry, so that withdrawals alone
    // cannot fill the table; the late claim they would stop lives 10 minutes.
    if (before === undefined || before.atMs > atMs) return undefined;
    this.#set(subject, node, { claim: undefined, atMs });
    return before.claim;
  }

  /** Forgets what was seen up to `atMs`: an operator has judged it. */
  dismiss(subject: Address | "all", atMs: number): void {
    const subjects = subject === "all" ? [...this.subjects()] : [subject];
    for (const each of subjects) {
      for (const [node, standing] of this.#bySubject.get(each) ?? []) {
        if (standing.atMs <= atMs) this.#delete(each, node);
      }
    }
  }

  /** Forgets everything a node said, because it is no member any more. */
  forget(node: Node): Address[] {
    const named: Address[] = [];
    for (const subject of [...this.subjects()]) {
      if (this.#bySubject.get(subject)?.has(node)) {
        this.#delete(subject, node);
        named.push(subject);
      }
    }
    return named;
  }

  /** Claims about `subject` that may be counted now, in order of node id. */
  fresh(subject: Address, wallMs: number): Claim<Node>[] {
    const claims: Claim<Node>[] = [];
    for (const { claim } of this.#bySubject.get(subject)?.values() ?? []) {
      if (claim && freshnessOf(claim.atMs, wallMs) === "fresh") {
        claims.push(claim);
      }
    }
    return claims.sort((a, b) => a.node < b.node ? -1 : 1);
  }

  /** Drops what can no longer count. */
  expire(wallMs: number): void {
    for (const [subject, nodes] of [...this.#bySubject]) {
      for (const [node, { atMs }] of [...nodes]) {
        const live = wallMs - atMs <= freshMs && atMs - wallMs <= aheadMsMax;
        if (!live) this.#delete(subject, node);
      }
    }
  }

  #makeRoom(claim: Claim<Node>, wallMs: number): boolean {
    this.expire(wallMs);
    if (this.#size < claimsMax) return true;
    if (!isVote(claim.evidence)) return false;
    let oldest: { subject: Address; node: Node; atMs: number } | undefined;
    for (const [subject, nodes] of this.#bySubject) {
      for (const [node, { claim: held, atMs }] of nodes) {
        if (held && isVote(held.evidence)) continue;
        if (!oldest || atMs < oldest.atMs) oldest = { subject, node, atMs };
      }
    }
    if (oldest) this.#delete(oldest.subject, oldest.node);
    return oldest !== undefined;
  }

  #set(subject: Address, node: Node, standing: Standing<Node>): void {
    let nodes = this.#bySubject.get(subject);
    if (!nodes) this.#bySubject.set(subject, nodes = new Map());
    if (!nodes.has(node)) this.#size++;
    nodes.set(node, standing);
  }

  #delete(subject: Address, node: Node): void {
    const nodes = this.#bySubject.get(subject);
    if (!nodes?.delete(node)) return;
    this.#size--;
    if (nodes.size === 0) this.#bySubject.delete(subject);
  }
}
