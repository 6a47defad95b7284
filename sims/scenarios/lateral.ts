/**
 * An intruder with an administrator's password moves through an office whose
 * habits are known for a week: a jump host and a backup server, both of them
 * members, reach every machine every day.
 *
 * @module
 */
import type { LateralScenario } from "../lateral_scenario.ts";
import { addressOf } from "../world/site.ts";
import { office } from "./bruteforce.ts";

const minuteMs = 60_000;

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
    // Ssh is used by many, so he shows himself where three rarer services are.
    {
      name: "workstation",
      place: "workstation",
      looks: true,
      unseenMax: (targets) => targets * 5 / 6,
    },
    { name: "workstation, straight", place: "workstation", looks: false },
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
