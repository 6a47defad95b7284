/**
 * The members of the mesh as one list: who is there, since when, over which
 * link. Put together from `status`, as the agent of this host sees it.
 *
 * @module
 */
import type { LeaseView } from "../../defense/mod.ts";
import type { LinkView, MuteReason } from "../../mesh/mod.ts";
import type { StatusView } from "./agent_desk.ts";
import { type CutOff, cutOffsOf } from "./cut_off.ts";

/** How a member stands. */
export const nodeStates = [
  "here",
  "up",
  "late",
  "gone",
  "unknown",
  "expired",
  "revoked",
] as const;

/** One of {@linkcode nodeStates}. */
export type NodeState = typeof nodeStates[number];

/** A sensor of this host. */
export interface SensorView {
  /** As the configuration or the sensor itself has it. */
  readonly name: string;
  /** Why it sees nothing; absent where it does. */
  readonly trouble?: string;
}

/** One member. */
export interface NodeView {
  /** 64 hex characters. */
  readonly node: string;
  /** How people call it. */
  readonly name: string;
  /** Where it is reached, `address:port`. */
  readonly addresses: readonly string[];
  /** Whether it may let others in. */
  readonly custodian: boolean;
  /** Only listens: its word counts for nothing. */
  readonly observer: boolean;
  /** Rotations of its keys since its admission. */
  readonly generation: number;
  /** Wall clock milliseconds when its keys came into use, as it says. */
  readonly keysSinceMs: number;
  /** Wall clock milliseconds when its membership ends. */
  readonly membershipUntilMs: number;
  /** How it stands. */
  readonly state: NodeState;
  /** Milliseconds for which it has been in this state, where that is known. */
  readonly stateForMs?: number;
  /** Milliseconds since its last sign of life; absent if there was none. */
  readonly heartbeatAgoMs?: number;
  /** The open link to it, if there is one. */
  readonly link?: Omit<LinkView, "peer">;
  /** Why and since when it is not listened to. */
  readonly muted?: { readonly sinceMs: number; readonly reason: MuteReason };
  /** By whose words it is cut off from all but the mesh; empty if it is not. */
  readonly cutOff: readonly CutOff[];
  /** What only the host itself knows; of others the mesh does not tell it. */
  readonly host?: {
    readonly version: string;
    readonly profile: string;
    readonly mode: string;
    readonly startedAtMs: number;
    readonly sensors: readonly SensorView[];
    readonly measures: number;
    readonly shortcomings: number;
  };
}

/** Every member, revoked ones included, in the order of the roster. */
export function nodesOf(status: StatusView, nowMs: number): NodeView[] {
  const { mesh, agent, members, hostLeases } = status;
  const health = new Map(mesh.health.map((each) => [each.node, each]));
  const links = new Map(mesh.links.map((each) => [each.peer, each]));
  const cutOffs = cutOffsOf(status);
  const mutes = new Map(mesh.muted.map((each) => [each.node, each]));
  return members.map((member): NodeView => {
    const { node, name, addresses, custodian, observer } = member;
    const { generation, keysSinceMs } = member;
    const own = node === agent.self;
    const life = own ? undefined : health.get(node);
    const link = links.get(node);
    const mute = mutes.get(node);
    const state = member.revoked
      ? "revoked"
      : member.notAfterMs <= nowMs
      ? "expired"
      : own
      ? "here"
      : life?.state ?? "unknown";
    return {
      node,
      name,
      addresses,
      custodian,
      observer,
      generation,
      keysSinceMs,
      membershipUntilMs: member.notAfterMs,
      state,
      ...(life && { stateForMs: life.forMs }),
      ...(life?.heardAgoMs !== undefined &&
        { heartbeatAgoMs: life.heardAgoMs }),
      ...(link && {
        link: {
          dialled: link.dialled,
          silentMs: link.silentMs,
          upMs: link.upMs,
          periodMs: link.periodMs,
          peerPeriodMs: link.peerPeriodMs,
        },
      }),
      ...(mute && { muted: { sinceMs: mute.sinceMs, reason: mute.reason } }),
      cutOff: cutOffs.get(node) ?? [],
      ...(own && {
        host: {
          version: status.version,
          profile: status.profile.inForce,
          mode: agent.mode,
          startedAtMs: status.startedAtMs,
          sensors: sensorsOf(status.sensors),
          measures: measuresInForce(agent.leases, hostLeases),
          shortcomings: status.shortcomings.length,
        },
      }),
    };
  });
}

/** How many, without those that only would be, where a host watches. */
export function measuresInForce(
  leases: readonly Pick<LeaseView, "state">[],
  hostLeases: readonly unknown[],
): number {
  return leases.filter(({ state }) => state === "in_force").length +
    hostLeases.length;
}

/** The sensors of a report; none where their isolate is silent. */
export function sensorsOf(report: unknown): SensorView[] {
  return sourcesOf(report).map(({ name, trouble }) =>
    trouble === undefined ? { name } : { name, trouble }
  );
}

/** A source of observations, with its counters. */
export interface SourceView extends SensorView {
  readonly counters: Readonly<Record<string, number>>;
}

/** The sources of a report; none where their isolate is silent. */
export function sourcesOf(report: unknown): readonly SourceView[] {
  const { sources } = report as { sources?: readonly SourceView[] };
  return sources ?? [];
}
