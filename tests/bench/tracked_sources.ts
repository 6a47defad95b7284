/**
 * What one login costs the detectors, by how many sources they keep in mind.
 *
 *     deno task bench:tracked
 *
 * Every source does the same in every round, ten logins, nine in ten of them
 * refused, in random order among all; only how many sources there are differs.
 * Small rounds are repeated with fresh detectors until there were enough logins.
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

/** Microseconds of CPU per login, and bytes of memory per source. */
function measure(count: number): { micros: number; bytes: number } {
  const logins = loginsOf(count);
  const rounds = Math.max(1, Math.ceil(loginsMin / logins.length));
  const heapBefore = process.memoryUsage().heapUsed;
  const before = process.cpuUsage();
  let engine: DetectionEngine | undefined;
  for (let round = 0; round < rounds; round++) {
    engine = new DetectionEngine(scenarios, { subjectsMax: count });
    for (const login of logins) engine.observe(login);
  }
  const { user, system } = process.cpuUsage(before);
  const bytes = (process.memoryUsage().heapUsed - heapBefore) / count;
  return { micros: (user + system) / (rounds * logins.length), bytes };
}

measure(1_000);
for (const count of [100, 1_000, 10_000, 50_000, 100_000]) {
  const { micros, bytes } = measure(count);
  process.stdout.write(
    `${String(count).padStart(7)} sources: ${micros.toFixed(2)} µs per login${
      count >= 10_000 ? `, ${Math.round(bytes)} bytes per source` : ""
    }\n`,
  );
}
