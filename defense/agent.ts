/**
 * What a node decides: events in, effects out. It composes what this host saw
 * (`seen.ts`), what others said (`heard.ts`), what the operator ordered
 * (`ordered.ts`) and what the kernel answered (`enforced.ts`) over one
 * judgement (`corroboration/`, design §7 and §8); it knows no clock, socket or
 * kernel. `driver.ts` performs the effects.
 *
 * Bounds: those of its parts.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
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
import { CampaignTallies } from "./campaign_tallies.ts";
import { NeverBlock, protectionText } from "./containment/never_block.ts";
import { type Claim, freshnessOf, isVote } from "./corroboration/evidence.ts";
import { Judgement } from "./corroboration/judgement.ts";
import {
  blockQuorum,
  faultBound,
  quarantineQuorum,
} from "./corroboration/quorum.ts";
import { type DrillRefusal, Drills } from "./drilled.ts";
import { adoptHeld, takeOutcomes, takeQuarantine } from "./enforced.ts";
import { Heard } from "./heard.ts";
import type { Measure, Refusal } from "./lease.ts";
import {
  orderMeasure,
  orderMode,
  orderReadmission,
  orderRelease,
} from "./ordered.ts";
import { takeSighting } from "./seen.ts";
import {
  draftSignal,
  type SignalDraft,
  type SignalRefusal,
  type SignalWish,
} from "./signal_draft.ts";
import { recallRelease } from "./signal_acts.ts";
import { Signals } from "./signals.ts";
import { Traces } from "./traces.ts";
import { Turn } from "./turn.ts";
import type { Alertness, SignalView } from "./signal.ts";
import type { JournalEntry, Mode } from "./world.ts";

/** The decisions of one node. */
export class Agent {
  /** The node it decides for. */
  readonly self: NodeId;
  readonly #operator: OperatorAuthority | undefined;
  readonly #judgement: Judgement;
  readonly #tallies: CampaignTallies;
  readonly #drills: Drills;
  readonly #signals: Signals;
  readonly #traces: Traces;
  readonly #heard: Heard;
  readonly #list: NeverBlock;
  /** When the driver will wake us, as last asked. */
  #wakeMs = Infinity;

