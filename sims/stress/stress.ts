/**
 * The mesh at sizes that no office has: how fast alerts and blocks spread, at
 * what price, and who is left when most of it dies.
 *
 * @module
 */
import { type Profile, type ProfileName, profiles } from "../../mesh/mod.ts";
import { SeededRandom } from "../world/random.ts";
import { measurePropagation, type Propagation } from "./propagation.ts";
import { measureSurvival, type Survival } from "./survival.ts";

/** Nodes of one measurement; more would take a day. */
export const stressNodesMax = 20_000;

/** What to measure. */
export interface StressPlan {
  /** Members, or the sizes to measure. */
  readonly nodes: readonly number[];
  /** How fast links tick. */
  readonly profile: ProfileName;
  /** Share of the nodes that receive and pass nothing on. */
  readonly silent: number;
  /** Share of the nodes to kill; undefined for none. */
  readonly kill: number | undefined;
  /** What decides everything. */
  readonly seed: string;
  /** Told how far the whole is, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** One size. */
export interface StressRow extends Propagation {
  /** Members, or the sizes to measure. */
  readonly nodes: number;
  /** Alerts and attacks measured. */
  readonly events: number;
  /** What one node sends and receives in TLS records, alarm or not. */
  readonly bytesPerNodeAndDay: number;
  /** Who heard the next alert, for each way to die; empty without `kill`. */
  readonly survival: readonly Survival[];
}

/** All sizes. */
export interface StressReport {
  /** What decides everything. */
  readonly seed: string;
  /** How fast links tick. */
  readonly profile: ProfileName;
  /** T of the profile. */
  readonly periodMs: number;
  /** Share of the nodes that pass nothing on. */
  readonly silent: number;
  /** Share of the nodes that died; undefined for none. */
  readonly kill: number | undefined;
  /** One per size. */
  readonly rows: readonly StressRow[];
  /** The command that measures the same again. */
  readonly replay: string;
}

const dayMs = 86_400_000;
/** A cell from the server and from the client, TLS and WebSocket included (design §12). */
const cellWireBytes = (538 + 542) / 2;
/** Pairs of alert and node per size; enough for a p99, few enough to wait for. */
const pairsWanted = 20_000;
const eventsMin = 5;
const eventsMax = 1_000;

/**
 * Measures every size of the plan.
 *
 * @throws {RangeError} If a size is not a whole number from 2 to
 * `stressNodesMax`.
 */
export function runStress(plan: StressPlan): StressReport {
  const { seed, silent, kill, onProgress } = plan;
  const profile = profiles[plan.profile];
  const weight = (nodes: number) => nodes * eventsOf(nodes);
  const whole = plan.nodes.reduce((sum, nodes) => sum + weight(nodes), 0);
  let before = 0;
  const rows = plan.nodes.map((nodes): StressRow => {
    if (!Number.isInteger(nodes) || nodes < 2 || nodes > stressNodesMax) {
      throw new RangeError(
        `Cannot stress ${nodes} nodes: expected 2 to ${stressNodesMax}`,
      );
    }
    const random = new SeededRandom(`stress ${seed} ${nodes}`);
    const events = eventsOf(nodes);
    const spread = measurePropagation({
      nodes,
      pace: profile,
      silent,
      events,
      random,
      onProgress: (done) =>
        onProgress?.((before + done * weight(nodes)) / whole),
    });
    before += weight(nodes);
    const survival = kill === undefined
      ? []
      : (["crash", "power"] as const).map((death) =>
        measureSurvival({
          nodes,
          pace: profile,
          kill,
          death,
          random: random.fork(death),
        })
      );
    const bytesPerNodeAndDay = bytesOf(profile, spread.degree);
    return { nodes, events, ...spread, bytesPerNodeAndDay, survival };
  });
  return {
    seed,
    profile: plan.profile,
    periodMs: profile.periodMs,
    silent,
    kill,
    rows,
    replay: [
      `stealthmesh simulate stress --nodes ${plan.nodes.join(",")}`,
      `--profile ${plan.profile} --seed ${seed}`,
      ...silent > 0 ? [`--silent ${silent}`] : [],
      ...kill === undefined ? [] : [`--kill ${kill}`],
    ].join(" "),
  };
}

function eventsOf(nodes: number): number {
  const wanted = Math.ceil(pairsWanted / nodes);
  return Math.min(eventsMax, Math.max(eventsMin, wanted));
}

function bytesOf({ periodMs }: Profile, degree: number): number {
  return 2 * degree * (dayMs / periodMs) * cellWireBytes;
}
