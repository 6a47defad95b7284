/**
 * What a set of roster entries means: a pure fold, so that everybody who holds
 * the same entries sees the same members, whatever the order they came in.
 *
 * The rules, in the order they are applied:
 *
 * 1. The `found` entry names the operator and the first custodian.
 * 2. The operator's revocations count at once. A custodian's counts from its
 *    stated time on together with those of others: as soon as more than half
 *    of all custodians, and at least two, have revoked a node (design §7:
 *    t = f+1 of n ≥ 2f+1). Votes of custodians that were revoked by then do not.
 * 3. An admission counts when a valid invite stands behind it, the proper
 *    member countersigned it, and its time is before the invite's end, before
 *    the end of membership of author and countersigner, and before their
 *    revocation. The time is the joiner's, which the countersigner confirmed;
 *    the reader's clock plays no part. One invite admits one node, one node
 *    enters once: the earliest wins, then the smaller entry id.
 * 4. A node whose key, or whose 8-byte prefix, another node already has is
 *    refused.
 * 5. Rotations lead from key to key. Two different rotations of one key prove
 *    that it was copied: the chain ends there and the member is *forked*, which
 *    cuts it off until it joins anew.
 * 6. Renewals by the operator, or by another custodian that was a member at the
 *    stated time, extend a membership.
 *
 * What a custodian signs is judged by the time it states, so one that was
 * revoked can still date entries back; what it gives away that way ends
 * `validMsMax` after its revocation at the latest.
 *
 * @module
 */
import { hexToBytes } from "@noble/hashes/utils.js";
import type {
  AdmitBody,
  Authority,
  CardBody,
  Entry,
  InviteBody,
  KeyHex,
  RenewBody,
} from "./entry_body.ts";
import { type EntryOf, EntryTable } from "./entry_table.ts";
import { type NodeId, nodeIdOf, nodePrefixBytes } from "./node_id.ts";
import type { KeyGeneration, NodeState, RosterState } from "./roster_state.ts";

/** How long a rotated key goes on counting: messages still on their way. */
export const overlapMs = 24 * 3_600_000;

/**
 * Folds a set of entries, given once each.
 *
 * @param prefixBytes Bytes of a node id that must be unlike all others'; tests
 * shorten them to make a collision.
 */
export function foldRoster(
  entries: Iterable<Entry>,
  prefixBytes: number = nodePrefixBytes,
): RosterState {
  const table = new EntryTable(entries);
  const byOperator = new Map<NodeId, number>();
  const operator = table.of("found")[0]?.operator;
  for (const revocation of table.of("revoke")) {
    const { by, key, node } = revocation;
    if (by === "operator" && key === operator && !byOperator.has(node)) {
      byOperator.set(node, revocation.issuedAtMs);
    }
  }
  // Who may vote on revocations must not depend on the votes, so members are
  // found twice: without the custodians' votes, and with them.
  const before = new Fold(table, byOperator, prefixBytes);
  const revoked = countVotes(table.of("revoke"), before, byOperator);
  if (revoked === byOperator) return before.finish();
  return new Fold(table, revoked, prefixBytes).finish();
}

/** Adds to the operator's revocations those that enough custodians share. */
function countVotes(
  revocations: readonly EntryOf<"revoke">[],
  fold: Fold,
  byOperator: ReadonlyMap<NodeId, number>,
): ReadonlyMap<NodeId, number> {
  let revoked = byOperator;
  const needed = Math.max(2, Math.floor(fold.custodians / 2) + 1);
  const votes = new Map<NodeId, Set<NodeId>>();
  for (const { by, key, node, issuedAtMs } of revocations) {
    if (by === "operator" || !fold.isCustodianKey(by, key)) continue;
    if ((revoked.get(by) ?? Infinity) < issuedAtMs) continue;
    const voters = votes.get(node) ?? new Set();
    votes.set(node, voters.add(by));
    if (voters.size >= needed && (revoked.get(node) ?? Infinity) > issuedAtMs) {
      revoked = new Map(revoked).set(node, issuedAtMs);
    }
  }
  return revoked;
}

