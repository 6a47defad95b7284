/**
 * Many histories added up.
 *
 * @module
 */
import {
  falseLeaseMsMax,
  type InsiderOutcome,
  runInsiders,
  type Share,
} from "./insider_run.ts";

/** Breaches named; the first ones tell the story. */
const breachesMax = 20;

/** What many histories came to. */
export interface InsiderTally {
  readonly share: Share;
  runs: number;
  falseBlocks: number;
  falseCautions: number;
  falseQuarantines: number;
  protectedHeld: number;
  longestFalseLeaseMs: number;
  villainsDue: number;
  villainsBlocked: number;
  /** What must never be, with the seed that shows it. */
  readonly breaches: string[];
}

/** Plays seeds `first` to `first + runs - 1`. */
export function tallyInsiders(
  share: Share,
  first: number,
  runs: number,
  onProgress: (done: number) => void = () => {},
): InsiderTally {
  const tally: InsiderTally = {
    share,
    runs: 0,
    falseBlocks: 0,
    falseCautions: 0,
    falseQuarantines: 0,
    protectedHeld: 0,
    longestFalseLeaseMs: 0,
    villainsDue: 0,
    villainsBlocked: 0,
    breaches: [],
  };
  for (let seed = first; seed < first + runs; seed++) {
    const outcome = runInsiders(String(seed), share);
    tally.runs++;
    tally.falseBlocks += outcome.falseBlocks;
    tally.falseCautions += outcome.falseCautions;
    tally.falseQuarantines += outcome.falseQuarantines;
    tally.protectedHeld += outcome.protectedHeld;
    tally.longestFalseLeaseMs = Math.max(
      tally.longestFalseLeaseMs,
      outcome.longestFalseLeaseMs,
    );
    tally.villainsDue += outcome.villainsDue;
    tally.villainsBlocked += outcome.villainsBlocked;
    for (const breach of breachesOf(outcome, share)) {
      if (tally.breaches.length < breachesMax) tally.breaches.push(breach);
    }
    onProgress(tally.runs / runs);
  }
  return tally;
}

/** What must not be: design §7, with f liars and above f. */
function breachesOf(outcome: InsiderOutcome, share: Share): string[] {
  const where = `seed ${outcome.seed} (${outcome.members} members; ${
    outcome.kinds.join(", ")
  })`;
  const missed = outcome.villainsDue - outcome.villainsBlocked;
  const rules: [broken: boolean, what: string][] = [
    [outcome.protectedHeld > 0, "a protected address was contained"],
    [
      outcome.longestFalseLeaseMs > falseLeaseMsMax,
      `a false lease of ${outcome.longestFalseLeaseMs} ms`,
    ],
    [missed > 0, `${missed} true attackers were not blocked everywhere`],
    [
      share === "within" && outcome.falseBlocks > 0,
      "an innocent was blocked on the mesh's word",
    ],
    [
      share === "within" && outcome.falseQuarantines > 0,
      "an honest member was to be cut off",
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, what]) =>
    `${where}: ${what}`
  );
}
