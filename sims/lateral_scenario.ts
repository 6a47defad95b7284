/**
 * A simulation of lateral movement as data: an office that works and is known
 * for a week, and an intruder who has one administrator's password and goes
 * from machine to machine. He is played once for each place he may start from,
 * for what can be seen of him differs.
 *
 * @module
 */
import type { ProtectedEntry } from "../defense/mod.ts";
import type { ProfileName } from "../mesh/mod.ts";
import type { OfficePlan } from "./login_scenario.ts";

/** Where the intruder stands, and how careful he is. */
export interface Foothold {
  /** What the report calls it. */
  readonly name: string;
  /**
   * `member`: the last machine of the mesh, whose agent still runs;
   * `workstation`: a machine inside the network without an agent.
   */
  readonly place: "member" | "workstation";
  /** Whether he tries every admin port of a machine before he logs in. */
  readonly looks: boolean;
  /**
   * Machines he may have been on when the first alert about him comes; absent
   * where nothing can tell him from an administrator.
   */
  readonly unseenMax?: (targets: number) => number;
}

/** One simulation, complete but for its seed and size. */
export interface LateralScenario {
  /** What `stealthmesh simulate` calls it. */
  readonly name: string;
  /** One line for people, without a full stop. */
  readonly title: string;
  /** Traffic profile of every link. */
  readonly profile: ProfileName;
  /** Each is played by itself, in a site of its own. */
  readonly footholds: readonly Foothold[];
  /** The administrator's account that was stolen. */
  readonly account: string;
  /** Quiet time before the first move, milliseconds. */
  readonly startMs: number;
  /** From one machine to the next, milliseconds. */
  readonly stepMs: number;
  /** From one port to the next while he looks, milliseconds. */
  readonly lookMs: number;
  /** After so many tries in vain he gives a machine up. */
  readonly patience: number;
  /** Virtual time after his last move, milliseconds. */
  readonly restMs: number;
  /** Who must not be harmed. */
  readonly office: OfficePlan;
  /** Never contained, besides the machines themselves. */
  readonly protectedEntries: readonly ProtectedEntry[];
  /** From an alert to every other machine, in slot periods T. */
  readonly deliveryPeriodsMax: number;
}

/** A service through which a machine is administered, as sensors call it. */
export interface AdminPort {
  readonly port: number;
  readonly service: string;
}

/** Ports the intruder tries, the one he likes best first. */
export const adminPorts: readonly AdminPort[] = [
  { port: 22, service: "sshd" },
  { port: 445, service: "samba" },
  { port: 3389, service: "xrdp" },
  { port: 5985, service: "winrm" },
];

/**
 * What machine `index` serves besides ssh: every second one is a file server,
 * every third one has a desktop and remote management. So every sixth one has
 * three services that few people use.
 */
export function servedToo(index: number): readonly number[] {
  return [
    ...index % 2 === 0 ? [445] : [],
    ...index % 3 === 0 ? [3389, 5985] : [],
  ];
}
