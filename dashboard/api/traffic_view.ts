/**
 * What the links cost, and would cost at another pace. It depends on the pace
 * and on how many links there are, and on nothing else.
 *
 * @module
 */
import { type ProfileName, profiles } from "../../mesh/mod.ts";
import type { StatusView } from "./agent_desk.ts";

/**
 * On the wire a cell has 538 to 542 bytes of TLS (design §12) and its share of
 * TCP and IP headers and acknowledgements: design §5 gives 222 MB a day for a
 * cell each 250 ms.
 */
const bytesPerCell = 642;
const dayMs = 86_400_000;

/** Bytes of one host. */
export interface TrafficView {
  /** In force. */
  readonly profile: ProfileName;
  /** Open to other members. */
  readonly links: number;
  /** Sent since the start, as cells were counted. */
  readonly sentBytes: number;
  /** Wall clock milliseconds of the start. */
  readonly sinceMs: number;
  /** What as many links would send a day at each pace, at least. */
  readonly profiles: readonly {
    readonly profile: ProfileName;
    readonly bytesPerDay: number;
  }[];
}

/** From what the agent says. */
export function trafficOf(
  { mesh, profile, startedAtMs }: StatusView,
): TrafficView {
  const links = mesh.links.length;
  return {
    profile: profile.inForce,
    links,
    sentBytes: (mesh.counters["cells_sent"] ?? 0) * bytesPerCell,
    sinceMs: startedAtMs,
    profiles: Object.values(profiles).map(({ name, periodMs }) => ({
      profile: name,
      bytesPerDay: Math.round(links * bytesPerCell * dayMs / periodMs),
    })),
  };
}
