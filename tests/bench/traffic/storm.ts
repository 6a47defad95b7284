/**
 * When a bench makes alerts: the storm phase is cut into trials of equal
 * length, and a coin decides for each whether one node, drawn at random,
 * publishes alerts at its beginning. What the coin and the draw say is what an
 * observer has to find out.
 *
 * Because the process that makes the truth is known, faked event times are
 * drawn from the very same one, and a classifier's score on them is what it
 * scores where there is nothing to find. In the idle phase every coin shows
 * tails.
 *
 * @module
 */
import type { Profile } from "../../../mesh/profile.ts";
import type { Random } from "../../../mesh/world.ts";

/** One stretch of time in which something was said, or not. */
export interface Trial {
  /** Epoch milliseconds of its beginning. */
  readonly atMs: number;
  readonly phase: "idle" | "storm";
  readonly alert: boolean;
  /** Number of the node that speaks; drawn, but silent, without an alert. */
  readonly origin: number;
}

/** How trials of a profile are cut, in periods T. */
export interface TrialPace {
  /** From one trial to the next. */
  readonly everyMs: number;
  /** What an observer looks at; longer than a trial where T is long. */
  readonly windowMs: number;
}

/** Alerts that one node publishes at once. Our choice: they fill one cell. */
export const alertsPerStorm = 2;

/**
 * The pace of trials: short enough that ten minutes hold hundreds, long enough
 * that an alert has reached everybody (1.3 T at 10 nodes) within the window.
 */
export function paceOf({ name, periodMs }: Profile): TrialPace {
  switch (name) {
    case "lan":
      return { everyMs: 2 * periodMs, windowMs: 2 * periodMs };
    case "wan":
    case "metered":
      return { everyMs: periodMs, windowMs: 1.5 * periodMs };
    case "open":
      return { everyMs: periodMs, windowMs: periodMs };
  }
}

/** Draws the trials of both phases, one after the other. */
export function drawTrials(
  o: {
    readonly startMs: number;
    readonly idleMs: number;
    readonly stormMs: number;
    readonly everyMs: number;
    readonly nodes: number;
    readonly random: Random;
  },
): Trial[] {
  const draw = () => {
    const bytes = new Uint8Array(4);
    o.random.fill(bytes);
    return new DataView(bytes.buffer).getUint32(0) / 2 ** 32;
  };
  const trials: Trial[] = [];
  const stormAtMs = o.startMs + o.idleMs;
  const endMs = stormAtMs + o.stormMs;
  for (let atMs = o.startMs; atMs + o.everyMs <= endMs; atMs += o.everyMs) {
    const phase = atMs < stormAtMs ? "idle" : "storm";
    const alert = draw() < 0.5 && phase === "storm";
    trials.push({ atMs, phase, alert, origin: Math.floor(draw() * o.nodes) });
  }
  return trials;
}