/** One pass over the entries under given revocations. */
class Fold {
  readonly #table: EntryTable;
  readonly #revoked: ReadonlyMap<NodeId, number>;
  readonly #prefixBytes: number;
  readonly #operator: KeyHex | undefined;
  readonly #nodes = new Map<NodeId, NodeState & { readonly baseMs: number }>();
  /** Every signing and Noise key in a chain, and whose it is. */
  readonly #owners = new Map<KeyHex, NodeId>();
  readonly #prefixes = new Set<string>();
  readonly #rotations: ReadonlyMap<KeyHex, readonly EntryOf<"rotate">[]>;
  readonly #counted = new Set<string>();

  constructor(
    table: EntryTable,
    revoked: ReadonlyMap<NodeId, number>,
    prefixBytes: number,
  ) {
    this.#table = table;
    this.#revoked = revoked;
    this.#prefixBytes = prefixBytes;
    this.#rotations = Map.groupBy(table.of("rotate"), ({ old }) => old);
    const found = table.of("found")[0];
    this.#operator = found?.operator;
    if (!found) return;
    this.#enter(found, [], "operator", true);
    this.#admitAll();
  }

  /** Custodians ever made, revoked ones included. */
  get custodians(): number {
    let count = 0;
    for (const { custodian } of this.#nodes.values()) if (custodian) count++;
    return count;
  }

  /** Whether `key` is or was a signing key of the custodian `node`. */
  isCustodianKey(node: NodeId, key: KeyHex): boolean {
    const state = this.#nodes.get(node);
    return state !== undefined && state.custodian &&
      state.chain.some(({ signing }) => signing === key);
  }

  /** The state, once nobody else can enter. */
  finish(): RosterState {
    this.#renewAll();
    for (const card of this.#table.of("card")) this.#placeCard(card);
    for (const [node, atMs] of this.#revoked) {
      const state = this.#nodes.get(node);
      if (state) state.revokedAtMs = atMs;
    }
    this.#countStatements();
    return {
      operator: this.#operator,
      nodes: this.#nodes,
      counted: this.#counted,
    };
  }

  /** Admits until nobody new enters: custodians admit others in turn. */
  #admitAll(): void {
    const invites = Map.groupBy(this.#table.of("invite"), (i) => i.inviteId);
    const used = new Set<KeyHex>();
    for (let entered = true; entered;) {
      entered = false;
      this.#renewAll();
      for (const admission of this.#table.of("admit")) {
        const { inviteId } = admission;
        if (used.has(inviteId)) continue;
        const valid = (invites.get(inviteId) ?? [])
          .filter((invite) => this.#stands(invite, admission));
        const first = valid[0];
        if (!first) continue;
        const custodian = valid.some((invite) =>
          invite.custodian && invite.by === "operator"
        );
        if (!this.#enter(admission, valid, first.by, custodian)) continue;
        used.add(inviteId);
        entered = true;
      }
    }
  }

  /** Whether `invite` lets `admission` in. */
  #stands(invite: InviteBody, admission: AdmitBody): boolean {
    const { countersigner, issuedAtMs } = admission;
    if (countersigner === undefined || issuedAtMs > invite.expiresAtMs) {
      return false;
    }
    if (!this.#mayAct(invite.by, invite.key, issuedAtMs)) return false;
    const node = this.#owners.get(countersigner);
    if (node === undefined) return false;
    const at = invite.at ?? (invite.by === "operator" ? undefined : invite.by);
    return at === undefined
      ? this.#mayAct(node, countersigner, issuedAtMs)
      : at === node && this.#isMemberKey(node, countersigner, issuedAtMs);
  }

  /** Whether `key` may speak as operator or as the custodian `by` at a time. */
  #mayAct(by: Authority, key: KeyHex, atMs: number): boolean {
    if (by === "operator") return key === this.#operator;
    return this.#nodes.get(by)?.custodian === true &&
      this.#isMemberKey(by, key, atMs);
  }

  /** Whether `key` was in use by the member `node` at a time. */
  #isMemberKey(node: NodeId, key: KeyHex, atMs: number): boolean {
    const state = this.#nodes.get(node);
    if (!state || atMs > state.notAfterMs) return false;
    if (atMs > (this.#revoked.get(node) ?? Infinity)) return false;
    const generation = state.chain.findIndex(({ signing }) => signing === key);
    const next = state.chain[generation + 1];
    return generation >= 0 && (!next || atMs <= next.sinceMs + overlapMs);
  }

  /** Takes a node in, unless its id, prefix or keys are another's. */
  #enter(
    entry: EntryOf<"found" | "admit">,
    invites: readonly EntryOf<"invite">[],
    admittedBy: Authority,
    custodian: boolean,
  ): boolean {
    const node = nodeIdOf(hexToBytes(entry.signing));
    const prefix = node.slice(0, this.#prefixBytes * 2);
    if (this.#prefixes.has(prefix)) return false;
    if (this.#owners.has(entry.signing) || this.#owners.has(entry.noise)) {
      return false;
    }
    this.#prefixes.add(prefix);
    for (const invite of invites) this.#counted.add(invite.id);
    this.#counted.add(entry.id);
    const { chain, forked } = this.#followRotations(node, {
      signing: entry.signing,
      noise: entry.noise,
      sinceMs: entry.issuedAtMs,
    });
    this.#nodes.set(node, {
      node,
      name: entry.name,
      admittedBy,
      custodian,
      chain,
      forked,
      baseMs: entry.notAfterMs,
      notAfterMs: entry.notAfterMs,
      revokedAtMs: undefined,
      card: undefined,
    });
    return true;
  }

  #followRotations(
    node: NodeId,
    first: KeyGeneration,
  ): { chain: KeyGeneration[]; forked: boolean } {
    const chain = [first];
    this.#own(node, first);
    for (let current = first;;) {
      const candidates = (this.#rotations.get(current.signing) ?? [])
        .filter((rotation) => rotation.generation === chain.length);
      const rotation = candidates[0];
      if (!rotation) return { chain, forked: false };
      for (const { id } of candidates) this.#counted.add(id);
      const same = candidates.every(({ signing, noise }) =>
        signing === rotation.signing && noise === rotation.noise
      );
      const { signing, noise, issuedAtMs } = rotation;
      const taken = this.#owners.has(signing) || this.#owners.has(noise);
      if (!same || taken) return { chain, forked: true };
      current = { signing, noise, sinceMs: issuedAtMs };
      chain.push(current);
      this.#own(node, current);
    }
  }

  #own(node: NodeId, keys: KeyGeneration): void {
    this.#owners.set(keys.signing, node).set(keys.noise, node);
  }

