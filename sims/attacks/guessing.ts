/**
 * An outsider who guesses passwords, from one source or from many, keeping book
 * of what was answered before each machine closed.
 *
 * @module
 */
import type { Address } from "../../defense/mod.ts";
import {
  type GuessingPlan,
  loginPort,
  loginService,
} from "../login_scenario.ts";
import type { VirtualHost } from "../world/host.ts";
import type { SeededRandom } from "../world/random.ts";
import type { Site } from "../world/site.ts";

/** What one machine let the guessers do. */
export interface GuessingGain {
  /** Name of the machine. */
  readonly host: string;
  /** Guesses that its service answered. */
  answered: number;
  /** Connections that it did not answer. */
  filtered: number;
}

/** An attack under way. */
export interface Guessing {
  readonly startMs: number;
  /** Machines in the order of the site, with what they let happen. */
  readonly gains: readonly GuessingGain[];
  /** Sources that made a guess so far. */
  readonly active: ReadonlySet<Address>;
}

/** Sets the attack in motion; `exists` tells accounts that are there. */
export function startGuessing(
  plan: GuessingPlan,
  site: Site,
  random: SeededRandom,
  exists: (account: string) => boolean,
  untilMs: number,
): Guessing {
  const gains = site.hosts.map(({ name }) => ({
    host: name,
    answered: 0,
    filtered: 0,
  }));
  const active = new Set<Address>();
  for (const source of plan.sources) {
    const own = random.fork(source);
    const targets = own.shuffled(site.hosts.map((_, index) => index))
      .slice(0, plan.hostsPerSource);
    const lists = plan.order === "once"
      ? targets.map((index) => [index])
      : [targets];
    for (const list of lists) {
      const guesser = new Guesser(
        plan,
        source,
        site,
        own,
        exists,
        gains,
        active,
        list,
      );
      for (let line = 0; line < plan.parallel; line++) {
        const delayMs = plan.startMs + own.uniform() * guesser.gapMs;
        site.clock.after(delayMs, () => guesser.work(untilMs));
      }
    }
  }
  return { startMs: plan.startMs, gains, active };
}

/** One source's work; its parallel connections share the list of what is left. */
class Guesser {
  /** Between two guesses on one of its connections. */
  readonly gapMs: number;
  readonly #plan: GuessingPlan;
  readonly #source: Address;
  readonly #site: Site;
  readonly #random: SeededRandom;
  readonly #exists: (account: string) => boolean;
  readonly #gains: GuessingGain[];
  readonly #active: Set<Address>;
  /** Machines in this source's order, with guesses made and failures in a row. */
  readonly #left: { index: number; guesses: number; silent: number }[];
  #turn = 0;

  constructor(
    plan: GuessingPlan,
    source: Address,
    site: Site,
    random: SeededRandom,
    exists: (account: string) => boolean,
    gains: GuessingGain[],
    active: Set<Address>,
    targets: readonly number[],
  ) {
    this.#plan = plan;
    this.#source = source;
    this.#site = site;
    this.#random = random;
    this.#exists = exists;
    this.#gains = gains;
    this.#active = active;
    this.gapMs = 1_000 * plan.parallel / plan.guessesPerSecond;
    this.#left = targets.map((index) => ({ index, guesses: 0, silent: 0 }));
  }

  /** One guess, then the next after a while, until there is nothing left. */
  work(untilMs: number): void {
    const { clock } = this.#site;
    if (clock.nowMs() > untilMs || this.#left.length === 0) return;
    this.#guess();
    const pauseMs = this.gapMs * (0.8 + 0.4 * this.#random.uniform());
    clock.after(pauseMs, () => this.work(untilMs));
  }

  #guess(): void {
    const { order, accounts, guessesPerHost, patience } = this.#plan;
    const at = order === "account" ? this.#turn % this.#left.length : 0;
    const target = this.#left[at];
    const host = target && this.#site.hosts[target.index];
    const gain = target && this.#gains[target.index];
    if (!target || !host || !gain) return;
    const account = accounts[this.#turn++ % accounts.length] ?? "root";
    this.#active.add(this.#source);
    if (this.#try(host, account)) {
      gain.answered++;
      target.silent = 0;
      target.guesses++;
    } else {
      gain.filtered++;
      target.silent++;
    }
    if (target.guesses >= guessesPerHost || target.silent >= patience) {
      this.#left.splice(at, 1);
    }
  }

  #try(host: VirtualHost, user: string): boolean {
    const answer = host.login({
      source: this.#source,
      port: loginPort,
      service: loginService,
      user,
      exists: this.#exists(user),
      right: false,
    });
    return answer !== "filtered";
  }
}
