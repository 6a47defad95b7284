/**
 * An intruder with an administrator's password moves through an office whose
 * habits are known for a week: a jump host and a backup server, both of them
 * members, reach every machine every day.
 *
 * @module
 */
import { faultBound } from "../../defense/mod.ts";
import type { LateralScenario } from "../lateral_scenario.ts";
import { addressOf } from "../world/site.ts";
import { office } from "./bruteforce.ts";

const minuteMs = 60_000;

/**
 * At the third member in a hurry, or when one more than f have told of him;
 * two members cannot tell the others of three.
 */
function seenInSum(targets: number): number {
  return targets < 3 ? Infinity : Math.max(3, faultBound(targets) + 1);
}

/** `stealthmesh simulate lateral`. */
export const lateral: LateralScenario = {
  name: "lateral",
  title: "an intruder with an administrator's password moves from host to host",
  profile: "lan",
  footholds: [
    // The agent of the host he is on sees his third new way.
    { name: "member", place: "member", looks: true, unseenMax: () => 2 },
    {
      name: "member, straight",
      place: "member",
      looks: false,
      unseenMax: () => 3,
    },
    // Each machine sees one new visitor; only the sum over all of them tells.
    {
      name: "workstation",
      place: "workstation",
      looks: true,
      unseenMax: seenInSum,
    },
    {
      name: "workstation, straight",
      place: "workstation",
      looks: false,
      unseenMax: seenInSum,
    },
  ],
  account: "olga",
  startMs: 10_000,
  stepMs: 10_000,
  lookMs: 300,
  patience: 2,
  restMs: minuteMs,
  office: {
    ...office,
    backup: { source: addressOf(1), periodMs: 15 * minuteMs },
    jump: { source: addressOf(0), account: "olga", periodMs: 5 * minuteMs },
  },
  protectedEntries: [{ network: "10.0.255.1", reason: "gateway" }],
  deliveryPeriodsMax: 4,
};
