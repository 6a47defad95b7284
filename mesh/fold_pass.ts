/**
 * One pass over the entries of a roster in the order of the times they state.
 * Each is judged by what held at its time, so the outcome depends on the set of
 * entries and on nothing else.
 *
 * Clocks of honest nodes differ by some minutes, so a statement may be dated
 * before its author's own admission. It is put aside until its author enters,
 * and is judged then.
 *
 * @module
 */
import { hexToBytes } from "@noble/hashes/utils.js";
import {
  type Authority,
  type CardBody,
  type Entry,
  type InviteBody,
  type KeyHex,
  statementMark,
} from "./entry_body.ts";
import type { EntryOf, EntryTable, TimedEntry } from "./entry_table.ts";
import { type NodeId, nodeIdOf } from "./node_id.ts";
import type {
  KeyGeneration,
  NodeState,
  PendingVote,
  RosterState,
  StatementRef,
} from "./roster_state.ts";
import { VoteTally } from "./vote_tally.ts";

/** How long a rotated key goes on counting: messages still on their way. */
export const overlapMs = 24 * 3_600_000;
/** Votes on an office count together for so long. Our choice. */
const officeVoteMs = 30 * 86_400_000;

/** A time from which on another key is the operator's, by custodians' vote. */
export interface Recovery {
  readonly sinceMs: number;
  readonly operator: KeyHex;
  /** Marks of what stays of earlier operator keys; all where undefined. */
  readonly known: ReadonlySet<string> | undefined;
}

/** What is taken as given in a pass. */
export interface World {
  /** In the order of their times. */
  readonly recoveries: readonly Recovery[];
  /** Of revoked custodians: marks of what stays of them. */
  readonly known: ReadonlyMap<NodeId, ReadonlySet<string>>;
  /** Whether the operator can revoke and retire. */
  readonly operatorRemoves: boolean;
  /** Bytes of a node id that must be unlike all others'. */
  readonly prefixBytes: number;
}

/** Votes for one next operator from one time on. */
export interface Election {
  readonly next: KeyHex;
  readonly sinceMs: number;
  readonly voters: Set<NodeId>;
}

type Role = EntryOf<"promote" | "retire">;

/** The pass, done when constructed; later entries may be appended. */
export class FoldPass {
  readonly #table: EntryTable;
  readonly #world: World;
  readonly #nodes = new Map<NodeId, NodeState>();
  /** Every signing and Noise key in a chain, and whose it is. */
  readonly #owners = new Map<KeyHex, NodeId>();
  readonly #prefixes = new Set<string>();
  readonly #rotations: ReadonlyMap<KeyHex, readonly EntryOf<"rotate">[]>;
  readonly #invites: Map<KeyHex, EntryOf<"invite">[]>;
  readonly #used = new Set<KeyHex>();
  readonly #counted = new Set<string>();
  readonly #statements = new Map<Authority, StatementRef[]>();
  readonly #custodians = new Set<NodeId>();
  /** Offices given or taken, for those not admitted yet, too. */
  readonly #offices = new Map<NodeId, { atMs: number; held: boolean }[]>();
  readonly #revoked = new Map<NodeId, number>();
  /** Names that the operator gave, to those not admitted yet, too. */
  readonly #names = new Map<NodeId, string>();
  readonly #tally = new VoteTally();
  readonly #elections = new Map<string, Election>();
  readonly #marks = new Map<string, Set<string>>();
  readonly #acknowledged = new Map<Authority, Set<string>>();
  /** Statements of authors not admitted yet, by node or signing key. */
  readonly #aside = new Map<string, TimedEntry[]>();
  /** The latest that was judged. */
  #last: TimedEntry | undefined;
  #operator: KeyHex | undefined;
  #recovered = 0;

