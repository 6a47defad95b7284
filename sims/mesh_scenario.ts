/**
 * A mesh in trouble, as data: who takes part, what the network is like, what
 * goes wrong when, and who says what. The seed decides all of it.
 *
 * ```text
 * start ── links come up ── trouble ──► calm ── recovery ──► last words ──► end
 * ```
 *
 * All faults end when it gets calm; members whose keys were revoked and
 * traitors stay what they are. What was said until then must have reached
 * everybody when the recovery is over, and what is said afterwards arrives
 * within a few slots.
 *
 * @module
 */
import { type ProfileName, profiles, type Urgency } from "../mesh/mod.ts";
import type { BugName } from "./attacks/planted_bug.ts";
import { type TraitorName, traitorNames } from "./attacks/traitor.ts";
import { SeededRandom } from "./world/random.ts";
import type { Delay, Weather } from "./world/weather.ts";

/** One thing that happens from outside. */
export type Act =
  | {
    readonly type: "publish";
    readonly member: number;
    readonly bytes: number;
    readonly urgency: Urgency;
  }
  | {
    readonly type: "cut" | "mend";
    readonly from: number;
    readonly to: number;
  }
  | {
    readonly type: "weather";
    readonly from: number;
    readonly to: number;
    /** The usual one again where it is missing. */
    readonly weather?: Partial<Weather>;
  }
  | { readonly type: "kill" | "crash" | "start"; readonly member: number }
  /** Its processor is away for so long. */
  | { readonly type: "stall"; readonly member: number; readonly ms: number }
  /** Its calendar is so far off from now on. */
  | { readonly type: "jump"; readonly member: number; readonly ms: number }
  | {
    readonly type: "disk_full";
    readonly member: number;
    readonly full: boolean;
  }
  /** The operator puts a member out; some honest member is told. */
  | { readonly type: "revoke"; readonly member: number };

/** An act and its time, in virtual milliseconds. */
export type TimedAct = Act & { readonly atMs: number };

/** One member, as it will be. */
export interface Character {
  readonly driftPpm: number;
  readonly dialsOnly: boolean;
  readonly plays?: TraitorName | BugName;
}

/** Everything that one run needs. */
export interface MeshScenario {
  readonly seed: string;
  readonly profile: ProfileName;
  readonly delay: Delay;
  readonly members: readonly Character[];
  /** In order of time. */
  readonly acts: readonly TimedAct[];
  /** Whether anything goes wrong at all before it gets calm. */
  readonly troubled: boolean;
  readonly calmMs: number;
  readonly recoveredMs: number;
  readonly endMs: number;
  /** From a word to every honest connected member, when nothing is wrong. */
  readonly deliveryMsMax: number;
  /** From a revocation to the end of its sessions, when nothing is wrong. */
  readonly revocationMsMax: number;
}

/** Our choice: small enough for thousands of runs, beyond a full mesh. */
const nodesMin = 3;
const nodesMax = 12;

/** The scenario of one seed. */
export function randomScenario(seed: string): MeshScenario {
  const random = new SeededRandom(`scenario ${seed}`);
  const pick = <T>(items: readonly T[]): T =>
    items[random.integer(items.length)]!;
  const nodes = nodesMin + random.integer(nodesMax - nodesMin + 1);
  const profile = pick<ProfileName>(
    ["lan", "lan", "lan", "wan", "wan", "metered", "open"],
  );
  const { periodMs } = profiles[profile];
  const settledMs = 15_000 + 8 * periodMs;
  const calmMs = settledMs + 20_000 + 20 * periodMs;
  // Redials wait up to 60 s, a round of repair is 60 slots.
  const recoveredMs = calmMs + 75_000 + 75 * periodMs;
  const deliveryMsMax = 1_000 + 6 * periodMs;
  const endMs = recoveredMs + deliveryMsMax + 2_000 + periodMs;
  const troubled = random.uniform() < 0.85;
  const members = charactersOf(nodes, random);
  const acts: TimedAct[] = [];
  const between = (from: number, to: number) =>
    Math.floor(from + random.uniform() * (to - from));
  if (troubled) {
    for (let fault = 1 + random.integer(6); fault > 0; fault--) {
      const fromMs = between(settledMs, calmMs - 1_000);
      const toMs = between(fromMs, calmMs);
      acts.push(...faultOf(nodes, random, fromMs, toMs));
    }
  }
  if (random.uniform() < 0.3) {
    const member = 1 + random.integer(nodes - 1);
    acts.push({ type: "revoke", member, atMs: between(settledMs, calmMs) });
  }
  for (let word = 4 + random.integer(12); word > 0; word--) {
    acts.push({
      type: "publish",
      member: random.integer(nodes),
      bytes: random.uniform() < 0.9
        ? 12 + random.integer(180)
        : random.integer(6_000),
      urgency: random.integer(3) as Urgency,
      atMs: between(settledMs, calmMs),
    });
  }
  for (let member = 0; member < nodes; member++) {
    const atMs = recoveredMs + between(0, 2_000);
    acts.push({ type: "publish", member, bytes: 100, urgency: 0, atMs });
  }
  return {
    seed,
    profile,
    delay: pick([
      { baseMs: 0.1, jitterMs: 0.05 },
      { baseMs: 2, jitterMs: 1 },
      { baseMs: 20, jitterMs: 15 },
      { baseMs: 80, jitterMs: 20 },
    ]),
    members,
    acts: acts.toSorted((a, b) => a.atMs - b.atMs),
    troubled,
    calmMs,
    recoveredMs,
    endMs,
    deliveryMsMax,
    // Design §5: 2 T + 1 s, and the way over at most three links.
    revocationMsMax: 2 * periodMs + 1_000 + deliveryMsMax,
  };
}

