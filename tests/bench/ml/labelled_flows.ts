/**
 * Reads labelled flows of `../shared/data/flows` as the learning detector sees
 * connections.
 *
 * @module
 */
import { parseAddress } from "../../../defense/address.ts";
import type { Flow } from "../../../defense/detectors/learning/flow_features.ts";
import type { ConnectionOutcome } from "../../../defense/observation.ts";

/** A flow, what it was, and what it is used for. */
export interface LabelledFlow {
  readonly flow: Flow;
  /** `benign`, or the attack. */
  readonly label: string;
  readonly part: "train" | "score" | "unused";
}

/**
 * CIC-IDS2017: learned from the honest flows of Monday and Wednesday, scored on
 * the other days.
 */
export async function readCic(path: string): Promise<LabelledFlow[]> {
  const lines = (await Deno.readTextFile(path)).trim().split(/\r?\n/);
  const names = lines.shift()?.split(",") ?? [];
  const flows = lines.map((line): LabelledFlow => {
    const cells = line.split(",");
    const cell = (name: string) => cells[names.indexOf(name)] ?? "";
    const label = cell("Label") === "BENIGN" ? "benign" : cell("Label");
    const at = cell("Timestamp");
    const training = /^2017-07-0[35]/.test(at);
    return {
      label,
      part: training ? label === "benign" ? "train" : "unused" : "score",
      flow: {
        atMs: Date.parse(at.replace(" ", "T") + "Z"),
        source: parseAddress(cell("Src IP")),
        destination: parseAddress(cell("Dst IP")),
        protocol: cell("Protocol") === "17" ? "udp" : "tcp",
        port: Number(cell("Dst Port")),
        outcome: outcomeOf(
          Number(cell("Total Bwd packets")),
          Number(cell("RST Flag Count")),
          Number(cell("Total Length of Bwd Packet")),
        ),
        bytesOut: Number(cell("Total Length of Fwd Packet")),
        bytesIn: Number(cell("Total Length of Bwd Packet")),
        durationMs: Number(cell("Flow Duration")) / 1_000,
      },
    };
  });
  return flows.sort((a, b) => a.flow.atMs - b.flow.atMs);
}

function outcomeOf(
  packetsBack: number,
  resets: number,
  bytesBack: number,
): ConnectionOutcome {
  if (packetsBack === 0) return "unanswered";
  return resets > 0 && bytesBack === 0 ? "refused" : "accepted";
}

/**
 * NSL-KDD: no addresses and no times, so neither pace nor ports of a source;
 * learned from the honest flows of the first half, scored on the second.
 */
export async function readNslKdd(path: string): Promise<LabelledFlow[]> {
  const lines = (await Deno.readTextFile(path)).trim().split(/\r?\n/);
  const ports = new Map<string, number>();
  return lines.map((line, index): LabelledFlow => {
    const cells = line.split(",");
    const [seconds, protocol = "", service = "", flag, out, back] = cells;
    if (!ports.has(service)) ports.set(service, kddPort(service, ports.size));
    const label = cells[41] === "normal" ? "benign" : cells[41] ?? "";
    const training = index < lines.length / 2;
    return {
      label,
      part: training ? label === "benign" ? "train" : "unused" : "score",
      flow: {
        // Each its own source: nothing is known of what it did before.
        atMs: index,
        source: parseAddress(
          `10.${index >> 16}.${index >> 8 & 255}.${index & 255}`,
        ),
        destination: parseAddress("192.0.2.2"),
        protocol,
        port: ports.get(service) ?? 0,
        outcome: flag === "S0"
          ? "unanswered"
          : flag === "REJ" || flag?.startsWith("RST")
          ? "refused"
          : "accepted",
        bytesOut: Number(out),
        bytesIn: Number(back),
        durationMs: Number(seconds) * 1_000,
      },
    };
  });
}

/** Usual port of a service of KDD; any unused one for a name without one. */
function kddPort(service: string, index: number): number {
  const usual: Readonly<Record<string, number>> = {
    http: 80,
    smtp: 25,
    ftp: 21,
    ftp_data: 20,
    telnet: 23,
    ssh: 22,
    domain: 53,
    domain_u: 53,
    pop_3: 110,
    imap4: 143,
    ldap: 389,
    ntp_u: 123,
    netbios_ns: 137,
    netbios_ssn: 139,
    http_443: 443,
    http_8001: 8_080,
  };
  return usual[service] ?? 200 + index;
}
