/**
 * Threshold Random Walk (Jung et al., IEEE S&P 2004) over first contacts in
 * `first_contact_table.ts`, for scans that take days: the same test as
 * `sequential_test.ts`, with one table for all sources, and with the chance of
 * an honest failure learned by `first_contact_baseline.ts` where there is one.
 *
 * With a half-life of a day a failure every ten minutes adds up to 200 times
 * what one is worth, and one in two hours still to twice the threshold.
 *
 * False alarms: by Wald's bound a source whose first contacts fail no more
 * often than learned is accused with a chance of at most alpha per walk; fading
 * only lowers it.
 *
 * @module
 */
import type { Connection, Observation } from "../observation.ts";
import {
  type FirstContactBaseline,
  lessonsMax,
} from "./first_contact_baseline.ts";
import { FirstContactTable } from "./first_contact_table.ts";
import { isVisit, scatteredShare } from "./scattered_contact.ts";
import type { SlowWalkMechanism } from "./scenario.ts";
import type { Findings } from "./evidence.ts";
import type { Tracker } from "./tracker.ts";

/**
 * From here on programs choose ports for their peers at random. There is no
 * room to remember the ports of each source (see `scattered_contact.ts`), so
 * a failure here at another host than the last counts for little.
 */
const peerPortMin = 10_000;

/** Watches all sources; the same tracker serves every one. */
export class SlowWalk implements Tracker {
  readonly #mechanism: SlowWalkMechanism;
  readonly #table: FirstContactTable;
  readonly #baseline: FirstContactBaseline | undefined;
  readonly #upper: number;
  readonly #lower: number;

  constructor(mechanism: SlowWalkMechanism, baseline?: FirstContactBaseline) {
    const { alpha, beta, half_life, sources } = mechanism;
    this.#mechanism = mechanism;
    this.#table = new FirstContactTable(sources, half_life / 1_000);
    this.#baseline = baseline;
    this.#upper = Math.log(beta / alpha);
    this.#lower = Math.log((1 - beta) / (1 - alpha));
  }

  /** Memory of the table. */
  get byteLength(): number {
    return this.#table.byteLength;
  }

  /** Takes a connection; other observations mean nothing here. */
  take(observation: Observation, priorNats: number): Findings | undefined {
    if (observation.kind !== "connection") return undefined;
    const { source, destination, port, atMs, handshake } = observation;
    const table = this.#table;
    const nowS = Math.max(0, Math.floor(atMs / 1_000)) % 2 ** 32;
    const slot = table.slotOf(source, nowS);
    if (handshake && !isVisit(observation)) table.shakeHands(slot);
    if (!table.meet(slot, destination, port)) return undefined;
    const failed = observation.outcome !== "accepted";
    const isLearning = this.#teach(slot, observation, failed);
    const before = table.scoreAt(slot, nowS);
    const isElsewhere = table.turnTo(slot, destination);
    const isScattered = failed && isElsewhere && port >= peerPortMin;
    const score = before +
      this.#nats(port, failed) * (isScattered ? scatteredShare : 1);
    table.score(slot, score, nowS);
    if (failed) table.fail(slot, nowS);
    if (score <= this.#lower) {
      table.restart(slot);
      return undefined;
    }
    if (score + priorNats < this.#upper) return undefined;
    const findings = {
      score: score + priorNats,
      count: table.failures(slot),
      spanMs: Math.max(0, nowS - table.firstSecond(slot)) * 1_000,
      handshake: table.hasHandshake(slot),
    };
    table.restart(slot);
    if (isLearning || findings.spanMs < this.#mechanism.after) return undefined;
    return findings;
  }

  /** Returns whether the baseline is still learning, and nobody is accused. */
  #teach(slot: number, { port, atMs }: Connection, failed: boolean): boolean {
    const baseline = this.#baseline;
    if (baseline === undefined || !baseline.isLearning(atMs)) return false;
    if (this.#table.lessons(slot) < lessonsMax) {
      this.#table.teach(slot);
      baseline.learn(port, failed, atMs);
    }
    return true;
  }

  /** How much likelier the outcome is under attack, as a logarithm. */
  #nats(port: number, failed: boolean): number {
    const { benign, attack } = this.#mechanism;
    const failure = this.#baseline?.failureChance(port) ?? benign;
    return failed
      ? Math.log(attack / failure)
      : Math.log((1 - attack) / (1 - failure));
  }
}
