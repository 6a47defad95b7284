/**
 * The mesh as a picture needs it: members as points, links between them, and
 * who has seen something lately. Only this machine's own links are known to it:
 * members tell nobody whom they are linked with.
 *
 * @module
 */
import type { AlertRecord, StatusView } from "../../api/agent_desk.ts";
import { type CutOff, cutOffsOf } from "../../api/cut_off.ts";

/** How a member stands; each has a shape and a colour of its own. */
export type Liveness = "here" | "up" | "late" | "gone" | "unknown" | "revoked";

/** One member. */
export interface GraphNode {
  /** Node id. */
  readonly id: string;
  readonly name: string;
  readonly liveness: Liveness;
  /** Addresses that it has named among the alerts given. */
  readonly saw: number;
  /** By whose words it is cut off from all but the mesh; absent if it is not. */
  readonly cutOff?: readonly CutOff[];
  /** Milliseconds since its last sign of life, if there was one. */
  readonly heardAgoMs?: number;
}

/** A link between two members, by their places in `nodes`. */
export interface GraphLink {
  readonly from: number;
  readonly to: number;
  /** Milliseconds between two cells of the slower end, where known. */
  readonly periodMs?: number;
  /** Milliseconds since the last authentic cell, where known. */
  readonly silentMs?: number;
}

/** Points and lines. */
export interface MeshGraph {
  readonly nodes: readonly GraphNode[];
  readonly links: readonly GraphLink[];
}

/** The mesh as the agent of this machine sees it. */
export function graphOf(
  status: Pick<StatusView, "agent" | "members" | "mesh" | "hostLeases">,
  alerts: readonly Pick<AlertRecord, "node" | "subject" | "exercise">[],
): MeshGraph {
  const { agent, members, mesh } = status;
  const cutOffs = cutOffsOf(status);
  const seen = new Map<string, Set<string>>();
  for (const { node, subject, exercise } of alerts) {
    // Nobody attacked.
    if (exercise) continue;
    const who = node === "" ? agent.self : node;
    seen.set(who, (seen.get(who) ?? new Set()).add(subject));
  }
  const health = new Map(mesh.health.map((each) => [each.node, each]));
  const places = new Map<string, number>();
  const nodes = members.map((member, place): GraphNode => {
    places.set(member.node, place);
    const known = health.get(member.node);
    const cutOff = cutOffs.get(member.node);
    return {
      id: member.node,
      name: member.name || member.node.slice(0, 8),
      liveness: member.revoked
        ? "revoked"
        : member.node === agent.self
        ? "here"
        : known?.state ?? "unknown",
      saw: seen.get(member.node)?.size ?? 0,
      ...(cutOff && { cutOff }),
      ...(known?.heardAgoMs !== undefined && { heardAgoMs: known.heardAgoMs }),
    };
  });
  const from = places.get(agent.self);
  const links = mesh.links.flatMap((link): GraphLink[] => {
    const to = places.get(link.peer);
    if (from === undefined || to === undefined) return [];
    const periodMs = Math.max(link.periodMs, link.peerPeriodMs);
    return [{ from, to, periodMs, silentMs: link.silentMs }];
  });
  return { nodes, links };
}
