/**
 * Drills: a word about an address that is nobody's goes through the real mesh,
 * and every member answers when it heard it and what it would have done.
 *
 * A drill is a kind of message of its own. It is no claim: it is never counted
 * as a vote, spends nobody's budget, moves no detector and no opinion of a
 * witness, and reaches neither containment nor a standing, which exist for
 * claims, sightings and orders only. An agent that does not know the kind
 * counts it as unknown and does nothing. Whoever hears it checks the address
 * itself (`drills/documentation_address.ts`).
 *
 * Bounds: those of `drills/drill_log.ts`.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import { encodeMessage } from "./alert_codec.ts";
import type { Claim } from "./corroboration/evidence.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import { blockQuorum } from "./corroboration/quorum.ts";
import {
  decodeDrillAnswer,
  type DrillAnswer,
  encodeDrillAnswer,
} from "./drills/drill_answer.ts";
import { DrillLog, drillMs, type OwnDrill } from "./drills/drill_log.ts";
import type { DrillMessage } from "./drills/drill_message.ts";
import { isDocumentationAddress } from "./drills/documentation_address.ts";
import type { Turn } from "./turn.ts";
import type { JournalEntry } from "./world.ts";

/** Members without an answer that the record names. */
const silentMax = 64;

/** Why a drill cannot begin. */
export interface DrillRefusal {
  /** For the operator: what is wrong and what to do. */
  readonly refused: string;
}

/** Holds drills and answers those of others. */
export class Drills {
  readonly #judgement: Judgement;
  readonly #log = new DrillLog();

  constructor(judgement: Judgement) {
    this.#judgement = judgement;
  }

  /** Who held a drill about `subject` lately. */
  markOf(subject: Address, wallMs: number): ReturnType<DrillLog["markOf"]> {
    return this.#log.markOf(subject, wallMs);
  }

  /** Why a drill about `subject` cannot begin now, if so. */
  refusal(subject: Address, wallMs: number): DrillRefusal | undefined {
    const { members, self, standings, votes } = this.#judgement;
    if (!isDocumentationAddress(subject)) {
      return refused(
        `${subject} may be somebody's; take an address of 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 or 2001:db8::/32, or none`,
      );
    }
    if (members.size < 2) {
      return refused("this is the only member; let another one join first");
    }
    const { own } = this.#log;
    if (own && !own.over && wallMs < own.toldMs + drillMs) {
      return refused("a drill is under way; wait for its end");
    }
    const about = this.#judgement.subjectOf(subject);
    if (standings.get(about) || votes.fresh(about, wallMs).length > 0) {
      return refused(`somebody has something against ${subject}; take another`);
    }
    const notBeforeMs = this.#log.notBeforeMs(self, wallMs);
    if (notBeforeMs <= wallMs) return undefined;
    const minutes = Math.ceil((notBeforeMs - wallMs) / 60_000);
    return refused(
      `this member held four within the hour; try again in ${minutes} min`,
    );
  }

  /** Begins a drill, unless {@linkcode refusal} says why not. */
  begin(named: Address, id: string, turn: Turn): void {
    if (this.refusal(named, turn.wallMs)) return;
    const judgement = this.#judgement;
    const { self, members } = judgement;
    const subject = judgement.subjectOf(named);
    this.#log.admit(self, id, subject, turn.wallMs);
    const awaited = new Set(members.nodes());
    awaited.delete(self);
    const toldMs = Math.round(turn.wallMs);
    const of = awaited.size;
    this.#log.own = { id, subject, toldMs, awaited, of, over: false };
    judgement.due(toldMs + drillMs);
    judgement.count("drills_begun");
    turn.others.push({
      type: "publish",
      payload: encodeMessage({ kind: "drill", subject, atMs: toldMs, id }),
      // As urgent as the first vote of a real attack, or it would measure
      // something else.
      urgency: 0,
    });
    turn.record("operator", "drill", subject, { ...markOf(id), of });
  }