  /** Works out how long each membership lasts, renewals in order of time. */
  #renewAll(): void {
    for (const state of this.#nodes.values()) state.notAfterMs = state.baseMs;
    for (const renewal of this.#table.of("renew")) {
      const state = this.#nodes.get(renewal.node);
      if (!state || !this.#mayRenew(renewal)) continue;
      state.notAfterMs = Math.max(state.notAfterMs, renewal.notAfterMs);
    }
  }

  #mayRenew({ by, key, node, issuedAtMs }: RenewBody): boolean {
    return by !== node && this.#mayAct(by, key, issuedAtMs);
  }

  /** A card by newer keys beats older keys', then the highest number. */
  #placeCard(card: EntryOf<"card">): void {
    const node = this.#owners.get(card.signing);
    const state = node && this.#nodes.get(node);
    if (!state) return;
    const rank = ({ signing }: CardBody) =>
      state.chain.findIndex((keys) => keys.signing === signing);
    if (rank(card) < 0) return;
    this.#counted.add(card.id);
    const held = state.card;
    if (
      !held || rank(card) > rank(held) ||
      (rank(card) === rank(held) && card.seq > held.seq)
    ) {
      state.card = card;
    }
  }

  /** Marks what known authors say, whether or not it had an effect yet. */
  #countStatements(): void {
    for (const invite of this.#table.of("invite")) {
      const open = invite.by === "operator" || !this.#revoked.has(invite.by);
      if (open && this.#mayAct(invite.by, invite.key, 0)) {
        this.#counted.add(invite.id);
      }
    }
    for (const renewal of this.#table.of("renew")) {
      if (this.#mayRenew(renewal)) this.#counted.add(renewal.id);
    }
    for (const { id, by, key } of this.#table.of("revoke")) {
      const known = by === "operator"
        ? key === this.#operator
        : this.isCustodianKey(by, key);
      if (known) this.#counted.add(id);
    }
  }
}