function charactersOf(nodes: number, random: SeededRandom): Character[] {
  // Fewer than the links of a member, so that the honest stay connected.
  const traitorsMax = nodes < 5 ? 1 : 2;
  const traitors = random.integer(traitorsMax + 1);
  const places = random.shuffled(Array.from({ length: nodes }, (_, at) => at));
  const bad = new Set(places.slice(0, traitors));
  const inside = random.uniform() < 0.3 ? places.at(-1) : undefined;
  return Array.from({ length: nodes }, (_, at): Character => {
    const driftPpm = Math.round(200 * random.uniform() - 100);
    const character = { driftPpm, dialsOnly: at === inside };
    const plays = traitorNames[random.integer(traitorNames.length)]!;
    return bad.has(at) ? { ...character, plays } : character;
  });
}

/** One thing that goes wrong and is put right again. */
function faultOf(
  nodes: number,
  random: SeededRandom,
  fromMs: number,
  toMs: number,
): TimedAct[] {
  const member = random.integer(nodes);
  const spanMs = toMs - fromMs;
  const pairs = (chosen: (from: number, to: number) => boolean) => {
    const found: { from: number; to: number }[] = [];
    for (let from = 0; from < nodes; from++) {
      for (let to = 0; to < nodes; to++) {
        if (from !== to && chosen(from, to)) found.push({ from, to });
      }
    }
    return found;
  };
  const cut = (directions: readonly { from: number; to: number }[]) =>
    directions.flatMap((direction): TimedAct[] => [
      { type: "cut", ...direction, atMs: fromMs },
      { type: "mend", ...direction, atMs: toMs },
    ]);
  const rain = (weather: Partial<Weather>) =>
    pairs((from) => from === member || member === 0)
      .flatMap((direction): TimedAct[] => [
        { type: "weather", ...direction, weather, atMs: fromMs },
        { type: "weather", ...direction, atMs: toMs },
      ]);
  switch (random.integer(10)) {
    case 0: {
      const side = 1 + random.integer(nodes - 1);
      return cut(pairs((from, to) => (from < side) !== (to < side)));
    }
    case 1:
      return cut(pairs((from) => from === member));
    case 2:
      return cut(
        pairs((from, to) => from === member && to === (member + 1) % nodes),
      );
    case 3:
      return rain({ lossShare: 0.02 + 0.3 * random.uniform() });
    case 4:
      // A quarter to one and a half of what the links of a member send.
      return rain({
        bytesPerSecond: 2_000 + random.integer(12_000),
        queueBytesMax: 8_192,
      });
    case 5:
      return rain({ lossShare: 0.05, losesForGood: true });
    case 6:
      return [
        { type: "kill", member, atMs: fromMs },
        { type: "start", member, atMs: toMs },
      ];
    case 7:
      return [
        { type: "crash", member, atMs: fromMs },
        { type: "start", member, atMs: Math.min(toMs, fromMs + 3_000) },
      ];
    case 8:
      return [
        { type: "stall", member, ms: Math.min(spanMs, 9_000), atMs: fromMs },
        { type: "disk_full", member, full: true, atMs: fromMs },
        { type: "disk_full", member, full: false, atMs: toMs },
      ];
    default: {
      const ms = Math.floor((random.uniform() - 0.5) * 14_400_000);
      return [
        { type: "jump", member, ms, atMs: fromMs },
        { type: "jump", member, ms: 0, atMs: toMs },
      ];
    }
  }
}
