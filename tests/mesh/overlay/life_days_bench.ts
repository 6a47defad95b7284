/**
 * False verdicts of the liveness machine over simulated days, per profile:
 *
 * ```sh
 * deno run -A tests/mesh/overlay/life_days_bench.ts 1000
 * ```
 *
 * @module
 */
import { profiles } from "../../../mesh/profile.ts";
import { liveDays } from "./life_days.ts";

if (import.meta.main) {
  const nodeDays = Number(Deno.args[0] ?? 1_000);
  const nodes = 10;
  for (const { name, periodMs } of Object.values(profiles)) {
    const startedMs = performance.now();
    const outcome = liveDays({
      nodes,
      days: nodeDays / nodes,
      seed: 7,
      periodMs,
      degree: 4,
      stallsPerNodeDay: 5,
      stallMsMin: 100,
      stallMsMax: 30_000,
      lossesPerLinkDay: 20,
    });
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    console.log(
      `${name}: ${nodeDays} node-days, ${outcome.stalls} stalls up to ` +
        `${(outcome.longestStallMs / 1_000).toFixed(1)} s: ` +
        `${outcome.falselyGoneNodes} nodes falsely gone ` +
        `(${outcome.falselyGone} verdicts), ${outcome.late} times late, ` +
        `${outcome.words} words; ${outcome.ticks} ticks in ${seconds} s`,
    );
  }
}
