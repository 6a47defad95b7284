/**
 * Who is cut off from all but the mesh, put together from what the agent of
 * this host knows: by whose word, since when, until when, and whether this host
 * does it or would.
 *
 * @module
 */
import type { HostLease, Refusal } from "../../defense/mod.ts";
import type { StatusView } from "./agent_desk.ts";

/** By whose word; `hand`: an order on this host, for this host alone. */
export const cutOffSources = [
  "vote",
  "signal",
  "hand",
] as const satisfies readonly CutOff["by"][];

/**
 * What this host makes of it: not done yet, done, what it would do if it did
 * not only watch, cannot be done, or let back in here although others go on.
 */
export const cutOffStates = [
  "asked",
  "in_force",
  "would",
  "refused",
  "released",
] as const satisfies readonly CutOff["state"][];

/** One word by which a member is cut off. */
export interface CutOff {
  /** By whose word. */
  readonly by: "vote" | "signal" | "hand";
  /** Who gave the signal: an account, `(link)`, empty for the command line. */
  readonly who?: string;
  /** Wall clock milliseconds; absent where the kernel alone remembers it. */
  readonly sinceMs?: number;
  /** Wall clock milliseconds. */
  readonly untilMs: number;
  /** What this host makes of it. */
  readonly state: "asked" | "in_force" | "would" | "refused" | "released";
  /** Why this host does not do it, where it cannot. */
  readonly refusal?: Refusal;
}

/**
 * Every member that is cut off by anybody's word, by node id. What is done here
 * stands before what is not, and what lasts longer before what ends sooner.
 *
 * A measure of this host that a vote or a signal explains is not told again.
 */
export function cutOffsOf(
  { agent, members, hostLeases }: Pick<
    StatusView,
    "agent" | "members" | "hostLeases"
  >,
): ReadonlyMap<string, readonly CutOff[]> {
  const found = new Map<string, CutOff[]>();
  const add = (node: string, word: CutOff) => {
    const words = found.get(node);
    if (words) words.push(word);
    else found.set(node, [word]);
  };
  const orders = new Map<string, StatusView["agent"]["signals"][number]>();
  for (const signal of agent.signals) {
    const { order } = signal;
    // The one issued last comes first, and is the one that counts.
    if (order.what === "quarantine" && !orders.has(order.member)) {
      orders.set(order.member, signal);
    }
  }
  for (const agreed of agent.quarantines) {
    const { member, sinceMs, untilMs, state, ordered, refusal } = agreed;
    const who = ordered && orders.get(member)?.by;
    add(member, {
      by: ordered ? "signal" : "vote",
      ...(who !== undefined && { who }),
      sinceMs,
      untilMs,
      state,
      ...(refusal && { refusal }),
    });
  }
  for (const [node, { by, issuedMs, untilMs }] of orders) {
    if (found.get(node)?.some((word) => word.by === "signal")) continue;
    const here = { sinceMs: issuedMs, untilMs, state: "released" } as const;
    add(node, { by: "signal", who: by, ...here });
  }
  for (const lease of hostLeases) {
    const node = memberOf(lease, agent.self, members);
    if (node === undefined) continue;
    const explained = found.get(node)?.some(({ state, untilMs }) =>
      (state === "in_force" || state === "asked") &&
      untilMs + roundingMs >= lease.untilMs
    );
    if (explained) continue;
    add(node, { by: "hand", untilMs: lease.untilMs, state: "in_force" });
  }
  for (const words of found.values()) {
    words.sort((a, b) =>
      Number(b.state === "in_force") - Number(a.state === "in_force") ||
      b.untilMs - a.untilMs
    );
  }
  return found;
}

/** The kernel counts whole seconds, from when it was asked. */
const roundingMs = 5_000;

function memberOf(
  { target }: HostLease,
  self: string,
  members: StatusView["members"],
): string | undefined {
  if (target.kind === "quarantine_self") return self;
  if (target.kind !== "quarantine_member") return undefined;
  return members.find(({ node, name }) => (name || node) === target.name)?.node;
}
