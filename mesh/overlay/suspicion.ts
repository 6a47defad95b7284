/**
 * Who is alive, as far as one node can tell: SWIM's suspicion (Das, Gupta &
 * Motivala, DSN 2002, section 4.2) with Lifeguard's self-doubt (Dadgar,
 * Phillips & Currey, DSN-W 2018), over cells that come anyway.
 *
 * A neighbour whose cells stop is *late* and its neighbours say so to all; who
 * is alive hears that and refutes it. *Gone* takes more than the longest stall
 * we expect of a live host, and either one's own ears (it was my neighbour) or
 * the word of f+1 members, so that f liars cannot declare anybody dead, and a
 * refutation ends all words before it.
 *
 * Departs from SWIM: nobody probes, cells of constant rate are the probe; a
 * verdict needs f+1 accusers; and a socket that closes is no verdict, because
 * the peer dials again within its backoff.
 *
 * Bounds: one record per member of the roster; `accusersMax` words per
 * suspect, further ones ignored; `wordsBurst` words per writer and one more
 * each `wordEveryMs`, further ones ignored; `wordsPerTickMax` own words per
 * tick. Nothing here closes a link or moves a cell.
 *
 * @module
 */
import { faultBound } from "../fault_bound.ts";
import type { NodeId } from "../node_id.ts";
import { TokenBucket } from "../token_bucket.ts";
import { goneAfterMs, lateAfterMs, tickMsOf } from "./patience.ts";
import { Refutation } from "./refutation.ts";
import { SelfDoubt } from "./self_doubt.ts";

/** How a member is. */
export type LifeState = "up" | "late" | "gone";

/** A member's state as this node sees it. */
export interface MemberHealth {
  /** Who it is. */
  readonly node: NodeId;
  /** As its cells, or the words of others, show it. */
  readonly state: LifeState;
  /** Milliseconds for which it has been in this state. */
  readonly forMs: number;
  /** Milliseconds since its last sign of life; undefined if there was none. */
  readonly heardAgoMs: number | undefined;
}

/** An open link, as the table has it. */
export interface HeardLink {
  readonly node: NodeId;
  /** When the last authentic cell came. */
  readonly heardMs: number;
  /** T of the peer. */
  readonly periodMs: number;
}

/** One word about one member; the wire's is `wire/life_word.ts`. */
export interface Word {
  readonly kind: "suspect" | "heard" | "alive";
  readonly about: NodeId;
  readonly life: number;
}

/** What this node is and may assume. */
export interface SuspicionOptions {
  readonly self: NodeId;
  /** Of this start; higher than before. */
  readonly incarnation: number;
  /** Own T, for how long a word takes to come round. */
  readonly periodMs: number;
}

/** f+1 is at most 6. */
const accusersMax = 16;
/** Our choice: a node of degree 8 that loses and regains all its links. */
const wordsBurst = 64;
const wordEveryMs = 2_000;
const wordAllowance = { burst: wordsBurst, perSecond: 1_000 / wordEveryMs };
const wordsPerTickMax = 16;
/** An accuser repeats itself, for members that came later. */
export const renewMs = 300_000;
/** Neighbours that fell silent within this time fell silent at once. */
const massMs = 10_000;

/** A neighbour, or one whose link broke and that was not heard since. */
interface Neighbour {
  heardMs: number;
  periodMs: number;
  /** When we told the others, if we did. */
  accusedMs: number | undefined;
}

interface Standing {
  state: LifeState;
  sinceMs: number;
  heardMs: number | undefined;
  life: number;
  /** By accuser, the life it named and when it came. */
  readonly accusers: Map<NodeId, { life: number; atMs: number }>;
}

/** The knowledge of one node about all. */
export class Suspicion {
  readonly #o: SuspicionOptions;
  readonly #doubt = new SelfDoubt();
  readonly #refutation: Refutation;
  readonly #records = new Map<NodeId, Standing>();
  readonly #neighbours = new Map<NodeId, Neighbour>();
  readonly #budgets = new Map<NodeId, TokenBucket>();
  /** Members that are not simply up: all that a tick must look at. */
  readonly #watched = new Set<NodeId>();
  #liars = 0;
  /** Since when no neighbour at all is heard. */
  #aloneMs: number | undefined;
  #plannedMs: number;

  constructor(options: SuspicionOptions, nowMs: number) {
    this.#o = options;
    this.#refutation = new Refutation(options.incarnation);
    this.#plannedMs = nowMs + this.#tickMs;
  }

  get #tickMs(): number {
    return tickMsOf(this.#o.periodMs);
  }

  /** When `tick` is due. */
  wakeAtMs(): number {
    // A refutation waits for the tick: when we are accused depends on what is
    // said, and what is said must move no other chore of this node.
    return this.#plannedMs;
  }

