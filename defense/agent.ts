/**
 * What a node decides: events in, effects out. It composes the corroboration
 * rules (design §7), the lease terms (§8) and the words agents exchange; it
 * knows no clock, socket or kernel. `driver.ts` performs the effects.
 *
 * Bounds: those of the tables in `corroboration/`; `protectedMax` addresses that
 * containment refused and `membersMax` record quotas, the oldest dropped.
 *
 * @module
 */
import type { MemberView, NodeId } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type {
  AgentEffect,
  AgentEvent,
  AgentOptions,
  OperatorAuthority,
} from "./agent_event.ts";
import type {
  AgentView,
  Explanation,
  LeaseView,
  VoteView,
} from "./agent_view.ts";
import type { Alert, EvidenceClass } from "./alert.ts";
import {
  type ClaimMessage,
  claimOf,
  decodeMessage,
  encodeMessage,
  meansTheSameEverywhere,
  releaseBytes,
  type ReleaseMessage,
} from "./alert_codec.ts";
import { Dismissals } from "./corroboration/dismissals.ts";
import {
  aheadMsMax,
  type Claim,
  forceOf,
  freshMs,
  freshnessOf,
  hintNats,
  isVote,
  rankOf,
} from "./corroboration/evidence.ts";
import { isNews } from "./corroboration/lease_term.ts";
import { Membership } from "./corroboration/membership.ts";
import {
  blockQuorum,
  faultBound,
  networkAnswer,
} from "./corroboration/quorum.ts";
import { SignerBudget } from "./corroboration/signer_budget.ts";
import type { Standing } from "./corroboration/standing.ts";
import { StandingTable } from "./corroboration/standing_table.ts";
import { Voice } from "./corroboration/voice.ts";
import { VoteTable } from "./corroboration/votes.ts";
import { type Lease, leaseMsMax, type Measure, type Refusal } from "./lease.ts";
import { RecentMap } from "./recent_map.ts";
import { Turn } from "./turn.ts";
import type { JournalEntry, LeaseOutcome, Mode } from "./world.ts";

/** How often hints are checked for votes that are no longer fresh. Our choice. */
const hintCheckMs = 60_000;
/**
 * Journal entries that one member's messages may cause in an hour; more are
 * counted, not written, so that nobody can wash the record away. Our choice:
 * ten for each subject it may name, and a few.
 */
const recordsPerHourMax = 240;
const protectedMax = 1_024;
const membersMax = 1_024;

