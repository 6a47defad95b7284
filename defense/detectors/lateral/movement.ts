/**
 * What one machine, or one account, has done for the first time lately, and
 * how surprising that is: a CUSUM (`page_walk.ts`) for each of three paces of
 * an intruder.
 *
 * | first-ever … | honest | hurried | steady | patient |
 * | --- | --- | --- | --- | --- |
 * | way of a machine to another | 1 a day | 1 a minute | 4 an hour | 1 in two hours |
 * | switch to another account | 1 in 30 days | a twelfth of these | | |
 * | opening of remote control | 1 in 7 days | a twelfth of these | | |
 * | thing run elsewhere | 1 in 30 days | a twelfth of these | | |
 * | machine of an account | 1 in 7 days | 1 in five minutes | 2 an hour | 1 in six hours |
 *
 * They are our choice. The honest rate is that of the table until something
 * is learned; then it is the mean of a Gamma distribution whose prior is one
 * event in the table's time (Gelman et al., Bayesian Data Analysis, section
 * 2.6), and not below the table's.
 *
 * So a hurried intruder is seen at his third new machine, or at the second
 * with an account that was never used; a steady one at the fourth in a quarter
 * of an hour; a patient one at the tenth in a day.
 *
 * Bound: the last `marksMax` things are named.
 *
 * @module
 */
import { spanText } from "../span_text.ts";
import { PageWalk } from "./page_walk.ts";

/** Things that are named in a summary. */
export const marksMax = 8;
const dayMs = 86_400_000;

/** Kinds of first-ever event. */
export const novelties = ["way", "switch", "reaches", "runs"] as const;
/** One of them. */
export type Novelty = typeof novelties[number];

/** One thing that happened for the first time. */
export interface Mark {
  readonly novelty: Novelty;
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

interface Rates {
  /** Days in which an honest one does this once. */
  readonly priorDays: Readonly<Partial<Record<Novelty, number>>>;
  /** Ways of an intruder in a day, one number per walk. */
  readonly paces: readonly number[];
}

const ratesOf: Readonly<Record<"machine" | "account", Rates>> = {
  machine: {
    priorDays: { way: 1, switch: 30, reaches: 7, runs: 30 },
    paces: [1_440, 96, 12],
  },
  account: { priorDays: { way: 7 }, paces: [288, 48, 4] },
};
/** Other things than ways, for each way of an intruder. */
const otherShare = 1 / 12;

/** Watches one machine or account. */
export class Movement {
  readonly #rates: Rates;
  readonly #taughtDays: number;
  readonly #walks: readonly PageWalk[];
  readonly #taught: Partial<Record<Novelty, number>>;
  #marks: Mark[] = [];
  #count = 0;
  #firstMs = 0;
  #lastMs = 0;

  /**
   * @param taughtMs Time in which `teach` counts.
   * @param taught What it counted before.
   */
  constructor(
    of: "machine" | "account",
    taughtMs: number,
    taught: Readonly<Partial<Record<Novelty, number>>> = {},
  ) {
    this.#taught = { ...taught };
    this.#rates = ratesOf[of];
    this.#taughtDays = taughtMs / dayMs;
    this.#walks = this.#rates.paces.map(() => new PageWalk());
  }

  /** Something new in the time of learning: honest, as far as we know. */
  teach(novelty: Novelty): void {
    this.#taught[novelty] = (this.#taught[novelty] ?? 0) + 1;
  }

  /** What `teach` has counted. */
  get taught(): Readonly<Partial<Record<Novelty, number>>> {
    return { ...this.#taught };
  }

  /** Something new; returns whether that is too much. */
  step(atMs: number, mark: Mark): boolean {
    const { priorDays, paces } = this.#rates;
    let strikes = false;
    let isDry = true;
    paces.forEach((pace, index) => {
      const walk = this.#walks[index];
      if (walk === undefined) return;
      let nats = 0;
      let lostPerDay = 0;
      for (const novelty of Object.keys(priorDays) as Novelty[]) {
        const honest = this.#honestPerDay(novelty);
        const share = novelty === "way" ? 1 : otherShare;
        // An intruder is never slower than twice the honest.
        const attack = Math.max(pace * share, 2 * honest);
        lostPerDay += attack - honest;
        if (novelty === mark.novelty) nats = Math.log(attack / honest);
      }
      if (walk.event(atMs, nats, lostPerDay)) strikes = true;
      if (walk.score > 0) isDry = false;
    });
    this.#note(atMs, mark, isDry);
    return strikes;
  }

  /** What it came to; starts anew. */
  take(): MovementFindings {
    const techniques = new Set(this.#marks.map(({ technique }) => technique));
    const [technique = "T1021"] = techniques;
    const programs = new Set(
      this.#marks.flatMap(({ process }) => process ?? []),
    );
    const named = [...new Set(this.#marks.map(({ words }) => words))];
    const words = named.join(", ");
    const findings = {
      technique: techniques.size === 1 ? technique : "T1021",
      score: Math.max(...this.#walks.map(({ score }) => score)),
      count: this.#count,
      span: spanText(Math.max(0, this.#lastMs - this.#firstMs)),
      words: programs.size === 0
        ? words
        : `${words}; program ${[...programs].join(", ")}`,
    };
    for (const walk of this.#walks) walk.restart();
    this.#forget();
    return findings;
  }

  #honestPerDay(novelty: Novelty): number {
    const priorDays = this.#rates.priorDays[novelty] ?? 1;
    const taught = this.#taught[novelty] ?? 0;
    const learned = (1 + taught) / (priorDays + this.#taughtDays);
    return Math.max(1 / priorDays, learned);
  }

  /** @param isDry What came before is no longer evidence. */
  #note(atMs: number, mark: Mark, isDry: boolean): void {
    if (isDry) this.#forget();
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
