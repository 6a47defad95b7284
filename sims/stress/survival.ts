/**
 * Most of a mesh dies at one moment; who of the rest hears the next alert, and
 * when. Links of the dead are noticed by their missing cells, and the living
 * look for others, with production's dialler, dial plans and limits of
 * silence. A link that comes up compares what both ends hold.
 *
 * @module
 */
import {
  Dialler,
  type DialPlan,
  epochOf,
  type NodeId,
  type Pace,
  patienceMs,
  silenceMaxMs,
} from "../../mesh/mod.ts";
import { mondayMs } from "../world/clock.ts";
import type { SeededRandom } from "../world/random.ts";
import { type Distribution, distributionOf } from "./distribution.ts";
import { type OverlayNode, OverlayWorld } from "./overlay_world.ts";
import { delayOf } from "./propagation.ts";

/** How the dead die. */
export type Death =
  /** Their programs end: kernels say so, and refuse new connections. */
  | "crash"
  /** Without power: nobody says anything, dials end by themselves. */
  | "power";

/** What is measured. */
export interface SurvivalPlan {
  readonly nodes: number;
  readonly pace: Pace;
  /** Share of the nodes that die at once. */
  readonly kill: number;
  readonly death: Death;
  readonly random: SeededRandom;
}

/** What came out. */
export interface Survival {
  /** How the others died. */
  readonly death: Death;
  /** Nodes that live on. */
  readonly survivors: number;
  /** Share of the survivors that had the alert 30 s after it was raised. */
  readonly within30s: number;
  /** Share that had it at the end. */
  readonly reached: number;
  /** From the alert, over the survivors it reached. */
  readonly alertMs: Distribution;
}

/** How long the alert is waited for. */
const waitMs = 120_000;
/** The node looks for silence and dials every second (`mesh/node.ts`). */
const housekeepingMs = 1_000;
/** A dial into nothing ends after so long (`mesh/host/socket_link.ts`). */
const dialFailsMs = 10_000;
/**
 * Slots of a handshake: three cells each way and the first authentic one. An
 * upper bound of what `mesh/link.ts` needs.
 */
const handshakeSlots = 7;
/** A link that lived so long was no failure (`mesh/link_keeper.ts`). */
const steadyMs = 10_000;

/** Kills, and waits for the next alert. */
export function measureSurvival(plan: SurvivalPlan): Survival {
  const { pace, random, death } = plan;
  const world = new OverlayWorld({ ...plan, delay: delayOf(pace) });
  world.linkAll();
  const order = random.fork("killed").shuffled(world.nodes);
  const dead = order.slice(0, Math.floor(plan.kill * plan.nodes));
  const living = order.slice(dead.length);
  world.clock.run(20 * pace.periodMs);
  for (const node of dead) node.up = false;
  for (const node of living) new Keeper(world, node, plan);
  // The very next moment, when nobody has noticed anything yet.
  const startMs = world.clock.nowMs();
  const heard: number[] = [];
  world.onHeard = () => heard.push(world.clock.nowMs() - startMs);
  const [origin] = living;
  if (origin) {
    world.publish(origin);
    heard.push(0);
  }
  world.clock.run(waitMs);
  const soon = heard.filter((ms) => ms <= 30_000).length;
  return {
    death,
    survivors: living.length,
    within30s: living.length === 0 ? 1 : soon / living.length,
    reached: living.length === 0 ? 1 : heard.length / living.length,
    alertMs: distributionOf(heard),
  };
}

/** The part of a node that keeps its links. */
class Keeper {
  readonly #world: OverlayWorld;
  readonly #node: OverlayNode;
  readonly #plan: SurvivalPlan;
  readonly #dials: DialPlan;
  readonly #dialler = new Dialler();
  /** Since when. */
  readonly #dialling = new Map<NodeId, number>();

  constructor(world: OverlayWorld, node: OverlayNode, plan: SurvivalPlan) {
    this.#world = world;
    this.#node = node;
    this.#plan = plan;
    const epoch = epochOf(node.id, mondayMs);
    this.#dials = world.neighbourhood.planOf(node.id, epoch);
    const { clock } = world;
    const silenceMs = plan.death === "crash"
      ? 0
      : silenceMaxMs(plan.pace.periodMs);
    // Cells of the dead came until now, up to a period ago.
    clock.after(silenceMs, () => this.#noticeDead());
    const keep = () => {
      this.#dialDue();
      clock.after(housekeepingMs, keep);
    };
    clock.after(plan.random.uniform() * housekeepingMs, keep);
  }

  #noticeDead(): void {
    const nowMs = this.#world.clock.nowMs();
    for (const peer of [...this.#node.ways.keys()]) {
      if (peer.up) continue;
      this.#world.close(this.#node, peer);
      // The link was old enough to be no failure of the dialler's.
      if (nowMs >= steadyMs) this.#dialler.succeeded(peer.id);
      this.#dialler.failed(peer.id, nowMs, this.#plan.random.uniform());
    }
  }

  #dialDue(): void {
    const { clock } = this.#world;
    const linked = [...this.#node.ways.keys()].map(({ id }) => id);
    const busy = new Set([...linked, ...this.#dialling.keys()]);
    const slow = new Set(
      [...this.#dialling].filter(([id, sinceMs]) =>
        clock.nowMs() - sinceMs > patienceMs && !this.#world.node(id)?.up
      ).map(([id]) => id),
    );
    const due = this.#dialler.due(this.#dials, busy, clock.nowMs(), slow);
    for (const id of due) {
      const peer = this.#world.node(id);
      if (!peer) continue;
      this.#dialling.set(id, clock.nowMs());
      const { death, pace } = this.#plan;
      const outcomeMs = peer.up
        ? handshakeSlots * pace.periodMs
        : death === "crash"
        ? 1
        : dialFailsMs;
      clock.after(outcomeMs, () => this.#dialEnds(peer));
    }
  }

  #dialEnds(peer: OverlayNode): void {
    const { clock } = this.#world;
    this.#dialling.delete(peer.id);
    if (!peer.up) {
      const uniform = this.#plan.random.uniform();
      this.#dialler.unreached(peer.id, clock.nowMs(), uniform);
      return;
    }
    this.#world.open(this.#node, peer);
    // What each holds is told in one slot, what the other lacks in the next.
    clock.after(
      1.5 * this.#plan.pace.periodMs,
      () => this.#world.repair(this.#node, peer),
    );
  }
}
