/**
 * A simulation as data: who is there, what happens, how long, and what must
 * not be exceeded. Anyone can write one and compare its report with the last.
 *
 * @module
 */
import type { Address, ProtectedEntry } from "../defense/mod.ts";
import type { ProfileName } from "../mesh/mod.ts";

/** One simulation, complete but for its seed and size. */
export interface PortScanScenario {
  readonly name: string;
  readonly title: string;
  readonly profile: ProfileName;
  /** Ports that every machine serves. */
  readonly served: readonly number[];
  /** The attacker, and its pace: nmap's `-T4` on a local network. */
  readonly attacker: Address;
  readonly portsPerMachine: number;
  readonly probesPerSecond: number;
  /** Quiet time before the first probe, for links to come up, in ms. */
  readonly startMs: number;
  /** Time after the last probe, in ms. */
  readonly restMs: number;
  readonly protectedEntries: readonly ProtectedEntry[];
  /** A protected machine that scans too: it must be seen and left alone. */
  readonly auditor: Address;
  readonly staff: readonly Address[];
  readonly monitor: Address;
  readonly bounds: {
    /** Ports truthfully answered by one machine; design issue 1: 10. */
    readonly answeredMax: number;
    /** From an alert to every other machine, in slot periods T. */
    readonly deliveryPeriodsMax: number;
    /** Connections of honest people that failed. */
    readonly deniedMax: number;
  };
}
