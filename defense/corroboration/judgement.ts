/**
 * What is known about every subject and what follows from it on this node:
 * the rule of design §7 over the tables of this room. The rule for members,
 * what stands behind a measure, and what is found right or wrong are in
 * `member_rule.ts`, `support.ts` and `verdict.ts`. News comes from `seen.ts`, `heard.ts`, `ordered.ts` and `enforced.ts`, one folder up; what is
 * to be done goes into the {@linkcode Turn} of the event at hand.
 *
 * Bounds: those of the tables; `protectedMax` addresses that containment
 * refused, the oldest dropped; one hint for each subject with a fresh vote.
 *
 * @module
 */
import type { MemberView, NodeId } from "../../mesh/mod.ts";
import type { Address } from "../address.ts";
import type { Measure, Refusal } from "../lease.ts";
import { isPrefix64, prefix64Of } from "../prefix64.ts";
import { RecentMap } from "../recent_map.ts";
import type { Turn } from "../turn.ts";
import type { Mode } from "../world.ts";
import { Dismissals } from "./dismissals.ts";
import { type DomainGroups, FailureDomains } from "./failure_domains.ts";
import { type Claim, forceOf, freshMs, hintNats, isVote } from "./evidence.ts";
import { type Guidance, unguided } from "./guidance.ts";
import { isNews } from "./lease_term.ts";
import { endQuarantines } from "./member_rule.ts";
import { Membership } from "./membership.ts";
import { blockQuorum, networkAnswer, type Weighing } from "./quorum.ts";
import { Quarantines } from "./quarantines.ts";
import { SharedPrefixes } from "./shared_prefixes.ts";
import type { Standing } from "./standing.ts";
import { StandingTable } from "./standing_table.ts";
import { onePerNode, unsupport } from "./support.ts";
import { Voice } from "./voice.ts";
import { VoteTable } from "./votes.ts";
import { WitnessPrecision } from "./witness_precision.ts";

/** How often hints are checked for votes that are no longer fresh. Our choice. */
const hintCheckMs = 60_000;
const protectedMax = 1_024;

