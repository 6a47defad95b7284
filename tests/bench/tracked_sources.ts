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
function loginsOf(count: number): Observation[] {
  const dice = new Dice(count);
  const turns = sourcesOf(count).flatMap((source) =>
    Array<Address>(10).fill(source)
  );
  return dice.some(turns, turns.length).map((source, at) => {
    const user = dice.one(users);
    // The same pace for each source, however many there are.
    const atMs = Math.round(at * 6 * 3_600_000 / turns.length);
    const base = { atMs, service: "sshd", source, user };
    return dice.happens(0.1)
      ? { kind: "auth_success", ...base }
      : { kind: "auth_failure", ...base };
  });
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
  const rounds = Math.max(1, Math.ceil(loginsMin / logins.length));
  let micros = Infinity;
  let lookUpMicros = Infinity;
  let bytes = 0;
  for (let turn = 0; turn < turns; turn++) {
    const spent = detect(logins, count, rounds);
    micros = Math.min(micros, spent.micros);
    bytes = spent.bytes;
    lookUpMicros = Math.min(lookUpMicros, lookUp(logins, rounds));
  }
  return { micros, lookUpMicros, bytes };
}

function detect(
  logins: readonly Observation[],
  count: number,
  rounds: number,
): { micros: number; bytes: number } {
  let used = 0;
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    // To make an engine costs the same for any number of sources.
    const engine = new DetectionEngine(scenarios, { subjectsMax: count });
    const held = memory();
    const before = process.cpuUsage();
    for (const login of logins) engine.observe(login);
    const { user, system } = process.cpuUsage(before);
    used += user + system;
    bytes = (memory() - held) / count;
    if (engine.subjects !== count) throw new Error("sources were forgotten");
  }
  return { micros: used / (rounds * logins.length), bytes };
}

/** Heap, and the pages of numbers beside it. */
function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function lookUp(logins: readonly Observation[], rounds: number): number {
  const places = new Map<Address, number>();
  for (const { source } of logins) {
    if (!places.has(source)) places.set(source, places.size);
  }
  const before = process.cpuUsage();
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    for (const { source } of logins) sum += places.get(source) ?? 0;
  }
  const { user, system } = process.cpuUsage(before);
  if (!(sum > 0)) throw new Error("nothing was found");
  return (user + system) / (rounds * logins.length);
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
      `${count >= 10_000 ? `; ${Math.round(bytes)} bytes per source` : ""}\n`,
  );
}
