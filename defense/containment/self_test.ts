/**
 * The proof at start that the never-block rule holds (design §8): a warden
 * that would touch a protected address is not allowed to work.
 *
 * @module
 */
import { type Address, readAddress } from "../address.ts";
import { firstLeaseMs, measures } from "../lease.ts";
import type { ProtectedEntry } from "../world.ts";
import type { Moment, Warden } from "./warden.ts";

/**
 * Asks `warden` for every measure against every protected address.
 *
 * @returns How many addresses were tried.
 * @throws {Error} If one of them would be contained.
 */
export function proveNeverBlock(
  warden: Warden,
  entries: readonly ProtectedEntry[],
  moment: Moment,
): number {
  // The first address of a network stands for all of it.
  const addresses = entries
    .map(({ network }) => readAddress(network.replace(/\/\d+$/, "")))
    .filter((address): address is Address => address !== undefined);
  const untilMs = moment.wallMs + firstLeaseMs;
  for (const subject of addresses) {
    const leases = measures.map((measure) => ({
      subject,
      measure,
      untilMs,
      cause: "operator",
    }));
    const { judgements, commands } = warden.judge(leases, moment);
    const refused = judgements.every((judgement) =>
      !judgement.granted && judgement.refusal.code === "never_block"
    );
    if (!refused || commands.length > 0) {
      throw new Error(
        `Cannot start containment: it would contain ${subject}, which is protected`,
      );
    }
  }
  return addresses.length;
}
