/**
 * How long an alert takes to everybody, when one machine raises one; and how
 * long until everybody has shut an attacker out, when `f + 1` machines raise
 * an alert about the same source at the same moment, as they do when one
 * scanner sweeps the site. Two alerts fit into a cell, so several at once take
 * longer than one.
 *
 * The first vote throttles the attacker at a machine, the last of the quorum
 * blocks it (design §7). From a vote's arrival to the rule in the kernel a
 * constant is added, see `decisionMs`.
 *
 * @module
 */
import { blockQuorum } from "../../defense/mod.ts";
import type { Pace } from "../../mesh/mod.ts";
import type { SeededRandom } from "../world/random.ts";
import { type Delay, officeDelay } from "../world/weather.ts";
import { type Distribution, distributionOf } from "./distribution.ts";
import { type OverlayNode, OverlayWorld } from "./overlay_world.ts";

/**
 * From a delivered alert to the rule in the kernel: one message between
 * isolates, a decision, one call of `nft`. Measured on real hosts, README:
 * failed login to rule, median 3.3 ms; rounded up.
 */
export const decisionMs = 5;

/** What is measured. */
export interface PropagationPlan {
  readonly nodes: number;
  readonly pace: Pace;
  /** Share of the nodes that receive and pass nothing on. */
  readonly silent: number;
  /** Attacks, one after the other. */
  readonly events: number;
  readonly random: SeededRandom;
  readonly onProgress?: (done: number) => void;
}

/** What came out, times in milliseconds. */
export interface Propagation {
  /** Links per node, on average. */
  readonly degree: number;
  /** From an alert to one node, over all pairs of alert and honest node. */
  readonly alertMs: Distribution;
  /** Links that an alert took. */
  readonly hops: Distribution;
  /** Copies of one alert that one node receives. */
  readonly copies: number;
  /** From the attack until a machine throttles the attacker. */
  readonly throttledMs: Distribution;
  /** From the attack until a machine blocks it. */
  readonly blockedMs: Distribution;
  /** Share of pairs of alert and honest node that never met. */
  readonly missedShare: number;
  /** Alert latencies, thinned out, for a plot; sorted. */
  readonly samples: readonly number[];
}

type HeardAt = (node: OverlayNode, atMs: number, hops: number) => void;

/** How long a cell travels, by how fast links tick. */
export function delayOf({ periodMs }: Pace): Delay {
  return periodMs < 1_000 ? officeDelay : { baseMs: 20, jitterMs: 10 };
}

/** Points of a plot; more than anyone sees. */
const samplesMax = 2_000;

/** Measures. */
export function measurePropagation(plan: PropagationPlan): Propagation {
  const { pace, random, events, onProgress } = plan;
  const world = new OverlayWorld({ ...plan, delay: delayOf(pace) });
  world.linkAll();
  const voters = Math.min(plan.nodes, blockQuorum(plan.nodes));
  const silenced = random.fork("silent").shuffled(world.nodes)
    .slice(0, Math.floor(plan.silent * plan.nodes));
  for (const node of silenced) node.silent = true;
  const honest = world.nodes.filter(({ silent }) => !silent);
  const alertMs: number[] = [];
  const hops: number[] = [];
  const throttledMs: number[] = [];
  const blockedMs: number[] = [];
  const raise = (count: number, onHeard: HeardAt) => {
    // A moment at any phase of the slots, when the last event is long over.
    world.clock.run(pace.periodMs * (40 + random.uniform()));
    const startMs = world.clock.nowMs();
    world.onHeard = (node, _, hops) => {
      if (!node.silent) onHeard(node, world.clock.nowMs() - startMs, hops);
    };
    const origins = random.shuffled(honest).slice(0, count);
    for (const origin of origins) {
      onHeard(origin, 0, 0);
      world.publish(origin);
    }
    world.clock.run(pace.periodMs * 30);
    world.forgetHops();
  };
  let copies = 0;
  for (let event = 0; event < events; event++) {
    const copiesBefore = world.copies;
    raise(1, (_, atMs, count) => {
      if (count === 0) return;
      alertMs.push(atMs);
      hops.push(count);
    });
    copies += world.copies - copiesBefore;
    const votes = new Map<OverlayNode, number>();
    raise(voters, (node, atMs) => {
      const count = (votes.get(node) ?? 0) + 1;
      votes.set(node, count);
      if (count === 1) throttledMs.push(atMs + decisionMs);
      if (count === voters) blockedMs.push(atMs + decisionMs);
    });
    onProgress?.((event + 1) / events);
  }
  const pairs = events * (honest.length - 1);
  const sorted = alertMs.toSorted((a, b) => a - b);
  const every = Math.max(1, Math.ceil(sorted.length / samplesMax));
  return {
    degree: world.degree,
    alertMs: distributionOf(alertMs),
    hops: distributionOf(hops),
    copies: copies / events / plan.nodes,
    throttledMs: distributionOf(throttledMs),
    blockedMs: distributionOf(blockedMs),
    missedShare: pairs === 0 ? 0 : 1 - alertMs.length / pairs,
    samples: sorted.filter((_, at) => at % every === 0),
  };
}
