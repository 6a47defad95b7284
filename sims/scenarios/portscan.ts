/**
 * An outsider scans every machine of an office, one after another, while the
 * staff works, a monitor checks, and the business's own auditor, who is on
 * the never-block list, scans a machine too.
 *
 * @module
 */
import { parseAddress } from "../../defense/mod.ts";
import type { PortScanScenario } from "../scenario.ts";

/** `stealthmesh simulate portscan`. */
export const portscan: PortScanScenario = {
  name: "portscan",
  title: "an outsider scans every machine of an office",
  profile: "lan",
  served: [22, 80, 443],
  attacker: parseAddress("203.0.113.66"),
  portsPerMachine: 1_000,
  // nmap 7.93 -sS -T4 on a bridge in the lab tries 1,000 ports in 0.1 to 0.6 s
  // when it is answered; the simulated one does not slow down when it is not.
  probesPerSecond: 2_000,
  startMs: 5_000,
  restMs: 5_000,
  protectedEntries: [
    { network: "198.51.100.7", reason: "operator: the auditor" },
    { network: "10.0.255.1", reason: "gateway" },
  ],
  auditor: parseAddress("198.51.100.7"),
  staff: [21, 22, 23, 24, 25, 26, 27, 28].map((last) =>
    parseAddress(`10.0.200.${last}`)
  ),
  monitor: parseAddress("10.0.255.9"),
  bounds: { answeredMax: 5, deliveryPeriodsMax: 4, deniedMax: 0 },
};