  /** Another member held one; that it is fresh is known. */
  hear(node: NodeId, message: DrillMessage, turn: Turn): void {
    const judgement = this.#judgement;
    const { id, atMs } = message;
    if (!isDocumentationAddress(message.subject)) {
      return judgement.count("rejected_drill_address");
    }
    const subject = judgement.subjectOf(message.subject);
    const admission = this.#log.admit(node, id, subject, turn.wallMs);
    if (admission !== "admitted") {
      return judgement.count(`rejected_drill_${admission}`);
    }
    judgement.count("drills_heard");
    const answer: DrillAnswer = {
      drill: id,
      heardMs: Math.round(turn.wallMs),
      ...this.#wouldDo(node, subject, atMs),
    };
    turn.others.push({
      type: "tell",
      to: node,
      payload: encodeDrillAnswer(answer),
      urgency: 2,
    });
    const { would, needed, mode, protected: listed } = answer;
    turn.record("claimed", "drill", subject, {
      ...markOf(id),
      observedMs: atMs,
      would,
      needed,
      mode,
      protected: listed,
    }, node);
  }

  /** A member said something to this node alone. */
  told(from: NodeId, payload: Uint8Array, turn: Turn): void {
    const judgement = this.#judgement;
    const answer = decodeDrillAnswer(payload);
    if (!answer) return judgement.count("ignored_told");
    const { own } = this.#log;
    // Late answers count as late: they are written down, too.
    if (own?.id !== answer.drill || !own.awaited.delete(from)) {
      return judgement.count("rejected_drill_answer");
    }
    judgement.count("drill_answers");
    const { drill, protected: listed, ...rest } = answer;
    turn.record("claimed", "drill_answer", own.subject, {
      exercise: true,
      drill,
      ...rest,
      protected: listed,
      answeredMs: Math.max(0, Math.round(turn.wallMs - own.toldMs)),
    }, from);
    if (own.awaited.size === 0) this.#end(own, turn);
  }

  /** Time has passed. */
  pass(turn: Turn): void {
    const { own } = this.#log;
    if (!own || own.over) return;
    const endMs = own.toldMs + drillMs;
    // A wall clock that was set back ends it, too.
    if (turn.wallMs >= endMs || turn.wallMs < own.toldMs) this.#end(own, turn);
    else this.#judgement.due(endMs);
  }

  #end(own: OwnDrill, turn: Turn): void {
    if (own.over) return;
    own.over = true;
    const silent = [...own.awaited].slice(0, silentMax);
    turn.record("system", "drill_ended", own.subject, {
      exercise: true,
      drill: own.id,
      of: own.of,
      heard: own.of - own.awaited.size,
      silent,
    });
  }

  /** What this node would do if the word were a vote. */
  #wouldDo(
    node: NodeId,
    subject: Address,
    atMs: number,
  ): Pick<DrillAnswer, "would" | "needed" | "mode" | "protected"> {
    const judgement = this.#judgement;
    const vote: Claim<NodeId> = {
      node,
      subject,
      technique: "T0000",
      scenario: "drill",
      evidence: "E1",
      score: 0,
      observations: 0,
      atMs,
    };
    const listed = judgement.protectedBy(subject) !== undefined;
    return {
      would: listed ? "none" : judgement.weigh([vote]) ?? "none",
      needed: blockQuorum(judgement.members.size),
      mode: judgement.mode,
      protected: listed,
    };
  }
}

/** What marks an entry as one of a drill, and lists it among alerts. */
function markOf(drill: string): JournalEntry["detail"] {
  return {
    exercise: true,
    drill,
    technique: "T0000",
    scenario: "drill",
    evidence: "E0",
    score: 0,
    observations: 0,
    summary: "Exercise: a word about an address that is nobody's",
  };
}

function refused(reason: string): DrillRefusal {
  return { refused: reason };
}
