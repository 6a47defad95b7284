/**
 * Plays one mesh scenario and judges it: once as it is; once more without
 * anything said, to see that no cell left at another time; and, where asked,
 * once more as it is, to see that the seed decided everything.
 *
 * @module
 */
import { profiles, writeRevocation } from "../mesh/mod.ts";
import { type BugName, bugNames, plantedBug } from "./attacks/planted_bug.ts";
import { type Part, traitor, type TraitorName } from "./attacks/traitor.ts";
import { MeshInvariants } from "./mesh_invariants.ts";
import type { Act, MeshScenario } from "./mesh_scenario.ts";
import { Trace } from "./trace.ts";
import type { FoundedMesh } from "./world/founding.ts";
import { type MeshMember, MeshWorld } from "./world/mesh_world.ts";
import type { SeededRandom } from "./world/random.ts";

/** How one play of a scenario went. */
export interface MeshPlay {
  /** What was broken, with its time; at most twenty sentences. */
  readonly breaches: readonly string[];
  /** SHA-256 over all that happened, in order. */
  readonly history: string;
  /** SHA-256 over when cells left, and on which links. */
  readonly schedule: string;
  /** Events that the trace took. */
  readonly events: number;
  /** Cells sent, of all members together. */
  readonly cells: number;
  /** Words of honest members that were followed. */
  readonly words: number;
  /** How long it played. */
  readonly virtualMs: number;
}

/** The verdict over one scenario. */
export interface MeshVerdict extends MeshPlay {
  /** What decides everything. */
  readonly seed: string;
  /** Members, or the sizes to measure. */
  readonly nodes: number;
  /** How fast links tick. */
  readonly profile: string;
  /** What members played, if not themselves. */
  readonly parts: readonly string[];
  /** What went wrong, by kind and number. */
  readonly faults: Readonly<Record<string, number>>;
  /** The command that plays it again. */
  readonly replay: string;
}

/** Virtual time between two looks at everybody. */
const inspectEveryMs = 5_000;

/**
 * Plays `scenario` as often as it takes to judge it.
 *
 * @param again Whether it is played a second time, to compare the histories.
 */
export function judge(scenario: MeshScenario, again: boolean): MeshVerdict {
  const play = playOnce(scenario, true);
  const breaches = [...play.breaches];
  // `open` sends when something is said, and says so (README: limits).
  if (scenario.profile !== "open") {
    const silent = playOnce(scenario, false);
    if (silent.schedule !== play.schedule) {
      breaches.push("cells leave at other times when nothing is said");
    }
  }
  if (again && playOnce(scenario, true).history !== play.history) {
    breaches.push("the same seed gave another history");
  }
  const faults: Record<string, number> = {};
  for (const { type } of scenario.acts) {
    if (type !== "publish") faults[type] = (faults[type] ?? 0) + 1;
  }
  return {
    ...play,
    breaches,
    seed: scenario.seed,
    nodes: scenario.members.length,
    profile: scenario.profile,
    parts: scenario.members.flatMap(({ plays }) => plays ?? []),
    faults,
    replay: `stealthmesh simulate soak --seeds 1 --seed ${scenario.seed}`,
  };
}

/**
 * Plays `scenario` once.
 *
 * @param talk Whether anything is said; without it only cells leave.
 */
export function playOnce(scenario: MeshScenario, talk: boolean): MeshPlay {
  const { seed, profile, delay, members } = scenario;
  const world = new MeshWorld({
    seed,
    profile,
    delay,
    members,
    partOf: (index, founded, random) =>
      partOf(scenario, index, founded, random),
  });
  const trace = new Trace(world.clock, comparableUntilMs(scenario));
  const invariants = new MeshInvariants(world, scenario);
  world.watch = (event, member) => {
    trace.add(event, member);
    invariants.take(event, member);
  };
  const words = { said: 0 };
  for (const act of scenario.acts) {
    if (act.type === "publish" && !talk) continue;
    world.clock.after(act.atMs, () => perform(act, world, invariants, words));
  }
  const inspect = () => {
    invariants.inspect();
    world.clock.after(inspectEveryMs, inspect);
  };
  world.clock.after(inspectEveryMs, inspect);
  try {
    for (const member of world.members) member.start();
    while (world.step(scenario.endMs)) invariants.checkDeadlines();
  } catch (error) {
    invariants.breach(
      `exception: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return {
    breaches: invariants.breaches,
    ...trace.end(),
    events: trace.events,
    cells: world.network.cells,
    words: invariants.words,
    virtualMs: world.clock.nowMs(),
  };
}

/**
 * Until when no cell may leave at another time because of what is said. The
 * news that somebody is put out waits for room in a cell like any other, so
 * the slot in which sessions end because of it is one in which alerts count.
 */
function comparableUntilMs({ acts }: MeshScenario): number {
  return acts.find(({ type }) => type === "revoke")?.atMs ?? Infinity;
}

function partOf(
  { members, profile }: MeshScenario,
  index: number,
  founded: FoundedMesh,
  random: SeededRandom,
): Part | undefined {
  const plays = members[index]?.plays;
  const keys = founded.members[index]?.keys;
  if (!plays || !keys) return undefined;
  return isBug(plays) ? plantedBug(plays, random) : traitor(plays, {
    keys,
    meshId: founded.meshId,
    random,
    periodMs: profiles[profile].periodMs,
  });
}

function isBug(plays: TraitorName | BugName): plays is BugName {
  return (bugNames as readonly string[]).includes(plays);
}

function perform(
  act: Act,
  world: MeshWorld,
  invariants: MeshInvariants,
  words: { said: number },
): void {
  const { network, members } = world;
  const hostOf = (index: number) => members[index]?.host ?? "";
  switch (act.type) {
    case "publish": {
      const text = `${act.member}.${words.said++} `.padEnd(act.bytes, "x");
      const payload = new TextEncoder().encode(text);
      return members[act.member]?.publish(payload, act.urgency);
    }
    case "cut":
    case "mend": {
      const cut = act.type === "cut";
      return network.cutOneWay(hostOf(act.from), hostOf(act.to), cut);
    }
    case "weather":
      return network.setWeather(hostOf(act.from), hostOf(act.to), act.weather);
    case "kill":
      return members[act.member]?.kill();
    case "crash":
      return members[act.member]?.crash();
    case "start": {
      const member = members[act.member];
      if (member && !member.isUp) member.start();
      return;
    }
    case "stall":
      return members[act.member]?.clock.stall(act.ms);
    case "jump": {
      const member = members[act.member];
      if (member) member.clock.wallShiftMs = act.ms;
      return;
    }
    case "disk_full":
      members[act.member]?.store.fill(act.full);
      return;
    case "revoke":
      return revoke(world, members[act.member], invariants);
  }
}

function revoke(
  { members, founded, clock }: MeshWorld,
  target: MeshMember | undefined,
  invariants: MeshInvariants,
): void {
  const told = members.find((each) =>
    each.isUp && each.isHonest && each !== target
  );
  if (!target || !told) return;
  const entry = writeRevocation({
    meshId: founded.meshId,
    signer: founded.operator,
    by: "operator",
    node: target.keys.node,
    nowMs: clock.wallMs(),
  });
  invariants.revoked(target.keys.node);
  told.mesh?.send({ type: "merge_roster", entries: [entry] });
}
