/**
 * What a firewall can do, and what it has of ours before we write anything.
 * Whether a table that is there was written by an earlier life of this agent
 * in the same boot decides if its leases are taken over: after a boot nothing
 * is in force (design §8), not even what somebody's saved ruleset brought back
 * with our table in it.
 *
 * @module
 */
import type { HeldElement, ProtectedEntry } from "../world.ts";
import type { CheckingFirewall } from "./containment_control.ts";
import { isRejection } from "./containment_error.ts";
import {
  type BootMark,
  bootProbe,
  layoutProbe,
  removalCommands,
  rulesetCommands,
  type RulesetFeatures,
  scriptOf,
} from "./ruleset.ts";

/** A table of ours, as far as it is there. */
export interface FoundTable {
  /** Written in this layout and this boot: its sets may stay. */
  readonly compatible: boolean;
  /** What it holds that may still be in force. */
  readonly elements: readonly HeldElement[];
}

/**
 * The richest ruleset that this kernel takes.
 *
 * @throws {ContainmentError} If it takes none.
 */
export async function findFeatures(
  firewall: CheckingFirewall,
  entries: readonly ProtectedEntry[],
): Promise<RulesetFeatures> {
  const check = firewall.check?.bind(firewall);
  const rich = { socketLookup: true };
  if (!check) return rich;
  const script = (features: RulesetFeatures) =>
    scriptOf([...removalCommands(), ...rulesetCommands(entries, features)]);
  try {
    await check(script(rich));
    return rich;
  } catch (error) {
    if (!isRejection(error)) throw error;
  }
  const plain = { socketLookup: false };
  await check(script(plain));
  return plain;
}

/**
 * Looks for a table of an earlier life.
 *
 * @param boot Of now; absent in a world without boots.
 * @throws {ContainmentError} If the firewall cannot be asked.
 */
export async function findTable(
  firewall: CheckingFirewall,
  boot: BootMark | undefined,
): Promise<FoundTable> {
  if (boot !== undefined && !await passes(firewall, bootProbe(boot))) {
    return { compatible: false, elements: [] };
  }
  const compatible = await passes(firewall, layoutProbe());
  try {
    return { compatible, elements: await firewall.elements() };
  } catch (error) {
    if (isRejection(error)) return { compatible, elements: [] };
    throw error;
  }
}

async function passes(
  firewall: CheckingFirewall,
  probe: string,
): Promise<boolean> {
  try {
    await firewall.run(scriptOf([probe]));
    return true;
  } catch (error) {
    if (isRejection(error)) return false;
    throw error;
  }
}