  /**
   * Starts without a roster: alone, until one is read.
   *
   * @throws {RangeError} If the failure domains contradict each other.
   */
  constructor(
    {
      self,
      mode,
      operator,
      neverBlock = [],
      listed = [],
      failureDomains = [],
    }: AgentOptions,
  ) {
    this.self = self;
    this.#operator = operator;
    this.#list = new NeverBlock(neverBlock);
    this.#list.list(listed);
    this.#judgement = new Judgement(self, mode, (subject) => {
      const entry = this.#list.match(subject);
      return entry && protectionText(entry);
    }, failureDomains);
    this.#tallies = new CampaignTallies(this.#judgement);
    this.#traces = new Traces(this.#judgement);
    this.#drills = new Drills(this.#judgement);
    this.#signals = new Signals(this.#judgement, operator);
    this.#heard = new Heard(this.#judgement, operator, {
      tallies: this.#tallies,
      traces: this.#traces,
      drills: this.#drills,
      signals: this.#signals,
    });
  }

  /** Whether decisions reach the kernel. */
  get mode(): Mode {
    return this.#judgement.mode;
  }

  /**
   * Takes one event.
   *
   * @throws {RangeError} If an operator's lease has no possible length.
   * @throws {SyntaxError} If a protected network cannot be read.
   */
  handle(event: AgentEvent, wallMs: number): AgentEffect[] {
    const judgement = this.#judgement;
    const turn = new Turn(wallMs);
    if (wallMs >= judgement.members.untilMs) judgement.readRoster(turn);
    switch (event.type) {
      case "detected":
        takeSighting(judgement, event.alert, turn);
        break;
      case "delivered":
        this.#heard.take(event.origin, event.payload, turn);
        break;
      case "told":
        if (judgement.members.has(event.from)) {
          this.#drills.told(event.from, event.payload, turn);
        }
        break;
      case "operator_drill":
        this.#drills.begin(event.subject, event.id, turn);
        break;
      case "tallied":
        this.#tallies.tell(event.scenario, event.tally, turn);
        break;
      case "traced":
        this.#traces.tell(event.trace, turn);
        break;
      case "roster":
        judgement.readRoster(turn, event.members);
        this.#signals.rosterRead(turn);
        break;
      case "outcomes":
        takeOutcomes(judgement, event.outcomes, event.latencyMs, turn);
        break;
      case "held":
        adoptHeld(judgement, event.leases, turn);
        break;
      case "operator_contain":
        orderMeasure(judgement, event, turn);
        break;
      case "operator_release":
        orderRelease(
          judgement,
          event.here ? undefined : this.#operator,
          event.subject,
          turn,
        );
        this.#traces.dismiss(event.subject, turn);
        // Whatever a clock that runs ahead has stamped later.
        this.#signals.setAside(event.subject, Infinity, turn);
        break;
      case "quarantine_outcome":
        takeQuarantine(judgement, event.member, event.outcome, turn);
        break;
      case "operator_readmit":
        orderReadmission(judgement, event.member, turn);
        this.#signals.readmitted(event.member, turn);
        break;
      case "set_mode":
        orderMode(judgement, event.mode, turn);
        break;
      case "listed":
        this.#list.list(event.entries);
        judgement.readList(turn);
        break;
      case "operator_signal":
        this.#signals.order(event.sealed, turn);
        break;
      case "signals_kept":
        this.#signals.restore(event.kept, turn);
        break;
      case "claims_kept":
        this.#heard.recall(event.kept);
        break;
      case "releases_kept":
        for (const each of event.kept) recallRelease(each, judgement, wallMs);
        break;
      case "tick":
        judgement.pass(turn);
        this.#drills.pass(turn);
        this.#signals.pass(turn);
        this.#wakeMs = Infinity;
    }
    this.#wake(turn);
    return turn.effects();
  }

  /** The subject that an address belongs to: itself, or its /64. */
  subjectOf(address: Address): Address {
    return this.#judgement.subjectOf(address);
  }

  /** Why `subject` is never contained, as far as this agent knows. */
  refusalFor(subject: Address): Refusal | undefined {
    return this.#judgement.refusalFor(subject);
  }

  /** Why a drill about an address cannot begin now, if so. */
  drillRefusal(address: Address, wallMs: number): DrillRefusal | undefined {
    return this.#drills.refusal(address, wallMs);
  }

  /** The strongest measure in force or asked for against an address. */
  measureAgainst(address: Address): Measure | undefined {
    const subject = this.#judgement.subjectOf(address);
    return this.#judgement.standings.get(subject)?.strongest();
  }

  /** What an operator wants to say, to be signed; or why it cannot be said. */
  draftSignal(wish: SignalWish, wallMs: number): SignalDraft | SignalRefusal {
    return draftSignal(wish, this.#signals.table, this.#judgement, wallMs);
  }

  /** How watchful this host is, by the operator's word. */
  get alertness(): Alertness {
    return this.#signals.alertness;
  }

  /** Every signal that is held, the one issued last first. */
  signals(wallMs: number): SignalView[] {
    return this.#signals.views(wallMs);
  }

  /** Addresses of members in good standing, with their names. */
  memberAddresses(): ReadonlyMap<Address, string> {
    return this.#judgement.members.addresses;
  }

  /** Every lease in force or asked for. */
  leases(wallMs: number): LeaseView[] {
    return this.#judgement.standings.all()
      .flatMap((standing) => standing.views(wallMs));
  }

  /** The agent at this moment, for `status`. */
  view(wallMs: number): AgentView {
    const { mode, members, votes, counters } = this.#judgement;
    const named = [...votes.subjects()].filter((subject) =>
      votes.fresh(subject, wallMs).length > 0
    );
    return {
      self: this.self,
      mode,
      members: members.size,
      faultBound: faultBound(members.size),
      blockQuorum: blockQuorum(members.size),
      subjects: named.length,
      claims: votes.size,
      leases: this.leases(wallMs),
      quarantines: this.#judgement.quarantines.views(wallMs),
      alertness: this.alertness,
      signals: this.signals(wallMs).filter(({ active }) => active),
      counters,
    };
  }

  /**
   * Why an address is treated as it is.
   *
   * @param history What the journal knows of its subject, newest first.
   */
  explain(
    address: Address,
    wallMs: number,
    history: readonly JournalEntry[] = [],
  ): Explanation {
    const judgement = this.#judgement;
    const subject = judgement.subjectOf(address);
    const votes = judgement.claimsAbout(subject, wallMs)
      .map((claim) => this.#voteView(claim, wallMs))
      .sort((a, b) => a.atMs - b.atMs);
    const protectedBy = judgement.protectedBy(subject);
    const member = judgement.members.nodeAt(subject);
    const quarantine = member && judgement.quarantines.get(member);
    const drill = this.#drills.markOf(subject, wallMs);
    const releasedAtMs = judgement.dismissals.untilMs(subject, wallMs);
    return {
      subject,
      votes,
      have: judgement.votes.fresh(subject, wallMs)
        .filter(({ evidence }) => isVote(evidence)).length,
      needed: member === undefined
        ? blockQuorum(judgement.members.size)
        : quarantineQuorum(judgement.members.size),
      ...(member !== undefined && { member }),
      ...(quarantine && { quarantine }),
      leases: judgement.standings.get(subject)?.views(wallMs) ?? [],
      signals: this.#signals.about(subject, wallMs),
      ...(protectedBy === undefined ? {} : { protectedBy }),
      ...(drill && { exercise: drill }),
      ...(releasedAtMs > 0 ? { releasedAtMs } : {}),
      history,
    };
  }

  #voteView(claim: Claim<NodeId>, wallMs: number): VoteView {
    const { node, technique, scenario, evidence, score, observations, atMs } =
      claim;
    return {
      node,
      name: this.#judgement.members.nameOf(node),
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

  #wake(turn: Turn): void {
    const atMs = this.#judgement.takeDueMs();
    if (atMs >= this.#wakeMs) return;
    this.#wakeMs = atMs;
    turn.others.push({ type: "wake", atMs });
  }
}
