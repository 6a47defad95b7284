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
    // Forty a minute for the 20 minutes in which a person may still get in, and
    // what each machine answers until it knows all of them.
    guessesMax: 1_000,
    foundShare: 0.95,
    // Each machine names twenty sources at once, through one link's slots.
    deliveryPeriodsMax: 20,
    deniedMax: 0,
  },
};
