/**
 * One seed, one town, one log, one verdict about every source in it.
 *
 * @module
 */
import type { Scenario } from "../../../defense/detectors/scenario.ts";
import { DetectionEngine } from "../../../defense/detectors/engine.ts";
import { LogReader } from "../../../defense/sensors/log_format.ts";
import { logForms, writeAuthLog } from "./auth_log.ts";
import { Dice } from "./dice.ts";
import {
  addGuessers,
  addSprayers,
  type Campaign,
  campaigns,
} from "./guilty.ts";
import {
  addForgetful,
  addHealthChecks,
  addOffice,
  addPeople,
  addQuitters,
  addStaleJobs,
  addTravellers,
} from "./honest.ts";
import { type Actor, Town } from "./town.ts";

/** How large a log is to be. */
export interface TrialSize {
  /** Days from…to. */
  readonly days: readonly [number, number];
  /** Sources of a campaign from…to. */
  readonly sprayers: readonly [number, number];
  /** People who give up, per log. */
  readonly quitters: number;
}

/** What became of one actor. */
export interface Fate extends Actor {
  /** The first alert about it, if any. */
  readonly scenario?: string;
  /** From its first login to that alert. */
  readonly delayMs: number;
  /** Refused logins until then. */
  readonly guesses: number;
}

/** What one seed gave. */
export interface Trial {
  readonly seed: number;
  readonly campaign: Campaign | "none";
  readonly lines: number;
  readonly fates: readonly Fate[];
}

/** A town by its seed. */
export function makeTown(seed: number, size: TrialSize): {
  readonly town: Town;
  readonly campaign: Campaign | "none";
} {
  const dice = new Dice(seed);
  const town = new Town(dice, dice.between(...size.days), dice.whole(50, 120));
  addOffice(town, 40);
  addPeople(town, dice.whole(5, 40));
  addForgetful(town, dice.whole(1, 4));
  addTravellers(town, dice.whole(1, 5));
  addQuitters(town, size.quitters);
  addHealthChecks(town);
  addStaleJobs(town);
  addGuessers(town, "fast", dice.whole(2, 8));
  addGuessers(town, "medium", dice.whole(2, 8));
  addGuessers(town, "slow", dice.whole(2, 8));
  // Every sixth log has no campaign: nobody may be taken for a part of one.
  const campaign = dice.one([...campaigns, "none" as const]);
  if (campaign !== "none") {
    addSprayers(town, campaign, dice.whole(...size.sprayers));
  }
  town.logins.sort((one, other) => one.atMs - other.atMs);
  return { town, campaign };
}

/** Runs one seed through parser and detectors. */
export function runTrial(
  seed: number,
  size: TrialSize,
  scenarios: readonly Scenario[],
): Trial {
  const { town, campaign } = makeTown(seed, size);
  const dice = new Dice(seed + 1_000_000);
  const lines = writeAuthLog(town.logins, dice.one(logForms), dice);
  const reader = new LogReader("syslog", {
    referenceYear: 2026,
    zoneOffsetMinutes: 0,
  });
  const engine = new DetectionEngine(scenarios);
  const firstMs = new Map<string, number>();
  const guesses = new Map<string, number>();
  const struck = new Map<
    string,
    { scenario: string; delayMs: number; guesses: number }
  >();
  for (const line of lines) {
    for (const seen of reader.read(line)) {
      if (!firstMs.has(seen.source)) firstMs.set(seen.source, seen.atMs);
      if (seen.kind === "auth_failure") {
        guesses.set(seen.source, (guesses.get(seen.source) ?? 0) + 1);
      }
      for (const { subject, scenario, atMs } of engine.observe(seen)) {
        const { address } = subject;
        if (struck.has(address)) continue;
        struck.set(address, {
          scenario,
          delayMs: atMs - (firstMs.get(address) ?? atMs),
          guesses: guesses.get(address) ?? 0,
        });
      }
    }
  }
  const fates = town.actors.map((actor): Fate => {
    const strike = struck.get(actor.source);
    return strike
      ? { ...actor, ...strike }
      : { ...actor, delayMs: NaN, guesses: guesses.get(actor.source) ?? 0 };
  });
  return { seed, campaign, lines: lines.length, fates };
}
