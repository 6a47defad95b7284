/**
 * What one look-up of an address takes in a bare `Map` of as many, as a measure
 * of what the machine asks for memory that is further away.
 *
 * Each look-up waits for the one before, as one of the detectors waits for what
 * they did before it; else the processor would ask for several at a time.
 *
 * @module
 */
import process from "node:process";
import type { Address } from "../../defense/address.ts";

/**
 * Microseconds of CPU per look-up.
 *
 * @param turns Which of the addresses is asked for, one after the other.
 */
export function lookUpMicros(
  addresses: readonly Address[],
  turns: Uint32Array,
  rounds: number,
): number {
  const nothing = new Map<Address, number>();
  for (const address of addresses) nothing.set(address, 0);
  const before = process.cpuUsage();
  let last = 0;
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < turns.length; at++) {
      const address = addresses[turns[at + last] ?? 0] as Address;
      last = nothing.get(address) ?? 0;
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (rounds * turns.length);
}