/** One node's picture of all subjects. */
export class Judgement {
  /** The node it is the picture of. */
  readonly self: NodeId;
  /** Whether decisions reach the kernel. */
  mode: Mode;
  /** What the operator's signals say. */
  guidance: Guidance = unguided;
  /** Who may vote and who is never contained. */
  readonly members: Membership;
  /** Who has said what about whom, this node included. */
  readonly votes = new VoteTable<NodeId>();
  /** On which grounds each subject is contained. */
  readonly standings = new StandingTable<NodeId>();
  /** What an operator has judged harmless. */
  readonly dismissals = new Dismissals();
  /** What this node has told others, and may still tell. */
  readonly voice = new Voice<NodeId>();
  /** Members cut off by vote. */
  readonly quarantines = new Quarantines();
  /** How often others were right. */
  readonly precision = new WitnessPrecision<NodeId>();
  readonly #domains: FailureDomains;
  /** With whom a member votes, and how much. */
  readonly weighing: Weighing;
  readonly #protected = new RecentMap<Address, { by: string; atMs: number }>(
    protectedMax,
  );
  readonly #hints = new Map<Address, number>();
  readonly #counters: Record<string, number> = {};
  /** Earliest time anything of this event wants to be looked at again. */
  #dueMs = Infinity;

  /** Which IPv6 addresses are one subject. */
  readonly prefixes: SharedPrefixes;

  readonly #listed: (subject: Address) => string | undefined;

  /**
   * Knows nobody but `self` until a roster is read.
   *
   * @param listed What of the never-block list protects a subject, as far as is
   * known without asking containment.
   * @param groups Members that fail together, by the operator's word.
   * @throws {RangeError} If the groups contradict each other.
   */
  constructor(
    self: NodeId,
    mode: Mode,
    listed: (subject: Address) => string | undefined = () => undefined,
    groups: DomainGroups = [],
  ) {
    this.self = self;
    this.mode = mode;
    this.#listed = listed;
    this.prefixes = new SharedPrefixes((each) =>
      (listed(each) ?? this.guidance.sparedBy(each)) !== undefined
    );
    this.members = new Membership(self);
    this.#domains = new FailureDomains(groups);
    this.weighing = {
      domainOf: (node) =>
        this.#domains.of(node, this.members.nameOf(node as NodeId)),
      weightOf: (node) => this.precision.weightOf(node as NodeId),
    };
  }

  /** Counted since the start; one for each outcome of an event, by name. */
  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters, displaced: this.standings.displaced };
  }

  /** With whom a member fails together: itself, or a group of the operator's. */
  domainOf(node: NodeId): string {
    return this.weighing.domainOf(node);
  }

  /** Counts an outcome. */
  count(name: string, times = 1): void {
    this.#counters[name] = (this.#counters[name] ?? 0) + times;
  }

  /** Asks to be looked at again at this wall time, or earlier. */
  due(atMs: number): void {
    if (atMs < this.#dueMs) this.#dueMs = atMs;
  }

  /** Asks to be looked at when an admission, a lease or a quarantine wants it next. */
  dueNext(): void {
    this.due(
      Math.min(
        this.members.untilMs,
        this.standings.nextMs(),
        this.quarantines.nextMs(),
      ),
    );
  }

  /** The earliest time that was asked for since the last call. */
  takeDueMs(): number {
    const atMs = this.#dueMs;
    this.#dueMs = Infinity;
    return atMs;
  }

  /** The subject that an address belongs to. */
  subjectOf(address: Address): Address {
    return this.prefixes.subjectOf(address);
  }

  /**
   * The subjects that an order or a withdrawal about `named` means. A /64 that
   * is none of its own here, being shared, means everyone in it.
   */
  subjectsOf(named: Address): Iterable<Address> {
    if (!isPrefix64(named)) return [this.subjectOf(named)];
    const within = [...this.everySubject()].filter((subject) =>
      prefix64Of(subject) === named
    );
    return new Set([named, ...within]);
  }

  /** The same of a release; `all` stands for itself. */
  released(named: Address | "all"): (Address | "all")[] {
    return named === "all" ? [named] : [...this.subjectsOf(named)];
  }

  // --- who is never contained ----------------------------------------------

  /** Why `subject` is never contained: it is a member, or a signal spares it. */
  refusalFor(subject: Address): Refusal | undefined {
    const matched = this.guidance.sparedBy(subject);
    return this.members.refusalFor(subject) ??
      (matched === undefined ? undefined : { code: "never_block", matched });
  }

  /** Whether an operator has judged evidence of that time. */
  isDismissed(subject: Address, atMs: number, wallMs: number): boolean {
    return atMs <= this.dismissals.untilMs(subject, wallMs) ||
      this.guidance.acquits(subject, wallMs);
  }

  /** What protects `subject`: the roster, containment's last word, the list. */
  protectedBy(subject: Address): string | undefined {
    const refusal = this.refusalFor(subject);
    return refusal?.code === "never_block"
      ? refusal.matched
      : this.#protected.get(subject)?.by ?? this.#listed(subject);
  }

  /** Containment answered: `by` protects `subject`, or nothing does. */
  shield(subject: Address, by: string | undefined, wallMs: number): void {
    if (by === undefined) this.#protected.delete(subject);
    else this.#protected.set(subject, { by, atMs: wallMs });
  }

  // --- what follows about one subject ---------------------------------------

  /**
   * The standing of a subject, with its ended terms noted.
   *
   * @param firstHand On our own evidence or the operator's word.
   * @returns `undefined` when the table is full.
   */
  standing(
    subject: Address,
    turn: Turn,
    firstHand: boolean,
  ): Standing<NodeId> | undefined {
    const standing = this.standings.claim(subject, firstHand);
    if (standing) this.#expire(standing, turn);
    return standing;
  }

  /**
   * Tells containment what changed about one subject.
   *
   * @param insist Ask again for what is already asked for.
   */
  reconcile(standing: Standing<NodeId>, turn: Turn, insist = false): void {
    const { standDown: ordersOnly } = this.guidance;
    const rule = { insist, ordersOnly };
    const { release, leases, withheld } = standing.reconcile(turn.wallMs, rule);
    const { subject } = standing;
    if (release) turn.release(subject);
    turn.leases.push(...leases);
    for (const { subject: _, ...lease } of withheld) {
      this.count("refused_stand_down");
      const refused = { ...lease, code: "stand_down" };
      turn.record("refused", "lease", subject, refused);
    }
    this.due(standing.nextMs());
  }

  /**
   * After a change of mode, or of what signals allow: what may be in the kernel
   * goes, the rest is asked anew.
   */
  askAgain(standing: Standing<NodeId>, turn: Turn): void {
    const { subject } = standing;
    const quiet = this.mode === "observe" || this.guidance.standDown;
    if (quiet && standing.holds(turn.wallMs)) {
      turn.release(subject);
    }
    standing.askAgain();
    this.reconcile(standing, turn);
  }

  /** Ends everything against a subject that turned out to be never contained. */
  lift(
    standing: Standing<NodeId>,
    turn: Turn,
    ended: "member" | "never" = "member",
  ): void {
    const { subject } = standing;
    if (standing.live) {
      turn.release(subject);
      turn.record("undone", "lease", subject, { ended });
    }
    this.standings.delete(subject);
  }

  /** Applies the rule of design §7 to what is known about `subject`. */
  answer(subject: Address, turn: Turn): void {
    const { wallMs } = turn;
    const claims = this.votes.fresh(subject, wallMs);
    const answer = this.weigh(claims);
    if (answer === undefined) return;
    const shielded = this.#protected.get(subject);
    if (shielded && Math.abs(wallMs - shielded.atMs) < freshMs) {
      // Containment refused it a moment ago and would again.
      return this.count("protected_named");
    }
    const standing = this.standing(subject, turn, false);
    if (!standing) return this.count("full");
    const term = standing.term("mesh");
    let counted = claims;
    if (term && forceOf(answer) <= forceOf(term.measure)) {
      // The rule that began the term renews it, on news alone.
      counted = claims.filter(({ atMs }) => isNews(term, atMs));
      if (this.weigh(counted) !== term.measure) return;
    }
    const newestMs = Math.max(...counted.map(({ atMs }) => atMs));
    const proven = counted.some(({ node, evidence }) =>
      node === this.self && isVote(evidence)
    );
    if (!standing.raise("mesh", answer, newestMs, wallMs, { proven })) {
      return;
    }
    standing.supporters = onePerNode([...standing.supporters, ...claims]);
    const raised = standing.term("mesh");
    this.reconcile(standing, turn);
    turn.record("agreed", "lease", subject, {
      measure: answer,
      untilMs: raised?.untilMs,
      needed: blockQuorum(this.members.size),
      votes: counted.map(({ node, evidence, technique }) => ({
        node,
        evidence,
        technique,
      })),
    });
  }

  /** Tells the detectors how much others suspect `subject`. */
  hint(subject: Address, turn: Turn): void {
    const voters = this.votes.fresh(subject, turn.wallMs)
      .filter(({ node, evidence }) => node !== this.self && isVote(evidence));
    const nats = this.refusalFor(subject) ? 0 : hintNats(voters.length);
    if (nats === (this.#hints.get(subject) ?? 0)) return;
    if (nats === 0) this.#hints.delete(subject);
    else this.#hints.set(subject, nats);
    turn.others.push({ type: "prior", subject, nats });
  }

  /** The claims about `subject` that count or stand behind a measure. */
  claimsAbout(subject: Address, wallMs: number): Claim<NodeId>[] {
    const supporters = this.standings.get(subject)?.supporters ?? [];
    return onePerNode([...supporters, ...this.votes.fresh(subject, wallMs)]);
  }

  // --- what concerns all subjects -------------------------------------------

  /** Everyone something is known about. */
  everySubject(): Set<Address> {
    const standings = this.standings.all().map(({ subject }) => subject);
    return new Set([
      ...this.votes.subjects(),
      ...this.#hints.keys(),
      ...standings,
    ]);
  }

  /** Reads the roster, or the same one again because time has passed. */
  readRoster(turn: Turn, roster?: readonly MemberView[]): void {
    const left = this.members.read(turn.wallMs, roster);
    this.due(this.members.untilMs);
    for (const node of left) this.#left(node, turn);
    const addresses = [...this.members.addresses.keys()];
    this.prefixes.readMembers(addresses);
    for (const subject of [...addresses, ...addresses.map(prefix64Of)]) {
      const standing = this.standings.get(subject);
      if (standing) this.lift(standing, turn);
      this.hint(subject, turn);
    }
  }

  /** The never-block list is another one: what it covers ends here. */
  readList(turn: Turn): void {
    // What containment refused by the old list, it may grant by the new one.
    this.#protected.clear();
    for (const standing of this.standings.all()) {
      const listed = this.#listed(standing.subject) !== undefined;
      if (listed) this.lift(standing, turn, "never");
    }
  }

  /** Time has passed: ends what ended and asks again for what failed. */
  pass(turn: Turn): void {
    const { wallMs } = turn;
    this.votes.expire(wallMs);
    endQuarantines(this, turn);
    for (const standing of this.standings.all()) {
      this.#expire(standing, turn);
      this.reconcile(standing, turn);
      if (standing.forgettable(wallMs)) {
        this.standings.delete(standing.subject);
      }
    }
    for (const subject of [...this.#hints.keys()]) this.hint(subject, turn);
    this.dueNext();
    if (this.#hints.size > 0) this.due(wallMs + hintCheckMs);
  }

  /** A node is no member any more: nothing may rest on its word. */
  #left(node: NodeId, turn: Turn): void {
    for (const subject of this.votes.forget(node)) this.hint(subject, turn);
    for (const { subject } of this.standings.all()) {
      unsupport(this, subject, node, Infinity, turn);
    }
  }

  #expire(standing: Standing<NodeId>, turn: Turn): void {
    for (const [cause, { measure }] of standing.expire(turn.wallMs)) {
      turn.record("undone", "lease", standing.subject, {
        measure,
        cause,
        ended: "expired",
      });
      if (cause === "mesh") standing.supporters = [];
    }
  }

  /** What the rule of design §7 makes of claims; none of them is counted. */
  weigh(claims: readonly Claim<NodeId>[]): Measure | undefined {
    return networkAnswer(claims, this.self, this.members.size, this.weighing);
  }
}
