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
import { isInUse, KeyChains } from "./key_chain.ts";
import { type NodeId, nodeIdOf } from "./node_id.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { Offices } from "./offices.ts";
import type {
  NodeState,
  PendingVote,
  RosterState,
  StatementRef,
} from "./roster_state.ts";
import { VoteTally } from "./vote_tally.ts";

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
  readonly #keys: KeyChains;
  readonly #prefixes = new Set<string>();
  readonly #invites: Map<KeyHex, EntryOf<"invite">[]>;
  readonly #used = new Set<KeyHex>();
  readonly #counted = new Set<string>();
  readonly #statements = new Map<Authority, StatementRef[]>();
  readonly #offices = new Offices();
  /** Names that the operator gave, to those not admitted yet, too. */
  readonly #names = new Map<NodeId, string>();
  readonly #tally = new VoteTally();
  readonly #elections = new Map<string, Election>();
  readonly #acknowledgements = new Acknowledgements();
  /** Statements of authors not admitted yet, by node or signing key. */
  readonly #aside = new Map<string, TimedEntry[]>();
  /** The latest that was judged. */
  #last: TimedEntry | undefined;
  #operator: KeyHex | undefined;
  #recovered = 0;

  constructor(table: EntryTable, world: World) {
    this.#table = table;
    this.#world = world;
    this.#keys = new KeyChains(table.of("rotate"));
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
    return this.#acknowledgements.decided;
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
    return this.#offices.revokedAtMs(node) !== undefined;
  }

  /** Custodians in office at a time, whatever happened later. */
  custodiansAt(atMs: number): ReadonlySet<NodeId> {
    return this.#offices.heldAt(this.#nodes.keys(), atMs);
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
        : this.#offices.holds(by) && this.#ownsKey(by, key);
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
    const at = this.#keys.ownerOf(countersigner);
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
    const node = this.#keys.ownerOf(entry.signing)!;
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
    if (this.#keys.isTaken(entry)) return false;
    this.#prefixes.add(prefix);
    for (const invite of invites) this.#counted.add(invite.id);
    this.#counted.add(entry.id);
    const { chain, forked, rotations } = this.#keys.follow(node, {
      signing: entry.signing,
      noise: entry.noise,
      sinceMs: entry.issuedAtMs,
    });
    for (const { id } of rotations) this.#counted.add(id);
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
      revokedAtMs: this.#offices.revokedAtMs(node),
      card: undefined,
    });
    if (custodian) this.#offices.enterWith(node, entry.issuedAtMs);
    this.#settleOffice(node);
    return true;
  }

  // Who may say something

  /** Whether `key` may speak as operator or as the custodian `by` at a time. */
  #mayAct(by: Authority, key: KeyHex, atMs: number): boolean {
    if (by === "operator") return key === this.#operator;
    return this.#offices.holds(by) && this.#isMemberKey(by, key, atMs);
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
    return isInUse(state.chain, key, atMs);
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
    if (this.isRevoked(node)) return;
    if (!this.#isDecided(kind, by, node, atMs, Infinity)) return;
    this.#offices.revoke(node, atMs);
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
        custodians: this.#offices.custodians,
      });
      if (voters.size < needed) return false;
    }
    this.#tally.close(subject);
    return true;
  }

  #setOffice(node: NodeId, atMs: number, held: boolean): void {
    this.#offices.set(node, atMs, held);
    for (const kind of ["promote", "retire"]) {
      this.#tally.close(`${kind} ${node}`);
    }
    this.#settleOffice(node);
  }

  #settleOffice(node: NodeId): void {
    const state = this.#nodes.get(node);
    if (!state) return;
    state.custodian = this.#offices.settle(node);
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
    this.#acknowledgements.add(about, marks);
    if (by !== "operator") {
      const { voters, needed } = this.#tally.cast(subject, {
        by,
        atMs,
        forMs: Infinity,
        custodians: this.#offices.custodians,
      });
      if (voters.size < needed) return;
    }
    this.#acknowledgements.decide(about);
  }

  /** A card by newer keys beats older keys', then the highest number. */
  #placeCard(card: EntryOf<"card">): NodeId | undefined {
    const node = this.#keys.ownerOf(card.signing);
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
    const open = this.#tally.open(this.#offices.custodians);
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
