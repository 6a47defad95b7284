/**
 * An outsider runs a password guesser against every machine of an office, one
 * after another, at hydra's pace, while the office works.
 *
 * @module
 */
import { firstLeaseMs, parseAddress } from "../../defense/mod.ts";
import type { LoginScenario, OfficePlan } from "../login_scenario.ts";

const minuteMs = 60_000;

/** Twelve people, most of them behind one address, and three machines. */
export const office: OfficePlan = {
  staff: [
    "ada",
    "alan",
    "barbara",
    "claude",
    "dennis",
    "edsger",
    "frances",
    "grace",
    "john",
    "ken",
    "margaret",
    "niklaus",
  ],
  ownAddress: 4,
  sharedAddress: parseAddress("198.51.100.10"),
  pauseMs: 4 * minuteMs,
  mistypedOneIn: 6,
  backup: { source: parseAddress("10.0.255.7"), periodMs: 15 * minuteMs },
  monitor: { source: parseAddress("10.0.255.9"), periodMs: minuteMs },
  staleKey: { source: parseAddress("10.0.255.8"), periodMs: 5 * minuteMs },
};

/** `stealthmesh simulate bruteforce`. */
export const bruteforce: LoginScenario = {
  name: "bruteforce",
  title: "an outsider guesses passwords on every machine of an office",
  profile: "lan",
  guessing: {
    sources: [parseAddress("203.0.113.66")],
    accounts: ["root"],
    // hydra 9.4 -t 4 against OpenSSH 9.2 in the lab: some 4 guesses a second.
    guessesPerSecond: 4,
    parallel: 4,
    order: "host",
    guessesPerHost: 200,
    patience: 12,
    startMs: 10_000,
  },
  office,
  lengthMs: 5 * minuteMs,
  protectedEntries: [{ network: "10.0.255.1", reason: "gateway" }],
  bounds: {
    guessesMax: 10,
    foundShare: 1,
    deliveryPeriodsMax: 4,
    deniedMax: 0,
  },
};

/** In which order a guesser goes through the machines. */
export const guessingOrders = ["host", "turn", "once"] as const;
/**
 * `host`: one after the other; `turn`: one guess at each, round after round;
 * `once`: all at the same time.
 */
export type GuessingOrder = typeof guessingOrders[number];

/** How the attack differs from hydra's against one machine after another. */
export interface GuessingVariant {
  /** Seconds between two guesses; absent: hydra's four connections at once. */
  readonly paceSeconds?: number;
  /** How it goes through the machines. */
  readonly order: GuessingOrder;
}

/**
 * What each order may get from ten machines, at any pace, until the first
 * measures end: measured, and a little.
 */
const guessesMax: Readonly<Record<GuessingOrder, number>> = {
  host: 18,
  turn: 18,
  once: 30,
};
/** Of a slow guesser: three rounds through ten machines, and a little. */
const guessesWatched = 40;

/** `stealthmesh simulate bruteforce` in another order, or at another pace. */
export function bruteforceVariant(
  { paceSeconds, order }: GuessingVariant,
): LoginScenario {
  if (paceSeconds === undefined && order === "host") return bruteforce;
  const { guessing, bounds } = bruteforce;
  const slowMs = (paceSeconds ?? 0) * 1_000 * guessesWatched;
  const lengthMs = Math.max(bruteforce.lengthMs, slowMs);
  return {
    ...bruteforce,
    flags: (paceSeconds === undefined ? "" : ` --pace ${paceSeconds}`) +
      ` --order ${order}`,
    guessing: {
      ...guessing,
      order: order === "turn" ? "account" : order,
      ...(paceSeconds !== undefined &&
        { guessesPerSecond: 1 / paceSeconds, parallel: 1 }),
    },
    lengthMs,
    bounds: {
      ...bounds,
      guessesMax: guessesMax[order] * Math.ceil(lengthMs / firstLeaseMs),
    },
  };
}
