/**
 * The operator's signals at work: taken up from members, from this host's own
 * operator and from the journal, carried out, told again, and ended.
 *
 * Whoever holds a signal tells it again when it was not heard for half an hour,
 * and soon after somebody joined: so it reaches members that no longer hear of
 * it from its first teller. Who hears it told does not repeat it (after the
 * suppression of Trickle, RFC 6206); when each of them would is decided by its id.
 *
 * Nothing a peer says is an exception; what is not taken is counted under
 * `rejected_…` or `signal_…`. Bound: that of `signal_table.ts`.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type { KeptSignal, OperatorAuthority } from "./agent_event.ts";
import { encodeMessage } from "./alert_codec.ts";
import { NeverBlock } from "./containment/never_block.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import { changesText } from "./setting_order.ts";
import {
  type Alertness,
  type SealedSignal,
  type Signal,
  type SignalOrder,
  type SignalView,
  slotOf,
} from "./signal.ts";
import { carryOut, remember, takeBack } from "./signal_acts.ts";
import { decodeSignal, signalBytes, signalIdOf } from "./signal_codec.ts";
import { type HeldSignal, SignalTable } from "./signal_table.ts";
import { concerns, StandingWord } from "./standing_word.ts";
import type { Turn } from "./turn.ts";

/** Told again after so long a silence; our choice. */
const retellMs = 30 * 60_000;
/** What members' times of telling are spread over; our choice. */
const spreadMs = 2 * 60_000;
/** The journal forgets; what still counts is written down again. Our choice. */
const recordAgainMs = 12 * 3_600_000;

/** Where a signal came from. */
type Origin =
  | { readonly from: "here" }
  | { readonly from: "member"; readonly node: NodeId }
  | { readonly from: "journal"; readonly kept: KeptSignal };

/** Keeps and carries out signals. */
export class Signals {
  readonly #judgement: Judgement;
  readonly #operator: OperatorAuthority | undefined;
  readonly #table = new SignalTable();
  /** When this member tells again, within the spread. */
  readonly #lagMs: number;
  readonly #standing: StandingWord;
  #members = 1;

  /** @param operator Who can tell the operator's word from a member's. */
  constructor(judgement: Judgement, operator: OperatorAuthority | undefined) {
    this.#judgement = judgement;
    this.#operator = operator;
    this.#lagMs = parseInt(judgement.self.slice(0, 4), 16) / 0xffff * spreadMs;
    this.#standing = new StandingWord(judgement);
  }

  /** The signals that are held, for drafts. */
  get table(): SignalTable {
    return this.#table;
  }

  /** How watchful this host is. */
  get alertness(): Alertness {
    return this.#standing.alertness;
  }

  /** Takes what a member told. */
  hear(node: NodeId, sealed: SealedSignal, turn: Turn): void {
    this.#take(sealed, { from: "member", node }, turn);
  }

  /** This host's operator speaks; to the others too, where it is signed. */
  order(sealed: SealedSignal, turn: Turn): void {
    this.#take(sealed, { from: "here" }, turn);
  }

  /** Takes up what the journal has from before. */
  restore(all: readonly KeptSignal[], turn: Turn): void {
    for (const kept of all) {
      this.#take(kept.sealed, { from: "journal", kept }, turn);
    }
  }

  /** Time has passed: ends what ended, tells and writes down again. */
  pass(turn: Turn): void {
    const { wallMs } = turn;
    for (const held of this.#table.all()) {
      this.#noteEnd(held, turn);
      if (held.signal.expiresMs <= wallMs) continue;
      if (held.retellMs <= wallMs) {
        this.#tell(held, 2, turn);
        this.#retellLater(held, retellMs, wallMs);
      }
      if (Math.abs(wallMs - held.recordedMs) >= recordAgainMs) {
        this.#record(held, "", turn, true);
        held.recordedMs = wallMs;
      }
    }
    this.#table.expire(wallMs);
    this.#settle(turn);
    this.dueNext();
  }

