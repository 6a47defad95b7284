/**
 * What one machine, or one account, has done for the first time lately, and
 * how surprising that is.
 *
 * Rates of novelty, per day:
 *
 * | of | honest, before anything is learned | hurried intruder | patient intruder |
 * | --- | --- | --- | --- |
 * | ways of a machine | 1 | 288: one in five minutes | 12: one in two hours |
 * | machines of an account | 1/7 | 48: one in half an hour | 4: one in six hours |
 *
 * They are our choice. The honest rate is the mean of a Gamma distribution
 * with the prior of one event in the time above, after what was learned
 * (Gelman et al., Bayesian Data Analysis, section 2.6), and not below the
 * prior. A hurried intruder is seen at the third new way, or the second with
 * an account that was never used; a patient one at the eighth in 16 hours.
 *
 * Bound: the last `marksMax` things are named.
 *
 * @module
 */
import { PageWalk, type WalkRates } from "./page_walk.ts";

/** Things that are named in a summary. */
export const marksMax = 8;
const dayMs = 86_400_000;

/** One thing that happened for the first time. */
export interface Mark {
  /** For people. */
  readonly words: string;
  readonly technique: string;
  /** Program that did it, where that is known. */
  readonly process?: string;
}

/** What a movement came to. */
export interface MovementFindings {
  /** The common technique, else T1021. */
  readonly technique: string;
  /** Nats. */
  readonly score: number;
  readonly count: number;
  /** From the first to the last, in words. */
  readonly span: string;
  /** What it was, in words. */
  readonly words: string;
}

const paces = {
  ways: { priorDays: 1, hurried: 288, patient: 12 },
  machines: { priorDays: 7, hurried: 48, patient: 4 },
} as const;

/** Watches one machine or account. */
export class Movement {
  readonly #pace: typeof paces[keyof typeof paces];
  readonly #taughtDays: number;
  readonly #hurried = new PageWalk();
  readonly #patient = new PageWalk();
  #taught = 0;
  #marks: Mark[] = [];
  #count = 0;
  #firstMs = 0;
  #lastMs = 0;

  /** @param taughtMs Time in which `teach` counts. */
  constructor(of: keyof typeof paces, taughtMs: number) {
    this.#pace = paces[of];
    this.#taughtDays = taughtMs / dayMs;
  }

  /** Something new in the time of learning: honest, as far as we know. */
  teach(): void {
    this.#taught++;
  }

  /** Something new; returns whether that is too much. */
  step(atMs: number, mark: Mark): boolean {
    this.#note(atMs, mark);
    const hurried = this.#hurried.event(atMs, this.#rates("hurried"));
    const patient = this.#patient.event(atMs, this.#rates("patient"));
    return hurried || patient;
  }

  /** Something that is worth `nats` by its looks. */
  add(atMs: number, mark: Mark, nats: number): boolean {
    this.#note(atMs, mark);
    const hurried = this.#hurried.add(atMs, this.#rates("hurried"), nats);
    // The patient walk forgets slowly, so it must not believe looks as much.
    const patient = this.#patient.add(atMs, this.#rates("patient"), nats / 2);
    return hurried || patient;
  }

  /** What it came to; starts anew. */
  take(): MovementFindings {
    const score = Math.max(this.#hurried.score, this.#patient.score);
    const techniques = new Set(this.#marks.map(({ technique }) => technique));
    const [technique = "T1021"] = techniques;
    const programs = new Set(
      this.#marks.flatMap(({ process }) => process ?? []),
    );
    const named = [...new Set(this.#marks.map(({ words }) => words))].join(
      ", ",
    );
    const findings = {
      technique: techniques.size === 1 ? technique : "T1021",
      score,
      count: this.#count,
      span: spanText(Math.max(0, this.#lastMs - this.#firstMs)),
      words: programs.size === 0
        ? named
        : `${named}; program ${[...programs].join(", ")}`,
    };
    this.#hurried.restart();
    this.#patient.restart();
    this.#forget();
    return findings;
  }

  /** An intruder is never slower than twice the honest. */
  #rates(walk: "hurried" | "patient"): WalkRates {
    const { priorDays } = this.#pace;
    const learned = (1 + this.#taught) / (priorDays + this.#taughtDays);
    const benignPerDay = Math.max(1 / priorDays, learned);
    const attackPerDay = Math.max(this.#pace[walk], 2 * benignPerDay);
    return { benignPerDay, attackPerDay };
  }

  #note(atMs: number, mark: Mark): void {
    const hurried = this.#hurried.rest(atMs, this.#rates("hurried"));
    const patient = this.#patient.rest(atMs, this.#rates("patient"));
    // Both have run dry: what came before is no longer evidence.
    if (hurried === 0 && patient === 0) this.#forget();
    if (this.#count === 0) this.#firstMs = atMs;
    this.#count++;
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#marks.push(mark);
    if (this.#marks.length > marksMax) this.#marks.shift();
  }

  #forget(): void {
    this.#marks = [];
    this.#count = 0;
    this.#lastMs = 0;
  }
}

/** `40 s`, `11 min`, `2 h`, `5 days`. */
function spanText(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}