  constructor(table: EntryTable, world: World) {
    this.#table = table;
    this.#world = world;
    this.#rotations = Map.groupBy(table.of("rotate"), ({ old }) => old);
    this.#invites = Map.groupBy(table.of("invite"), (i) => i.inviteId);
    const found = table.of("found")[0];
    if (!found) return;
    this.#operator = found.operator;
    this.#enter(found, [], {
      admittedBy: "operator",
      custodian: true,
      observer: false,
    });
    for (const entry of table.timed()) {
      this.#judge(entry, entry.issuedAtMs);
      this.#last = entry;
    }
    this.#recoverUntil(Infinity);
  }

  /** Votes of custodians for a next operator. */
  get elections(): Iterable<Election> {
    return this.#elections.values();
  }

  /** Marks of what is acknowledged, by whose statements they are. */
  get acknowledged(): ReadonlyMap<Authority, ReadonlySet<string>> {
    return this.#acknowledged;
  }

  /** Ids of the custodians' votes on an operator that count here. */
  get votesOnOperator(): readonly string[] {
    const known = this.#table.of("acknowledge")
      .filter(({ about }) => about === "operator");
    return [...this.#table.of("succeed"), ...known]
      .filter(({ id, by }) => by !== "operator" && this.#counted.has(id))
      .map(({ id }) => id);
  }

  /** Who was put out. */
  isRevoked(node: NodeId): boolean {
    return this.#revoked.has(node);
  }

  /** Custodians in office at a time, whatever happened later. */
  custodiansAt(atMs: number): ReadonlySet<NodeId> {
    const held = new Set<NodeId>();
    for (const node of this.#nodes.keys()) {
      const until = (this.#offices.get(node) ?? [])
        .filter((office) => office.atMs <= atMs);
      if (until.at(-1)?.held) held.add(node);
    }
    return held;
  }

  /** What all of it means. */
  finish(): RosterState {
    for (const card of this.#table.of("card")) this.#placeCard(card);
    return this.#state();
  }

  /**
   * Takes one more entry, where that comes to the same as a pass over all.
   *
   * @returns What all of it means now and whom it touched; undefined where
   * another pass is needed.
   */
  append(
    entry: Entry,
  ): { state: RosterState; touched: NodeId | undefined } | undefined {
    if (this.#operator === undefined) return undefined;
    switch (entry.kind) {
      case "card":
        return { state: this.#state(), touched: this.#placeCard(entry) };
      case "invite": {
        const { inviteId } = entry;
        const awaited = this.#table.of("admit")
          .some((admission) => admission.inviteId === inviteId);
        if (awaited) return undefined;
        const rivals = this.#invites.get(inviteId) ?? [];
        this.#invites.set(inviteId, [...rivals, entry]);
        return { state: this.#state(), touched: undefined };
      }
      case "renew":
      case "revoke":
      case "promote":
      case "retire":
      case "name":
        if (this.#last && !isLater(entry, this.#last)) return undefined;
        this.#judge(entry, entry.issuedAtMs);
        this.#last = entry;
        return { state: this.#state(), touched: entry.node };
      default:
        return undefined;
    }
  }

  #state(): RosterState {
    for (const [inviteId, invites] of this.#invites) {
      if (!this.#used.has(inviteId)) this.#countOpen(invites);
    }
    return {
      operator: this.#operator,
      nodes: this.#nodes,
      counted: this.#counted,
      pending: [...this.#pending()],
      statements: this.#statements,
    };
  }

  /** An invite that was not used counts as long as its author may invite. */
  #countOpen(invites: readonly EntryOf<"invite">[]): void {
    for (const { by, key, id } of invites) {
      const open = by === "operator"
        ? key === this.#operator
        : this.#custodians.has(by) && this.#ownsKey(by, key);
      if (open) this.#counted.add(id);
      else this.#counted.delete(id);
    }
  }

  #judge(entry: TimedEntry, atMs: number): void {
    this.#recoverUntil(atMs);
    if (entry.kind === "admit") return this.#admit(entry, atMs);
    const { by, key } = entry;
    if (by !== "operator" && !this.#nodes.has(by)) {
      return this.#putAside(by, entry);
    }
    if (!this.#mayAct(by, key, atMs) || this.#isVoid(by, entry.id, atMs)) {
      return;
    }
    if (entry.kind === "renew" && !this.#nodes.has(entry.node)) {
      return this.#putAside(entry.node, entry);
    }
    if (entry.kind === "renew" && entry.by === entry.node) return;
    if (entry.kind === "name" && by !== "operator") return;
    this.#counted.add(entry.id);
    this.#note(by, entry);
    switch (entry.kind) {
      case "renew":
        return this.#renew(entry);
      case "revoke":
        return this.#revoke(entry, atMs);
      case "promote":
      case "retire":
        return this.#giveOffice(entry, atMs);
      case "succeed":
        return this.#succeed(entry);
      case "acknowledge":
        return this.#acknowledge(entry, atMs);
      case "name":
        return this.#giveName(entry);
    }
  }

  #putAside(until: string, entry: TimedEntry): void {
    const waiting = this.#aside.get(until);
    if (waiting) waiting.push(entry);
    else this.#aside.set(until, [entry]);
  }

  #recoverUntil(atMs: number): void {
    const { recoveries } = this.#world;
    for (;;) {
      const next = recoveries[this.#recovered];
      if (!next || next.sinceMs > atMs) return;
      this.#operator = next.operator;
      this.#recovered++;
    }
  }

  /** Remembers on whose word an entry rests. */
  #note(by: Authority, entry: TimedEntry): void {
    const untilMs = entry.kind === "renew" ? entry.notAfterMs : undefined;
    const list = this.#statements.get(by);
    const ref = { id: entry.id, statedMs: entry.issuedAtMs, untilMs };
    if (list) list.push(ref);
    else this.#statements.set(by, [ref]);
  }

  /** Whether an entry is none of those that were known of a removed author. */
  #isVoid(by: Authority, id: string, atMs: number): boolean {
    const mark = statementMark(id);
    if (by !== "operator") {
      return this.#world.known.get(by)?.has(mark) === false;
    }
    return this.#world.recoveries.some(({ sinceMs, known }) =>
      atMs < sinceMs && known?.has(mark) === false
    );
  }

  // Who enters

  #admit(entry: EntryOf<"admit">, atMs: number): void {
    const { inviteId, countersigner } = entry;
    if (this.#used.has(inviteId) || countersigner === undefined) return;
    const invites = this.#invites.get(inviteId) ?? [];
    const at = this.#owners.get(countersigner);
    if (at === undefined) return this.#putAside(countersigner, entry);
    if (this.#isVoid(at, entry.id, atMs)) return;
    const valid = invites.filter((invite) =>
      this.#stands(invite, entry, at, atMs)
    );
    const [first] = valid;
    if (!first) {
      const unknown = invites.find(({ by }) =>
        by !== "operator" && !this.#nodes.has(by)
      );
      if (unknown) this.#putAside(unknown.by, entry);
      return;
    }
    const custodian = valid.some((invite) =>
      invite.custodian && invite.by === "operator"
    );
    // Who forges an invite beside another's can mute nobody by it.
    const observer = valid.every((invite) => invite.observer);
    const admittedBy = first.by;
    if (!this.#enter(entry, valid, { admittedBy, custodian, observer })) return;
    this.#used.add(inviteId);
    this.#note(first.by, entry);
    if (at !== first.by) this.#note(at, entry);
    const node = this.#owners.get(entry.signing)!;
    this.#recall(node, atMs);
    for (const { signing } of this.#nodes.get(node)!.chain) {
      this.#recall(signing, atMs);
    }
  }

  /** Judges what was put aside for somebody who is here now. */
  #recall(until: string, atMs: number): void {
    const waiting = this.#aside.get(until) ?? [];
    this.#aside.delete(until);
    for (const entry of waiting) this.#judge(entry, atMs);
  }

  /** Whether `invite` lets `admission` in, countersigned by the member `at`. */
  #stands(
    invite: InviteBody,
    admission: EntryOf<"admit">,
    at: NodeId,
    atMs: number,
  ): boolean {
    const countersigner = admission.countersigner!;
    const { issuedAtMs, notAfterMs } = admission;
    if (issuedAtMs > invite.expiresAtMs) return false;
    if (notAfterMs - issuedAtMs > (invite.validMs ?? Infinity)) return false;
    if (!this.#mayAct(invite.by, invite.key, atMs)) return false;
    if (this.#isVoid(invite.by, admission.id, atMs)) return false;
    const named = invite.at ??
      (invite.by === "operator" ? undefined : invite.by);
    return named === undefined
      ? this.#mayAct(at, countersigner, atMs)
      : named === at && this.#isMemberKey(at, countersigner, atMs);
  }

  /** Takes a node in, unless its id, prefix or keys are another's. */
  #enter(
    entry: EntryOf<"found" | "admit">,
    invites: readonly EntryOf<"invite">[],
    { admittedBy, custodian, observer }: {
      readonly admittedBy: Authority;
      readonly custodian: boolean;
      readonly observer: boolean;
    },
  ): boolean {
    const node = nodeIdOf(hexToBytes(entry.signing));
    const prefix = node.slice(0, this.#world.prefixBytes * 2);
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
      givenName: this.#names.get(node),
      observer,
      admittedBy,
      custodian: false,
      chain,
      forked,
      notAfterMs: entry.notAfterMs,
      grantedAtMs: entry.issuedAtMs,
      revokedAtMs: this.#revoked.get(node),
      card: undefined,
    });
    const offices = this.#offices.get(node) ?? [];
    if (custodian) offices.unshift({ atMs: entry.issuedAtMs, held: true });
    this.#offices.set(node, offices);
    this.#settleOffice(node);
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

  // Who may say something

  /** Whether `key` may speak as operator or as the custodian `by` at a time. */
  #mayAct(by: Authority, key: KeyHex, atMs: number): boolean {
    if (by === "operator") return key === this.#operator;
    return this.#custodians.has(by) && this.#isMemberKey(by, key, atMs);
  }

  #ownsKey(node: NodeId, key: KeyHex): boolean {
    return this.#nodes.get(node)?.chain
      .some(({ signing }) => signing === key) ?? false;
  }

  /** Whether `key` was in use by the member `node` at a time. */
  #isMemberKey(node: NodeId, key: KeyHex, atMs: number): boolean {
    const state = this.#nodes.get(node);
    if (!state || atMs > state.notAfterMs) return false;
    if (state.revokedAtMs !== undefined) return false;
    const generation = state.chain.findIndex(({ signing }) => signing === key);
    const next = state.chain[generation + 1];
    return generation >= 0 && (!next || atMs <= next.sinceMs + overlapMs);
  }

  // What is said

  #renew({ node, issuedAtMs, notAfterMs }: EntryOf<"renew">): void {
    const state = this.#nodes.get(node)!;
    if (notAfterMs <= state.notAfterMs) return;
    state.notAfterMs = notAfterMs;
    state.grantedAtMs = issuedAtMs;
  }

  #revoke({ by, node, kind }: EntryOf<"revoke">, atMs: number): void {
    if (by === "operator" && !this.#world.operatorRemoves) return;
    if (this.#revoked.has(node)) return;
    if (!this.#isDecided(kind, by, node, atMs, Infinity)) return;
    this.#revoked.set(node, atMs);
    const state = this.#nodes.get(node);
    if (state) state.revokedAtMs = atMs;
    this.#setOffice(node, atMs, false);
  }

  #giveOffice({ by, node, kind }: Role, atMs: number): void {
    const gives = kind === "promote";
    if (by === "operator" && !gives && !this.#world.operatorRemoves) return;
    if (!this.#isDecided(kind, by, node, atMs, officeVoteMs)) return;
    this.#setOffice(node, atMs, gives);
  }

  #giveName({ node, name }: EntryOf<"name">): void {
    this.#names.set(node, name);
    const state = this.#nodes.get(node);
    if (state) state.givenName = name;
  }

  /** Whether this word decides: the operator's, or the last of enough votes. */
  #isDecided(
    kind: "revoke" | "promote" | "retire",
    by: Authority,
    node: NodeId,
    atMs: number,
    forMs: number,
  ): boolean {
    const subject = `${kind} ${node}`;
    if (by !== "operator") {
      // Nobody has a say about itself.
      if (by === node) return false;
      const { voters, needed } = this.#tally.cast(subject, {
        by,
        atMs,
        forMs,
        custodians: this.#custodians,
      });
      if (voters.size < needed) return false;
    }
    this.#tally.close(subject);
    return true;
  }

  #setOffice(node: NodeId, atMs: number, held: boolean): void {
    const offices = this.#offices.get(node) ?? [];
    offices.push({ atMs, held });
    this.#offices.set(node, offices);
    for (const kind of ["promote", "retire"]) {
      this.#tally.close(`${kind} ${node}`);
    }
    this.#settleOffice(node);
  }

  #settleOffice(node: NodeId): void {
    const state = this.#nodes.get(node);
    if (!state) return;
    const held = this.#offices.get(node)?.at(-1)?.held ?? false;
    state.custodian = held && !this.#revoked.has(node);
    if (state.custodian) this.#custodians.add(node);
    else this.#custodians.delete(node);
  }

  #succeed({ by, next, sinceMs, issuedAtMs }: EntryOf<"succeed">): void {
    if (by === "operator") {
      // Its own word cannot reach back.
      if (sinceMs === issuedAtMs) this.#operator = next;
      return;
    }
    const name = `${sinceMs} ${next}`;
    const election = this.#elections.get(name) ??
      { next, sinceMs, voters: new Set<NodeId>() };
    election.voters.add(by);
    this.#elections.set(name, election);
  }

  #acknowledge(entry: EntryOf<"acknowledge">, atMs: number): void {
    const { by, about, kind, marks } = entry;
    if (by === about) return;
    const subject = `${kind} ${about}`;
    const known = this.#marks.get(subject) ?? new Set<string>();
    for (const mark of marks) known.add(mark);
    this.#marks.set(subject, known);
    if (by !== "operator") {
      const { voters, needed } = this.#tally.cast(subject, {
        by,
        atMs,
        forMs: Infinity,
        custodians: this.#custodians,
      });
      if (voters.size < needed) return;
    }
    this.#acknowledged.set(about, known);
  }

  /** A card by newer keys beats older keys', then the highest number. */
  #placeCard(card: EntryOf<"card">): NodeId | undefined {
    const node = this.#owners.get(card.signing);
    const state = node && this.#nodes.get(node);
    if (!state) return undefined;
    const rank = ({ signing }: CardBody) =>
      state.chain.findIndex((keys) => keys.signing === signing);
    if (rank(card) < 0) return undefined;
    const held = state.card;
    if (held) {
      const newer = rank(card) - rank(held) || card.seq - held.seq;
      if (newer <= 0) return undefined;
      this.#counted.delete(held.id);
    }
    state.card = card;
    this.#counted.add(card.id);
    return node;
  }

  *#pending(): Generator<PendingVote> {
    const open = this.#tally.open(this.#custodians);
    for (const { subject, standing } of open) {
      const [what = "", about = ""] = subject.split(" ");
      if (what !== "revoke" && what !== "promote" && what !== "retire") {
        continue;
      }
      yield { what, about, sinceMs: undefined, ...standing };
    }
  }
}

function isLater(a: TimedEntry, b: TimedEntry): boolean {
  return a.issuedAtMs > b.issuedAtMs ||
    (a.issuedAtMs === b.issuedAtMs && a.id > b.id);
}