  /** How far this node distrusts itself; 0 is not at all. */
  get doubt(): number {
    return this.#doubt.score;
  }

  /** Who belongs to the mesh now; whoever does not is forgotten. */
  setMembers(members: readonly NodeId[], nowMs: number): void {
    const present = new Set(members);
    this.#liars = faultBound(present.size);
    for (const node of this.#records.keys()) {
      if (!present.has(node)) this.#forget(node);
    }
    for (const { accusers } of this.#records.values()) {
      for (const each of accusers.keys()) {
        if (!present.has(each)) accusers.delete(each);
      }
    }
    for (const node of members) {
      if (node === this.#o.self || this.#records.has(node)) continue;
      this.#records.set(node, {
        state: "up",
        sinceMs: nowMs,
        heardMs: undefined,
        life: 0,
        accusers: new Map(),
      });
    }
  }

  /** No tick was due until now: for a world that skips quiet time. */
  skipTo(nowMs: number): void {
    this.#plannedMs = nowMs;
  }

  /** This node ended its link with a neighbour on purpose. */
  letGo(node: NodeId): void {
    this.#neighbours.delete(node);
  }

  /**
   * Looks at everybody.
   *
   * @param links Open links to members.
   * @param slotsSkipped Own slots skipped since the start.
   * @returns What to tell the others.
   */
  tick(
    nowMs: number,
    links: readonly HeardLink[],
    slotsSkipped: number,
  ): Word[] {
    this.#listen(links, nowMs);
    const { live, mass } = this.#survey(nowMs);
    if (live > 0 || this.#neighbours.size === 0) this.#aloneMs = undefined;
    else this.#aloneMs ??= nowMs;
    const blindMs = this.#doubt
      .tick(nowMs, this.#plannedMs, slotsSkipped, mass);
    this.#plannedMs = nowMs + this.#tickMs;
    if (blindMs > 0) {
      this.#excuse(blindMs, nowMs);
      this.#aloneMs = undefined;
    }
    const words: Word[] = [];
    const life = this.#refutation.due(nowMs);
    if (life !== undefined) {
      words.push({ kind: "alive", about: this.#o.self, life });
    }
    for (const node of [...this.#neighbours.keys(), ...this.#watched]) {
      const record = this.#records.get(node);
      if (record) this.#judge(node, record, nowMs);
    }
    for (const [node, neighbour] of this.#neighbours) {
      if (words.length >= wordsPerTickMax) break;
      const word = this.#wordOn(node, neighbour, live, nowMs);
      if (word) words.push(word);
    }
    return words;
  }

  /** Takes a member's words, which its signature has proved. */
  hear(from: NodeId, words: readonly Word[], nowMs: number): void {
    // Who is no member has no record, and so no budget that would be kept.
    if (!this.#records.has(from)) return;
    for (const word of words) {
      if (word.kind === "alive") this.#onAlive(from, word, nowMs);
      else if (this.#affords(from, nowMs)) {
        if (word.about !== this.#o.self) this.#onWord(from, word, nowMs);
        else if (word.kind === "suspect") this.#refutation.accused(word.life);
      }
    }
  }

  /**
   * Everybody's state, in the order in which members were learned. Whoever
   * hears no neighbour at all cannot call the others up.
   */
  views(nowMs: number): MemberHealth[] {
    const aloneMs = this.#aloneMs;
    return [...this.#records].map(([node, record]) => {
      const { state, sinceMs, heardMs } = record;
      const unsure = aloneMs !== undefined && state === "up";
      return {
        node,
        state: unsure ? "late" : state,
        forMs: nowMs - (unsure ? Math.max(aloneMs, sinceMs) : sinceMs),
        heardAgoMs: heardMs === undefined ? undefined : nowMs - heardMs,
      };
    });
  }

  #listen(links: readonly HeardLink[], nowMs: number): void {
    for (const { node, heardMs, periodMs } of links) {
      const record = this.#records.get(node);
      if (!record) continue;
      const known = this.#neighbours.get(node);
      if (!known) {
        // An open link on which nothing comes is no new acquaintance.
        if (nowMs - heardMs > lateAfterMs(periodMs)) continue;
        this.#neighbours.set(node, { heardMs, periodMs, accusedMs: undefined });
      } else {
        known.heardMs = Math.max(known.heardMs, heardMs);
        known.periodMs = periodMs;
      }
      record.heardMs = Math.max(record.heardMs ?? heardMs, heardMs);
    }
  }

  /** How many neighbours speak, and whether most fell silent just now. */
  #survey(nowMs: number): { live: number; mass: boolean } {
    let live = 0;
    let fallen = 0;
    for (const { heardMs, periodMs } of this.#neighbours.values()) {
      const overdueMs = nowMs - heardMs - lateAfterMs(periodMs);
      if (overdueMs <= 0) live++;
      else if (overdueMs < massMs) fallen++;
    }
    return { live, mass: fallen >= 2 && fallen > live };
  }

  /** What was not heard while this node stood still is nobody's fault. */
  #excuse(blindMs: number, nowMs: number): void {
    for (const neighbour of this.#neighbours.values()) {
      neighbour.heardMs = Math.min(nowMs, neighbour.heardMs + blindMs);
    }
    for (const node of this.#watched) {
      const record = this.#records.get(node);
      for (const vote of record?.accusers.values() ?? []) {
        vote.atMs = Math.min(nowMs, vote.atMs + blindMs);
      }
    }
  }

  #judge(node: NodeId, record: Standing, nowMs: number): void {
    const state = this.#verdict(node, record, nowMs);
    if (state !== record.state) {
      record.state = state;
      record.sinceMs = nowMs;
    }
    if (state === "up" && record.accusers.size === 0) {
      this.#watched.delete(node);
    } else this.#watched.add(node);
  }

  #verdict(node: NodeId, record: Standing, nowMs: number): LifeState {
    const patience = 1 + this.#doubt.score;
    const neighbour = this.#neighbours.get(node);
    const periodMs = neighbour?.periodMs ?? this.#o.periodMs;
    const silentMs = neighbour ? nowMs - neighbour.heardMs : 0;
    const late = silentMs > lateAfterMs(periodMs);
    if (neighbour && !late) return "up";
    const enoughMs = goneAfterMs(periodMs) * patience;
    if (silentMs > enoughMs) return "gone";
    const votes = [...record.accusers.values()].map(({ atMs }) => atMs)
      .sort((a, b) => a - b);
    // From the word that completed f+1 on, nothing refuted it.
    const completedMs = votes[this.#liars];
    if (completedMs !== undefined && nowMs - completedMs > enoughMs) {
      return "gone";
    }
    return late || votes.length > 0 ? "late" : "up";
  }

  /** What this node has to say about a neighbour now. */
  #wordOn(
    node: NodeId,
    neighbour: Neighbour,
    live: number,
    nowMs: number,
  ): Word | undefined {
    const record = this.#records.get(node);
    if (!record) return undefined;
    const { heardMs, periodMs, accusedMs } = neighbour;
    const { life } = record;
    if (nowMs - heardMs <= lateAfterMs(periodMs)) {
      if (accusedMs === undefined) return undefined;
      neighbour.accusedMs = undefined;
      return { kind: "heard", about: node, life };
    }
    // Whoever doubts itself, or hears nobody, accuses nobody.
    if (this.#doubt.score > 0 || live === 0) return undefined;
    if (accusedMs !== undefined && nowMs < accusedMs + renewMs) {
      return undefined;
    }
    const enough = record.accusers.size > this.#liars;
    if (accusedMs === undefined && enough) return undefined;
    neighbour.accusedMs = nowMs;
    return { kind: "suspect", about: node, life };
  }

  #onAlive(from: NodeId, { about, life }: Word, nowMs: number): void {
    const record = this.#records.get(from);
    if (!record || about !== from || life <= record.life) return;
    record.life = life;
    record.heardMs = nowMs;
    // What names this very life came after it; any other is old, or made up.
    for (const [accuser, vote] of record.accusers) {
      if (vote.life !== life) record.accusers.delete(accuser);
    }
    // It lives and does not reach us: we are no witness any more.
    const neighbour = this.#neighbours.get(from);
    if (neighbour) {
      const silentMs = nowMs - neighbour.heardMs;
      if (silentMs > lateAfterMs(neighbour.periodMs)) {
        this.#neighbours.delete(from);
      }
    }
    this.#judge(from, record, nowMs);
  }

  #onWord(from: NodeId, { kind, about, life }: Word, nowMs: number): void {
    const record = this.#records.get(about);
    if (!record || about === from || !this.#records.has(from)) return;
    if (kind === "heard") {
      if (record.accusers.delete(from)) record.heardMs = nowMs;
    } else if (life >= record.life) {
      if (record.accusers.has(from)) return;
      if (record.accusers.size >= accusersMax) return;
      record.accusers.set(from, { life, atMs: nowMs });
    }
    this.#judge(about, record, nowMs);
  }

  #affords(from: NodeId, nowMs: number): boolean {
    let budget = this.#budgets.get(from);
    if (!budget) {
      this.#budgets.set(from, budget = new TokenBucket(wordAllowance, nowMs));
    }
    return budget.take(nowMs);
  }

  #forget(node: NodeId): void {
    this.#records.delete(node);
    this.#neighbours.delete(node);
    this.#budgets.delete(node);
    this.#watched.delete(node);
  }
}
