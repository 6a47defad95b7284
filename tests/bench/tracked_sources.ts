/**
 * What one login costs the detectors, by how many sources they keep in mind.
 *
 *     deno task bench:tracked
 *
 * Every source does the same in every round, ten logins, nine in ten of them
 * refused, in random order among all; only how many sources there are differs.
 * Small rounds are repeated with fresh detectors until there were enough logins.
 *
 * More sources lie in memory that is further away, whatever one does: so the
 * same run asks a bare `Map` for the source of each login, and tells how much
 * dearer that becomes.
 *
 * @module
 */
import process from "node:process";
import { type Address, parseAddress } from "../../defense/address.ts";
import { DetectionEngine } from "../../defense/detectors/engine.ts";
import { embeddedScenarios } from "../../defense/detectors/scenario_set.ts";
import type { Observation } from "../../defense/observation.ts";
import { lookUpMicros as mapMicros } from "./bare_map.ts";
import { Dice } from "./logins/dice.ts";

const scenarios = embeddedScenarios();
const loginsMin = 500_000;
const turns = 3;
const users = ["root", "admin", "ada", "bob", "eve", "git", "test", "www"];

function sourcesOf(count: number): Address[] {
  return Array.from(
    { length: count },
    (_, at) =>
      parseAddress(`${11 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}.7`),
  );
}

/** Logins of every source, in random order, as they come to the detectors. */
interface Logins {
  readonly sources: readonly Address[];
  /**
   * Whose turn it is, as whom, and whether that gets in. Numbers, since a
   * million objects would be the garbage collector's work, not the detectors'.
   */
  readonly turns: Uint32Array;
  readonly users: Uint8Array;
  readonly successes: Uint8Array;
}

function loginsOf(count: number): Logins {
  const dice = new Dice(count);
  const turns = new Uint32Array(10 * count).map((_, at) => at % count);
  for (let left = turns.length - 1; left > 0; left--) {
    const at = dice.whole(0, left);
    const other = turns[at] ?? 0;
    turns[at] = turns[left] ?? 0;
    turns[left] = other;
  }
  return {
    sources: sourcesOf(count),
    turns,
    users: new Uint8Array(turns.length).map(() =>
      dice.whole(0, users.length - 1)
    ),
    successes: new Uint8Array(turns.length).map(() =>
      dice.happens(0.1) ? 1 : 0
    ),
  };
}

function loginAt(logins: Logins, at: number): Observation {
  const base = {
    // The same pace for each source, however many there are.
    atMs: Math.round(at * 6 * 3_600_000 / logins.turns.length),
    service: "sshd",
    source: sourceAt(logins, at),
    user: users[logins.users[at] ?? 0] ?? "",
  };
  return logins.successes[at] === 1
    ? { kind: "auth_success", ...base }
    : { kind: "auth_failure", ...base };
}

function sourceAt({ sources, turns }: Logins, at: number): Address {
  return sources[turns[at] ?? 0] as Address;
}

/** What was measured at one number of sources; times per login, of CPU. */
interface Cost {
  readonly micros: number;
  /** What one look-up of its source takes in a `Map` of as many. */
  readonly lookUpMicros: number;
  readonly bytes: number;
}

/** The quickest of a few turns: what others do on the machine only adds. */
function measure(count: number): Cost {
  const logins = loginsOf(count);
  const rounds = Math.max(1, Math.ceil(loginsMin / logins.turns.length));
  let micros = Infinity;
  let lookUpMicros = Infinity;
  let bytes = 0;
  for (let turn = 0; turn < turns; turn++) {
    const spent = detect(logins, count, rounds);
    micros = Math.min(micros, spent.micros);
    bytes = spent.bytes;
    lookUpMicros = Math.min(
      lookUpMicros,
      mapMicros(logins.sources, logins.turns, rounds),
    );
  }
  return { micros, lookUpMicros, bytes };
}

function detect(
  logins: Logins,
  count: number,
  rounds: number,
): { micros: number; bytes: number } {
  let used = 0;
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    // To make an engine costs the same for any number of sources.
    const engine = new DetectionEngine(scenarios, { subjectsMax: count });
    const held = rounds === 1 ? memory() : 0;
    const before = process.cpuUsage();
    for (let at = 0; at < logins.turns.length; at++) {
      engine.observe(loginAt(logins, at));
    }
    const { user, system } = process.cpuUsage(before);
    used += user + system;
    if (rounds === 1) bytes = (memory() - held) / count;
    if (engine.subjects !== count) throw new Error("sources were forgotten");
  }
  return { micros: used / (rounds * logins.turns.length), bytes };
}

/** Heap without garbage, and the pages of numbers beside it. */
function memory(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

measure(1_000);
const few = measure(100);
for (const count of [100, 1_000, 10_000, 50_000, 100_000]) {
  const { micros, lookUpMicros, bytes } = count === 100 ? few : measure(count);
  const grown = micros - few.micros;
  const lookUpGrown = lookUpMicros - few.lookUpMicros;
  process.stdout.write(
    `${String(count).padStart(7)} sources: ${micros.toFixed(2)} µs per login` +
      ` (${(micros / few.micros).toFixed(2)} of what 100 cost);` +
      ` a bare Map: ${lookUpMicros.toFixed(3)} µs` +
      ` (${(lookUpMicros / few.lookUpMicros).toFixed(1)})` +
      (count === 100
        ? ""
        : `; grown by ${(grown * 1_000).toFixed(0)} ns, ${
          (grown / lookUpGrown).toFixed(1)
        } times as much as the Map`) +
      `${bytes > 0 ? `; ${Math.round(bytes)} bytes per source` : ""}\n`,
  );
}