/** The decisions of one node. */
export class Agent {
  /** The node it decides for. */
  readonly self: NodeId;
  readonly #operator: OperatorAuthority | undefined;
  readonly #votes = new VoteTable<NodeId>();
  readonly #budget = new SignerBudget<NodeId>();
  readonly #standings = new StandingTable<NodeId>();
  readonly #dismissals = new Dismissals();
  readonly #voice = new Voice<NodeId>();
  readonly #members: Membership;
  readonly #protected = new RecentMap<Address, { by: string; atMs: number }>(
    protectedMax,
  );
  readonly #recorded = new RecentMap<NodeId, { hour: number; records: number }>(
    membersMax,
  );
  readonly #hints = new Map<Address, number>();
  readonly #counters: Record<string, number> = {};
  #mode: Mode;
  #wakeMs = Infinity;
  /** Earliest time anything of this event wants to be looked at again. */
  #dueMs = Infinity;

  /** Starts without a roster: alone, until one is read. */
  constructor({ self, mode, operator }: AgentOptions) {
    this.self = self;
    this.#mode = mode;
    this.#operator = operator;
    this.#members = new Membership(self);
  }

  /** Whether decisions reach the kernel. */
  get mode(): Mode {
    return this.#mode;
  }

  /**
   * Takes one event.
   *
   * @throws {RangeError} If an operator's lease has no possible length.
   */
  handle(event: AgentEvent, wallMs: number): AgentEffect[] {
    const turn = new Turn(wallMs);
    if (wallMs >= this.#members.untilMs) this.#readRoster(turn);
    switch (event.type) {
      case "detected":
        this.#detected(event.alert, turn);
        break;
      case "delivered":
        this.#delivered(event.origin, event.payload, turn);
        break;
      case "roster":
        this.#readRoster(turn, event.members);
        break;
      case "outcomes":
        this.#outcomes(event.outcomes, event.latencyMs, turn);
        break;
      case "held":
        this.#held(event.leases, turn);
        break;
      case "operator_contain":
        this.#contain(event, turn);
        break;
      case "operator_release":
        this.#release(event.subject, turn);
        break;
      case "set_mode":
        this.#setMode(event.mode, turn);
        break;
      case "tick":
        this.#tick(turn);
    }
    this.#wake(turn);
    return turn.effects();
  }

  /** Why `subject` is never contained, as far as this agent knows. */
  refusalFor(subject: Address): Refusal | undefined {
    return this.#members.refusalFor(subject);
  }

  /** Addresses of members in good standing, with their names. */
  memberAddresses(): ReadonlyMap<Address, string> {
    return this.#members.addresses;
  }

  /** Every lease in force or asked for. */
  leases(wallMs: number): LeaseView[] {
    const views: LeaseView[] = [];
    for (const standing of this.#standings.all()) {
      views.push(...standing.views(wallMs));
    }
    return views;
  }

  /** The agent at this moment, for `status`. */
  view(wallMs: number): AgentView {
    const members = this.#members.size;
    return {
      self: this.self,
      mode: this.#mode,
      members,
      faultBound: faultBound(members),
      blockQuorum: blockQuorum(members),
      subjects:
        [...this.#votes.subjects()].filter((subject) =>
          this.#votes.fresh(subject, wallMs).length > 0
        ).length,
      claims: this.#votes.size,
      leases: this.leases(wallMs),
      counters: { ...this.#counters, displaced: this.#standings.displaced },
    };
  }

  /**
   * Why `subject` is treated as it is.
   *
   * @param history What the journal knows, newest first.
   */
  explain(
    subject: Address,
    wallMs: number,
    history: readonly JournalEntry[] = [],
  ): Explanation {
    const standing = this.#standings.get(subject);
    const fresh = this.#votes.fresh(subject, wallMs);
    const claims = onePerNode([...(standing?.supporters ?? []), ...fresh]);
    const votes = claims.map((claim) => this.#voteView(claim, wallMs))
      .sort((a, b) => a.atMs - b.atMs);
    const refusal = this.refusalFor(subject);
    const protectedBy = refusal?.code === "never_block"
      ? refusal.matched
      : this.#protected.get(subject)?.by;
    const releasedAtMs = this.#dismissals.untilMs(subject, wallMs);
    return {
      subject,
      votes,
      have: fresh.filter(({ evidence }) => isVote(evidence)).length,
      needed: blockQuorum(this.#members.size),
      leases: standing?.views(wallMs) ?? [],
      ...(protectedBy === undefined ? {} : { protectedBy }),
      ...(releasedAtMs > 0 ? { releasedAtMs } : {}),
      history,
    };
  }

  // --- what this host saw -------------------------------------------------

  #detected(alert: Alert, turn: Turn): void {
    const { address } = alert.subject;
    this.#count("detected");
    const seen = {
      technique: alert.technique,
      scenario: alert.scenario,
      evidence: alert.evidence,
      score: alert.score,
      observations: alert.observations,
      observedMs: alert.atMs,
      asks: alert.measure,
      summary: alert.summary,
    };
    if (alert.atMs <= this.#dismissals.untilMs(address, turn.wallMs)) {
      this.#count("dismissed");
      turn.record("seen", "alert", address, { ...seen, dismissed: true });
      return;
    }
    const refusal = this.refusalFor(address);
    const claim = this.#claim(alert);
    // Late evidence still protects this host; it is just no vote any more.
    this.#votes.admit(claim, turn.wallMs);
    if (refusal === undefined) {
      this.#protectSelf(alert, turn);
      this.#answer(address, turn);
    }
    const protectedBy = refusal?.code === "never_block"
      ? refusal.matched
      : this.#protected.get(address)?.by;
    turn.record("seen", "alert", address, {
      ...seen,
      ...(protectedBy === undefined ? {} : { protectedBy }),
    });
    if (refusal !== undefined) {
      turn.record("refused", "lease", address, { ...refusal, ...seen });
    }
    this.#tell(claim, turn);
  }

  /** The claim as peers will see it, so that every node judges the same. */
  #claim(alert: Alert): Claim<NodeId> & ClaimMessage {
    // What is worth no measure here is worth no vote elsewhere.
    const evidence: EvidenceClass = alert.measure === "none"
      ? "E0"
      : alert.evidence;
    return { ...claimOf({ ...alert, evidence }), node: this.self };
  }

  #protectSelf(alert: Alert, turn: Turn): void {
    if (alert.measure === "none") return;
    const standing = this.#standing(alert.subject.address, turn, true);
    if (!standing) return;
    // What arrives while we block can be the echo of the block itself
    // (unanswered retries); only a completed handshake shows more.
    if (standing.strongest() === "block" && !isVote(alert.evidence)) {
      return this.#count("echo");
    }
    if (standing.raise("own", alert.measure, alert.atMs, turn.wallMs)) {
      this.#reconcile(standing, turn);
    }
  }

  #tell(claim: Claim<NodeId> & ClaimMessage, turn: Turn): void {
    const { subject, evidence } = claim;
    if (!meansTheSameEverywhere(subject)) return this.#count("untold_local");
    const speech = this.#voice.speak(claim, turn.wallMs);
    if (speech !== "told") return this.#count(`untold_${speech}`);
    this.#count("told");
    turn.others.push({
      type: "publish",
      payload: encodeMessage(claim),
      urgency: isVote(evidence) ? 0 : 1,
    });
    turn.record("claimed", "claim", subject, claimDetail(claim));
  }

  // --- what others say ----------------------------------------------------

  #delivered(origin: NodeId, payload: Uint8Array, turn: Turn): void {
    if (origin === this.self || !this.#members.has(origin)) {
      return this.#count("rejected_stranger");
    }
    const quota = this.#recorded.get(origin);
    const hour = Math.floor(turn.wallMs / 3_600_000);
    const used = quota?.hour === hour ? quota.records : 0;
    this.#hear(origin, payload, turn);
    const room = Math.max(recordsPerHourMax - used, 0);
    const dropped = turn.records.splice(room).length;
    if (dropped > 0) this.#count("unrecorded", dropped);
    const records = used + turn.records.length;
    this.#recorded.set(origin, { hour, records });
  }

  #hear(origin: NodeId, payload: Uint8Array, turn: Turn): void {
    const message = decodeMessage(payload);
    if (message === undefined) return this.#count("rejected_unreadable");
    if (message.kind === "unknown") return this.#count("ignored_unknown");
    const freshness = freshnessOf(message.atMs, turn.wallMs);
    if (freshness !== "fresh") return this.#count(`rejected_${freshness}`);
    switch (message.kind) {
      case "claim":
        return this.#heard({ ...message, node: origin }, turn);
      case "withdraw":
        return this.#withdrawn(origin, message.subject, message.atMs, turn);
      case "release":
        return this.#releasedElsewhere(origin, message, turn);
    }
  }

  #heard(claim: Claim<NodeId>, turn: Turn): void {
    const { subject, node, atMs } = claim;
    if (atMs <= this.#dismissals.untilMs(subject, turn.wallMs)) {
      return this.#count("dismissed");
    }
    if (!this.#budget.spend(node, subject, turn.wallMs)) {
      return this.#count("rejected_budget");
    }
    const admission = this.#votes.admit(claim, turn.wallMs);
    if (admission !== "new" && admission !== "renewed") {
      return this.#count(`rejected_${admission}`);
    }
    this.#count("heard");
    this.#due(atMs + freshMs + 1);
    const refusal = this.refusalFor(subject);
    // Votes about members lead to nothing yet: quarantine has its own quorum.
    if (refusal === undefined) {
      this.#answer(subject, turn);
      this.#hint(subject, turn);
    } else this.#count("member_named");
    if (admission === "new") {
      turn.record("claimed", "claim", subject, {
        ...claimDetail(claim),
        ...(refusal ? { refusal } : {}),
      }, node);
    }
  }

  /** Applies the rule of design §7 to what is known about `subject`. */
  #answer(subject: Address, turn: Turn): void {
    const { wallMs } = turn;
    const claims = this.#votes.fresh(subject, wallMs);
    const answer = this.#networkAnswer(claims);
    if (answer === undefined) return;
    const shielded = this.#protected.get(subject);
    if (shielded && Math.abs(wallMs - shielded.atMs) < freshMs) {
      // Containment refused it a moment ago and would again.
      return this.#count("protected_named");
    }
    const standing = this.#standing(subject, turn, false);
    if (!standing) return this.#count("full");
    const term = standing.term("mesh");
    let counted = claims;
    if (term && forceOf(answer) <= forceOf(term.measure)) {
      // The rule that began the term renews it, on news alone.
      counted = claims.filter(({ atMs }) => isNews(term, atMs));
      if (this.#networkAnswer(counted) !== term.measure) return;
    }
    const newestMs = Math.max(...counted.map(({ atMs }) => atMs));
    if (!standing.raise("mesh", answer, newestMs, wallMs)) return;
    standing.supporters = onePerNode([...standing.supporters, ...claims]);
    const raised = standing.term("mesh");
    this.#reconcile(standing, turn);
    turn.record("agreed", "lease", subject, {
      measure: answer,
      untilMs: raised?.untilMs,
      needed: blockQuorum(this.#members.size),
      votes: counted.map(({ node, evidence, technique }) => ({
        node,
        evidence,
        technique,
      })),
    });
  }

  #networkAnswer(claims: readonly Claim<NodeId>[]): Measure | undefined {
    return networkAnswer(claims, this.self, this.#members.size);
  }

  #withdrawn(
    node: NodeId,
    subject: Address,
    atMs: number,
    turn: Turn,
  ): void {
    const taken = this.#votes.withdraw(node, subject, atMs, turn.wallMs);
    const left = this.#unsupport(subject, node, atMs, turn);
    if (!taken && !left) return this.#count("withdraw_of_nothing");
    this.#count("withdrawn");
    this.#hint(subject, turn);
    turn.record("undone", "withdraw", subject, {}, node);
  }

  /** A supporter is gone: the measure falls to what the others carry. */
  #unsupport(
    subject: Address,
    node: NodeId,
    atMs: number,
    turn: Turn,
  ): boolean {
    const standing = this.#standings.get(subject);
    const term = standing?.term("mesh");
    if (!standing || !term || standing.adopted) return false;
    const left = standing.supporters.filter((claim) =>
      claim.node !== node || claim.atMs > atMs
    );
    if (left.length === standing.supporters.length) return false;
    const fresh = this.#votes.fresh(subject, turn.wallMs);
    standing.supporters = onePerNode([...left, ...fresh]);
    const answer = this.#networkAnswer(standing.supporters);
    if (answer && forceOf(answer) >= forceOf(term.measure)) return true;
    standing.weaken("mesh", answer);
    this.#reconcile(standing, turn);
    turn.record("undone", "lease", subject, {
      measure: term.measure,
      ended: "quorum",
      now: answer ?? "none",
    });
    return true;
  }

  #releasedElsewhere(
    origin: NodeId,
    message: ReleaseMessage,
    turn: Turn,
  ): void {
    const { subject, atMs, signature } = message;
    const signed = signature !== undefined &&
      this.#operator?.verify(releaseBytes(message), signature) === true;
    if (signed) {
      const known = this.#dismissals.untilMs(subject, turn.wallMs);
      if (atMs <= known) return this.#count("rejected_repeated");
      this.#count("operator_released");
      this.#dismiss(subject, atMs, turn, false);
      const about = subject === "all" ? "" : subject;
      turn.record("operator", "release", about, { signed }, origin);
      return;
    }
    // Not the operator, as far as we can tell: a member takes back its own word.
    if (signature !== undefined) this.#count("rejected_signature");
    const subjects = subject === "all" ? this.#everySubject() : [subject];
    for (const each of subjects) this.#withdrawn(origin, each, atMs, turn);
  }

  // --- the operator -------------------------------------------------------

  #contain(
    event: Extract<AgentEvent, { type: "operator_contain" }>,
    turn: Turn,
  ): void {
    const { subject, measure, forMs } = event;
    if (!(forMs > 0 && forMs <= leaseMsMax)) {
      throw new RangeError(
        `Cannot contain ${subject} for ${forMs} ms: expected more than 0 and at most ${leaseMsMax}`,
      );
    }
    turn.record("operator", "contain", subject, { measure, forMs });
    const refusal = this.refusalFor(subject);
    if (refusal !== undefined) {
      turn.record("refused", "lease", subject, { ...refusal, measure });
      return;
    }
    const standing = this.#standing(subject, turn, true);
    if (!standing) return;
    standing.set("operator", measure, turn.wallMs + forMs, turn.wallMs);
    this.#reconcile(standing, turn, true);
  }

  #release(subject: Address | "all", turn: Turn): void {
    const { wallMs } = turn;
    this.#dismiss(subject, wallMs, turn, true);
    const release = { subject, atMs: Math.round(wallMs) };
    const signature = this.#operator?.sign?.(releaseBytes(release));
    if (subject === "all" || meansTheSameEverywhere(subject)) {
      const payload = encodeMessage(
        signature
          ? { kind: "release", ...release, signature }
          : subject === "all"
          ? { kind: "release", subject, atMs: release.atMs }
          : { kind: "withdraw", subject, atMs: release.atMs },
      );
      turn.others.push({ type: "publish", payload, urgency: 0 });
    }
    const about = subject === "all" ? "" : subject;
    const everywhere = signature !== undefined;
    turn.record("operator", "release", about, { subject, everywhere });
  }

  /**
   * Undoes what rests on evidence up to `atMs`, and never counts it again.
   *
   * @param here Our own operator, now: everything heard so far is judged, even
   * what a clock that runs ahead has stamped later.
   */
  #dismiss(
    subject: Address | "all",
    atMs: number,
    turn: Turn,
    here: boolean,
  ): void {
    this.#dismissals.add(subject, atMs);
    this.#votes.dismiss(subject, here ? atMs + aheadMsMax : atMs);
    const subjects = subject === "all" ? this.#everySubject() : [subject];
    for (const each of subjects) {
      const standing = this.#standings.get(each);
      if (standing) {
        const measure = standing.strongest();
        for (const cause of ["own", "mesh", "operator"] as const) {
          // A signed release that comes late spares what was decided after it.
          const later = (standing.term(cause)?.renewedMs ?? 0) > atMs;
          if (cause === "mesh" || !later) standing.weaken(cause, undefined);
        }
        this.#reconcile(standing, turn);
        if (!standing.live) {
          this.#standings.delete(each);
          if (measure) {
            turn.record("undone", "lease", each, {
              measure,
              ended: "operator",
            });
          }
        }
      }
      this.#voice.forget(each);
      if (!here) this.#answer(each, turn);
      this.#hint(each, turn);
    }
    // On our own operator's word the kernel is cleared even of what we forgot.
    if (here) turn.release(subject);
  }

  #setMode(mode: Mode, turn: Turn): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    turn.record("operator", "mode", "", { mode });
    for (const standing of this.#standings.all()) {
      this.#askAgain(standing, turn);
    }
  }

  /** After a change of mode: what may be in the kernel goes, the rest is asked anew. */
  #askAgain(standing: Standing<NodeId>, turn: Turn): void {
    const { subject } = standing;
    if (this.#mode === "observe" && standing.holds(turn.wallMs)) {
      turn.release(subject);
    }
    standing.askAgain();
    this.#reconcile(standing, turn);
  }

  // --- the kernel ---------------------------------------------------------

  #outcomes(
    outcomes: readonly LeaseOutcome[],
    latencyMs: number | undefined,
    turn: Turn,
  ): void {
    const latency = latencyMs === undefined ? {} : { latencyMs };
    for (const outcome of outcomes) {
      const { subject, measure, untilMs, cause } = outcome.lease;
      const lease = { measure, untilMs, cause };
      const standing = this.#standings.get(subject);
      standing?.answered(outcome, turn.wallMs);
      if (outcome.applied) {
        this.#count("applied");
        this.#protected.delete(subject);
        turn.record("done", "lease", subject, { ...lease, ...latency });
        continue;
      }
      const { refusal } = outcome;
      this.#count(`refused_${refusal.code}`);
      if (refusal.code === "never_block") {
        const by = refusal.matched;
        this.#protected.set(subject, { by, atMs: turn.wallMs });
      }
      if (refusal.code === "never_block" || refusal.code === "invalid") {
        standing?.clear();
      }
      // What a protected address did must be readable from the refusal alone.
      const why = this.#votes.fresh(subject, turn.wallMs).map((claim) => ({
        node: claim.node,
        technique: claim.technique,
        scenario: claim.scenario,
        evidence: claim.evidence,
      }));
      turn.record("refused", "lease", subject, { ...lease, ...refusal, why });
    }
    this.#due(this.#nextMs());
  }

  #held(leases: readonly Lease[], turn: Turn): void {
    for (const lease of leases) {
      if (lease.untilMs <= turn.wallMs) continue;
      const standing = this.#standing(lease.subject, turn, true);
      if (!standing) continue;
      standing.adopt(lease, turn.wallMs);
      const { measure, untilMs, cause } = lease;
      turn.record("system", "adopted", lease.subject, {
        measure,
        untilMs,
        cause,
      });
      if (this.refusalFor(lease.subject)) this.#lift(standing, turn);
      else if (this.#mode === "observe") this.#askAgain(standing, turn);
      this.#due(lease.untilMs);
    }
  }

  /** Tells containment what changed about one subject. */
  #reconcile(standing: Standing<NodeId>, turn: Turn, insist = false): void {
    const { release, leases } = standing.reconcile(turn.wallMs, insist);
    const { subject } = standing;
    if (release) turn.release(subject);
    turn.leases.push(...leases);
    this.#due(standing.nextMs());
  }

  /** Ends everything against an address that turned out to be a member's. */
  #lift(standing: Standing<NodeId>, turn: Turn): void {
    const { subject } = standing;
    if (standing.live) {
      turn.release(subject);
      turn.record("undone", "lease", subject, { ended: "member" });
    }
    this.#standings.delete(subject);
  }

  // --- time and bounds ----------------------------------------------------

  #tick(turn: Turn): void {
    const { wallMs } = turn;
    this.#votes.expire(wallMs);
    for (const standing of this.#standings.all()) {
      this.#expire(standing, turn);
      this.#reconcile(standing, turn);
      if (standing.forgettable(wallMs)) {
        this.#standings.delete(standing.subject);
      }
    }
    for (const subject of [...this.#hints.keys()]) this.#hint(subject, turn);
    this.#wakeMs = Infinity;
    this.#due(this.#nextMs());
    if (this.#hints.size > 0) this.#due(wallMs + hintCheckMs);
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

  #standing(
    subject: Address,
    turn: Turn,
    firstHand: boolean,
  ): Standing<NodeId> | undefined {
    const standing = this.#standings.claim(subject, firstHand);
    if (standing) this.#expire(standing, turn);
    return standing;
  }

  /** Tells the detectors how much others suspect `subject`. */
  #hint(subject: Address, turn: Turn): void {
    const voters = this.#votes.fresh(subject, turn.wallMs)
      .filter(({ node, evidence }) => node !== this.self && isVote(evidence));
    const nats = this.refusalFor(subject) ? 0 : hintNats(voters.length);
    if (nats === (this.#hints.get(subject) ?? 0)) return;
    if (nats === 0) this.#hints.delete(subject);
    else this.#hints.set(subject, nats);
    turn.others.push({ type: "prior", subject, nats });
  }

  #readRoster(turn: Turn, roster?: readonly MemberView[]): void {
    const left = this.#members.read(turn.wallMs, roster);
    this.#due(this.#members.untilMs);
    for (const node of left) this.#left(node, turn);
    for (const subject of this.#members.addresses.keys()) {
      const standing = this.#standings.get(subject);
      if (standing) this.#lift(standing, turn);
      this.#hint(subject, turn);
    }
  }

  /** A node is no member any more: nothing may rest on its word. */
  #left(node: NodeId, turn: Turn): void {
    for (const subject of this.#votes.forget(node)) this.#hint(subject, turn);
    for (const { subject } of this.#standings.all()) {
      this.#unsupport(subject, node, Infinity, turn);
    }
  }

  #voteView(claim: Claim<NodeId>, wallMs: number): VoteView {
    const { node, technique, scenario, evidence, score, observations, atMs } =
      claim;
    return {
      node,
      name: this.#members.nameOf(node),
      own: node === this.self,
      technique,
      scenario,
      evidence,
      score,
      observations,
      atMs,
      counts: isVote(evidence) && freshnessOf(atMs, wallMs) === "fresh",
    };
  }

  #everySubject(): Set<Address> {
    const standings = this.#standings.all().map(({ subject }) => subject);
    return new Set([
      ...this.#votes.subjects(),
      ...this.#hints.keys(),
      ...standings,
    ]);
  }

  #nextMs(): number {
    return Math.min(this.#members.untilMs, this.#standings.nextMs());
  }

  #due(atMs: number): void {
    if (atMs < this.#dueMs) this.#dueMs = atMs;
  }

  #wake(turn: Turn): void {
    const atMs = this.#dueMs;
    this.#dueMs = Infinity;
    if (atMs >= this.#wakeMs) return;
    this.#wakeMs = atMs;
    turn.others.push({ type: "wake", atMs });
  }

  #count(name: string, times = 1): void {
    this.#counters[name] = (this.#counters[name] ?? 0) + times;
  }
}

/** One claim per node: the strongest, then the newest; in order of node id. */
function onePerNode(
  claims: readonly Claim<NodeId>[],
): Claim<NodeId>[] {
  const best = new Map<NodeId, Claim<NodeId>>();
  for (const claim of claims) {
    const known = best.get(claim.node);
    const more = known ? rankOf(claim.evidence) - rankOf(known.evidence) : 1;
    if (!known || more > 0 || (more === 0 && claim.atMs >= known.atMs)) {
      best.set(claim.node, claim);
    }
  }
  return [...best.values()].sort((a, b) => a.node < b.node ? -1 : 1);
}

function claimDetail(claim: Claim<NodeId>): JournalEntry["detail"] {
  return {
    technique: claim.technique,
    scenario: claim.scenario,
    evidence: claim.evidence,
    score: claim.score,
    observations: claim.observations,
    observedMs: claim.atMs,
  };
}
