/**
 * Forty machines of a botnet try one password for each account of an office, a
 * guess now and then from each, while the office works.
 *
 * @module
 */
import { parseAddress } from "../../defense/mod.ts";
import type { LoginScenario } from "../login_scenario.ts";
import { office } from "./bruteforce.ts";

const minuteMs = 60_000;

/** `stealthmesh simulate spray`. */
export const spray: LoginScenario = {
  name: "spray",
  title: "forty outsiders try one password for each account of an office",
  profile: "wan",
  guessing: {
    sources: Array.from(
      { length: 40 },
      (_, index) => parseAddress(`203.0.113.${100 + index}`),
    ),
    accounts: [...office.staff, "root", "admin", "test", "oracle", "git"],
    guessesPerSecond: 1 / 60,
    parallel: 1,
    order: "account",
    guessesPerHost: 3,
    patience: 3,
    startMs: 30 * minuteMs,
  },
  office,
  lengthMs: 30 * minuteMs,
  protectedEntries: [{ network: "10.0.255.1", reason: "gateway" }],
  bounds: {
    guessesMax: 400,
    foundShare: 0.95,
    deliveryPeriodsMax: 4,
    deniedMax: 0,
  },
};
