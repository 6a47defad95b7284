/**
 * What `contain --dry-run` prints: the exact text that would go to nft.
 *
 * @module
 */
import type { Lease } from "../lease.ts";
import type { ProtectedEntry } from "../world.ts";
import { rulesetCommands, scriptOf } from "./ruleset.ts";
import type { SteerPlan } from "./steer_rules.ts";
import { Warden } from "./warden.ts";

/**
 * The ruleset and the elements of `leases`, as `nft -f -` takes them; a lease
 * that would be refused stands as a comment with the reason.
 *
 * @param wallMs The moment at which it is imagined to run, wall clock.
 * @param steer Where the decoys are, if any run.
 */
export function renderDryRun(
  leases: readonly Lease[],
  protectedEntries: readonly ProtectedEntry[],
  wallMs: number,
  steer?: SteerPlan,
): string {
  const warden = new Warden({ mode: "enforce", protectedEntries });
  const plan = warden.judge(leases, { nowMs: 0, wallMs });
  const refusals = plan.judgements.flatMap((judgement, index) =>
    judgement.granted ? [] : [
      // As JSON: a lease is not ours to trust, and a comment ends with its line.
      `# refused: ${JSON.stringify(leases[index])}: ${
        JSON.stringify(judgement.refusal)
      }`,
    ]
  );
  return scriptOf([
    ...rulesetCommands(warden.protectedEntries, {
      socketLookup: true,
      ...(steer && { steer }),
    }),
    ...plan.commands,
    ...refusals,
  ]);
}