  /** Asks to be woken when one of them wants something. */
  dueNext(): void {
    for (const { signal, retellMs, recordedMs, ended } of this.#table.all()) {
      if (!ended) this.#judgement.due(signal.untilMs);
      const { expiresMs } = signal;
      this.#judgement.due(
        Math.min(retellMs, expiresMs, recordedMs + recordAgainMs),
      );
    }
  }

  /** The roster was read: another may be operator now, and somebody new here. */
  rosterRead(turn: Turn): void {
    for (const held of this.#table.all()) {
      if (held.scope === "host" || this.#isSigned(held.sealed)) continue;
      const wasActive = this.#table.isActive(held, turn.wallMs);
      this.#table.drop(held);
      this.#judgement.count("signal_disowned");
      if (wasActive) takeBack(held.signal, this.#judgement, turn);
      this.#end(held, "operator_key", turn);
    }
    const { size } = this.#judgement.members;
    for (const held of this.#table.all()) {
      const { order } = held.signal;
      if (order.what !== "quarantine") continue;
      if (!this.#table.isActive(held, turn.wallMs)) continue;
      // Whoever is known only now was not cut off when the signal came.
      if (this.#judgement.quarantines.has(order.member)) continue;
      carryOut(held.signal, this.#judgement, false, turn);
    }
    if (size > this.#members) {
      for (const held of this.#table.all()) {
        this.#retellLater(held, 0, turn.wallMs);
      }
    }
    this.#members = size;
    this.#settle(turn);
    this.dueNext();
  }

  /** An operator let go of a subject: what a signal said about it is over here. */
  setAside(subject: Address | "all", atMs: number, turn: Turn): void {
    this.#setAside(
      turn,
      ({ order, issuedMs }) =>
        order.what === "contain" && issuedMs <= atMs &&
        (subject === "all" || concerns(order.subject, subject)),
    );
  }

  /** This host's operator let a member back in, or all. */
  readmitted(member: NodeId | "all", turn: Turn): void {
    this.#setAside(turn, ({ order }) =>
      order.what === "quarantine" &&
      (member === "all" || order.member === member));
  }

  /** Every signal that is held, the one issued last first. */
  views(wallMs: number): SignalView[] {
    return this.#table.all().toReversed().map((held) => ({
      ...held.signal,
      scope: held.scope,
      active: this.#table.isActive(held, wallMs),
    }));
  }

  /** Those about one subject that are active. */
  about(subject: Address, wallMs: number): SignalView[] {
    const { members } = this.#judgement;
    const member = members.nodeAt(subject);
    return this.views(wallMs).filter(({ active, order }) => {
      if (!active) return false;
      switch (order.what) {
        case "contain":
        case "release":
          return order.subject === "all" ||
            concerns(order.subject, subject);
        case "quarantine":
          return order.member === member;
        case "never":
          return new NeverBlock([{ network: order.network, reason: "" }])
            .match(subject)?.network === order.network;
        default:
          return false;
      }
    });
  }

  #setAside(turn: Turn, isMeant: (signal: Signal) => boolean): void {
    for (const held of this.#table.all()) {
      const { signal } = held;
      if (!isMeant(signal)) continue;
      if (!this.#table.isActive(held, turn.wallMs)) continue;
      held.aside = true;
      const { id } = signal;
      turn.record("operator", "signal_aside", subjectOf(signal), { id });
    }
  }

  #take(sealed: SealedSignal, origin: Origin, turn: Turn): void {
    const judgement = this.#judgement;
    const { wallMs } = turn;
    const known = this.#table.get(signalIdOf(sealed.statement));
    if (known) {
      const { signature } = known.sealed;
      if (signature?.toHex() !== sealed.signature?.toHex()) {
        return judgement.count("rejected_signature");
      }
      // Somebody told it again, in a form that others take: this host need not.
      this.#retellLater(known, retellMs, wallMs);
      return judgement.count("signal_repeated");
    }
    const signal = decodeSignal(sealed.statement);
    if (!signal) return judgement.count("rejected_unreadable");
    const scope = sealed.signature ? "mesh" : "host";
    if (scope === "host" && origin.from === "member") {
      return judgement.count("rejected_signature");
    }
    const verdict = this.#table.judge(signal, scope, wallMs);
    if (verdict !== "new") return judgement.count(`rejected_${verdict}`);
    // Last, because it costs most.
    if (scope === "mesh" && !this.#isSigned(sealed)) {
      return judgement.count("rejected_signature");
    }
    judgement.count("signal_taken");
    this.#put(signal, sealed, origin, turn);
  }

  #put(
    signal: Signal,
    sealed: SealedSignal,
    origin: Origin,
    turn: Turn,
  ): void {
    const { wallMs } = turn;
    const before = this.#table.all().filter((held) =>
      this.#table.isActive(held, wallMs)
    );
    const { order } = signal;
    const over = before.filter((held) => endsOther(signal, held.signal));
    const restored = origin.from === "journal";
    const { held, replaced } = this.#table.put(
      signal,
      sealed,
      wallMs,
      restored,
    );
    const isActive = this.#table.isActive(held, wallMs);
    const actsAtOnce = signal.untilMs <= signal.issuedMs &&
      origin.from !== "journal" && !this.#table.isCancelled(signal.id);
    for (const each of replaced) {
      if (over.includes(each)) continue;
      const inItsPlace = (isActive || actsAtOnce) &&
        settlesItself(order, each.signal.order);
      if (before.includes(each) && !inItsPlace) {
        takeBack(each.signal, this.#judgement, turn);
      }
      this.#end(each, "superseded", turn);
    }
    if (origin.from === "journal") {
      remember(signal, this.#judgement, wallMs);
      held.recordedMs = origin.kept.recordedMs;
      held.aside = origin.kept.aside;
      this.#retellLater(held, 0, wallMs);
    } else {
      const node = origin.from === "member" ? origin.node : "";
      this.#record(held, node, turn);
      this.#retellLater(held, retellMs, wallMs);
      if (origin.from === "here") this.#tell(held, 0, turn);
    }
    // What acts at once has no end worth a line, nor has what has one already.
    held.ended = signal.untilMs <= signal.issuedMs ||
      (origin.from === "journal" && origin.kept.ended === true);
    for (const each of over) {
      takeBack(each.signal, this.#judgement, turn);
      this.#end(each, "cancelled", turn);
    }
    if (actsAtOnce || (isActive && !held.aside)) {
      carryOut(signal, this.#judgement, origin.from === "here", turn);
    }
    this.#settle(turn);
    this.dueNext();
  }

  #isSigned({ statement, signature }: SealedSignal): boolean {
    return signature !== undefined &&
      this.#operator?.verify(signalBytes(statement), signature) === true;
  }

  #noteEnd(held: HeldSignal, turn: Turn): void {
    if (held.signal.untilMs <= turn.wallMs) this.#end(held, "expired", turn);
  }

  #end(held: HeldSignal, ended: string, turn: Turn): void {
    if (held.ended) return;
    held.ended = true;
    const { id, order } = held.signal;
    const { what } = order;
    turn.record("undone", "signal", subjectOf(held.signal), {
      ...aboutOf(order),
      id,
      signal: what,
      scope: held.scope,
      ended,
    });
  }

  /** What holds of the operator's word at this moment, all signals together. */
  #settle(turn: Turn): void {
    const active = this.#table.all()
      .filter((held) => this.#table.isActive(held, turn.wallMs));
    this.#standing.settle(active, turn);
  }

  #retellLater(held: HeldSignal, pauseMs: number, wallMs: number): void {
    if (held.scope === "mesh") held.retellMs = wallMs + pauseMs + this.#lagMs;
  }

  #tell({ sealed, signal }: HeldSignal, urgency: 0 | 2, turn: Turn): void {
    const { statement, signature } = sealed;
    if (!signature) return;
    turn.others.push({
      type: "publish",
      payload: encodeMessage({ kind: "signal", statement, signature }),
      urgency,
      replaces: `signal ${signal.id}`,
    });
  }

  /** Everything it takes to believe it again after a restart. */
  #record(
    { signal, sealed, scope }: HeldSignal,
    node: string,
    turn: Turn,
    again = false,
  ): void {
    const { id, issuedMs, untilMs, by, order } = signal;
    const { what } = order;
    turn.record("operator", "signal", subjectOf(signal), {
      ...aboutOf(order),
      ...(what === "cancel" && { cancels: order.id }),
      id,
      signal: what,
      scope,
      by,
      issuedMs,
      untilMs,
      ...(again && { again }),
      statement: sealed.statement.toBase64(),
      ...(sealed.signature && { signature: sealed.signature.toBase64() }),
    }, node);
  }
}

