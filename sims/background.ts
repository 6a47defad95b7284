/**
 * The honest people of a business while it is attacked: staff who open what
 * is served, and a monitor that knocks at every machine on the clock. What
 * they were denied is the price of a defense.
 *
 * @module
 */
import type { Address } from "../defense/mod.ts";
import type { SeededRandom } from "./world/random.ts";
import type { Site } from "./world/site.ts";

/** Who is at work, and how much. */
export interface BackgroundPlan {
  /** One person each. */
  readonly staff: readonly Address[];
  /** Mean pause of one person between two connections, milliseconds. */
  readonly staffPauseMs: number;
  /** Who makes the rounds. */
  readonly monitor: Address;
  /** Period of the monitor's round over all machines, milliseconds. */
  readonly monitorPeriodMs: number;
  /** Ports that every machine serves. */
  readonly served: readonly number[];
  /** One in so many of the staff's connections goes to a port nobody serves. */
  readonly mistakeEvery: number;
}

/** What the honest asked for and did not get. */
export interface BackgroundToll {
  /** Attempts so far, of staff and monitor together. */
  readonly connections: number;
  /** To served ports, not answered. */
  readonly denied: number;
}

/** Sets everybody to work until `untilMs`. */
export function startBackground(
  plan: BackgroundPlan,
  site: Site,
  random: SeededRandom,
  untilMs: number,
): () => BackgroundToll {
  const { clock, hosts } = site;
  let connections = 0;
  let denied = 0;
  const open = (source: Address, index: number, port: number) => {
    const answer = hosts[index]?.probe(source, port);
    connections++;
    if (plan.served.includes(port) && answer !== "open") denied++;
  };
  const work = (person: Address, own: SeededRandom): void => {
    const pauseMs = own.pause(plan.staffPauseMs);
    if (clock.nowMs() + pauseMs > untilMs) return;
    clock.after(pauseMs, () => {
      const mistaken = own.integer(plan.mistakeEvery) === 0;
      const port = mistaken
        ? 1_024 + own.integer(60_000)
        : plan.served[own.integer(plan.served.length)];
      if (port !== undefined) open(person, own.integer(hosts.length), port);
      work(person, own);
    });
  };
  for (const person of plan.staff) work(person, random.fork(person));
  const round = (): void => {
    hosts.forEach((_, index) => {
      for (const port of plan.served) open(plan.monitor, index, port);
    });
    if (clock.nowMs() + plan.monitorPeriodMs <= untilMs) {
      clock.after(plan.monitorPeriodMs, round);
    }
  };
  clock.after(0, round);
  return () => ({ connections, denied });
}
