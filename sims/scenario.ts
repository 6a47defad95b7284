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
  /** What `stealthmesh simulate` calls it. */
  readonly name: string;
  /** One line for people, without a full stop. */
  readonly title: string;
  /** Traffic profile of every link. */
  readonly profile: ProfileName;
  /** Ports that every machine serves. */
  readonly served: readonly number[];
  /** Where the scan comes from: an outsider, on no list. */
  readonly attacker: Address;
  /** Ports 1 to this number are tried on each machine, at most 65,535. */
  readonly portsPerMachine: number;
  /** The attacker's pace, the same whether it is answered or not. */
  readonly probesPerSecond: number;
  /** Quiet time before the first probe, for links to come up, in ms. */
  readonly startMs: number;
  /** Time after the last probe, in ms. */
  readonly restMs: number;
  /** Never contained, besides the machines themselves. */
  readonly protectedEntries: readonly ProtectedEntry[];
  /** A protected machine that scans too: it must be seen and left alone. */
  readonly auditor: Address;
  /** People at work: they open served ports, and now and then a wrong one. */
  readonly staff: readonly Address[];
  /** Opens every served port of every machine, round after round. */
  readonly monitor: Address;
  /** What a good run stays within; going beyond is a breach in the report. */
  readonly bounds: {
    /** Ports truthfully answered by one machine; design issue 1: 10. */
    readonly answeredMax: number;
    /** From an alert to every other machine, in slot periods T. */
    readonly deliveryPeriodsMax: number;
    /** Connections of honest people that failed. */
    readonly deniedMax: number;
  };
}