/** Whether a signal takes the effect of another back, besides in its own slot. */
function endsOther({ order, issuedMs }: Signal, other: Signal): boolean {
  if (order.what === "cancel") return order.id === other.id;
  return order.what === "release" && other.order.what === "contain" &&
    other.issuedMs < issuedMs &&
    (order.subject === "all" || order.subject === other.order.subject);
}

/** Whether carrying out an order leaves nothing to end of one that it replaces. */
function settlesItself(order: SignalOrder, replaced: SignalOrder): boolean {
  return slotOf(order) === slotOf(replaced) &&
    (order.what === replaced.what
      ? order.what === "contain"
      : order.what === "readmit");
}

/** What an order says besides its kind, for the journal. */
function aboutOf(order: SignalOrder): Record<string, string | number> {
  if ("changes" in order) {
    const { changes, members } = order;
    const machines = members === "all" ? members : members.length;
    return { changes: changesText(changes), machines };
  }
  const { what: _what, ...about } = order;
  return about;
}

/** The address that a signal is about, for the journal; empty if about none. */
function subjectOf({ order }: Signal): string {
  switch (order.what) {
    case "contain":
      return order.subject;
    case "release":
      return order.subject === "all" ? "" : order.subject;
    case "never":
      return order.network.includes("/") ? "" : order.network;
    default:
      return "";
  }
}
