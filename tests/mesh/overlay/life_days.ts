/**
 * Days of a mesh whose hosts stall and whose links lose, through the liveness
 * machine alone: no cells, no keys, no slots. Each node ticks by its own
 * clock, unless it stalls; a neighbour has heard it up to its last slot before
 * the stall, less what a loss holds back. Words take a slot per link.
 *
 * Time in which nothing is wrong is skipped: with every cell on time a tick
 * finds nothing, which the first ticks after each trouble show.
 *
 * @module
 */
import type { NodeId } from "../../../mesh/node_id.ts";
import {
  type LifeState,
  Suspicion,
  type Word,
} from "../../../mesh/overlay/suspicion.ts";
import { tickMsOf } from "../../../mesh/overlay/patience.ts";

/** What the days are like. */
export interface LifeDays {
  readonly nodes: number;
  readonly days: number;
  readonly seed: number;
  /** T. */
  readonly periodMs: number;
  /** Links per node; a ring with chords. */
  readonly degree: number;
  readonly stallsPerNodeDay: number;
  readonly stallMsMin: number;
  readonly stallMsMax: number;
  /** Segments lost so that a link stands still, per link and day. */
  readonly lossesPerLinkDay: number;
  /** Nodes that accuse everybody all the time. */
  readonly liars?: number;
}

/** What came of it. */
export interface LifeDaysOutcome {
  /** A node was called gone by another while it lived, each pair counted. */
  readonly falselyGone: number;
  /** Nodes of which that was said, each stall counted once. */
  readonly falselyGoneNodes: number;
  /** The same for late: what a stall of some seconds deserves. */
  readonly late: number;
  readonly words: number;
  readonly stalls: number;
  readonly ticks: number;
  readonly longestStallMs: number;
}

const dayMs = 86_400_000;
/** The machine is watched so long after a trouble: any verdict has come. */
const aftermathMs = 120_000;
/** A dial after its wait, three slots of handshake, one comparison. */
const returnMs = (periodMs: number) => 1_500 + 5 * periodMs;

/** Small and fast; a simulation needs no secrets (Marsaglia 2003, xorshift). */
function uniforms(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

interface Stall {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Host {
  readonly node: NodeId;
  readonly machine: Suspicion;
  readonly neighbours: readonly number[];
  readonly stalls: readonly Stall[];
  /** The first stall that is not over. */
  at: number;
  readonly inbox: { atMs: number; from: NodeId; words: readonly Word[] }[];
  readonly seen: Map<number, LifeState>;
}

/** Lives through the days. */
export function liveDays(o: LifeDays): LifeDaysOutcome {
  const uniform = uniforms(o.seed);
  const endMs = o.days * dayMs;
  const ids = Array.from(
    { length: o.nodes },
    (_, i) => i.toString(16).padStart(64, "0") as NodeId,
  );
  const hosts = ids.map((node, index): Host => {
    const machine = new Suspicion(
      { self: node, incarnation: 1, periodMs: o.periodMs },
      index * 37,
    );
    machine.setMembers(ids, 0);
    return {
      node,
      machine,
      neighbours: neighboursOf(index, o.nodes, o.degree),
      stalls: drawTimes(o.stallsPerNodeDay, endMs, uniform).map((fromMs) => ({
        fromMs,
        toMs: fromMs + o.stallMsMin +
          uniform() * (o.stallMsMax - o.stallMsMin),
      })),
      at: 0,
      inbox: [],
      seen: new Map(),
    };
  });
  // Held back segments, by link: 0.2 s doubling with each further loss.
  const losses = new Map<string, Stall[]>();
  for (const [index, host] of hosts.entries()) {
    for (const peer of host.neighbours) {
      const list = drawTimes(o.lossesPerLinkDay, endMs, uniform)
        .map((fromMs) => ({
          fromMs,
          toMs: fromMs + 200 * 2 ** Math.floor(uniform() ** 2 * 5),
        }));
      losses.set(`${index} ${peer}`, list);
    }
  }
  const troubles = [
    ...hosts.flatMap(({ stalls }) => stalls),
    ...[...losses.values()].flat(),
  ].sort((a, b) => a.fromMs - b.fromMs);
  const lossAt = new Map<string, number>();

  const stalledAt = (host: Host, nowMs: number): Stall | undefined => {
    while ((host.stalls[host.at]?.toMs ?? Infinity) + dayMs < nowMs) host.at++;
    for (let at = host.at; at < host.stalls.length; at++) {
      const stall = host.stalls[at]!;
      if (stall.fromMs > nowMs) return undefined;
      if (nowMs < stall.toMs) return stall;
    }
    return undefined;
  };
  /** When the last cell of `from` that `to` could have by now left. */
  const heardMs = (from: number, to: number, nowMs: number): number => {
    let lastMs = nowMs - uniform() * o.periodMs;
    const host = hosts[from]!;
    for (let at = host.at; at < host.stalls.length; at++) {
      const stall = host.stalls[at]!;
      if (stall.fromMs > nowMs) break;
      // A long stall costs the links; they are dialled anew after it.
      const longMs = stall.toMs - stall.fromMs;
      const backMs = stall.toMs +
        (longMs > Math.max(4 * o.periodMs, 3_000) ? returnMs(o.periodMs) : 0);
      if (lastMs >= stall.fromMs && lastMs < backMs) lastMs = stall.fromMs;
    }
    const list = losses.get(`${from} ${to}`) ?? [];
    let at = lossAt.get(`${from} ${to}`) ?? 0;
    while ((list[at]?.toMs ?? Infinity) < nowMs - aftermathMs) at++;
    lossAt.set(`${from} ${to}`, at);
    for (let next = at; next < list.length; next++) {
      const { fromMs, toMs } = list[next]!;
      if (fromMs > nowMs) break;
      if (nowMs < toMs && lastMs > fromMs) lastMs = fromMs;
    }
    return lastMs;
  };

  let [falselyGone, late, words, ticks] = [0, 0, 0, 0];
  const blamed = new Set<string>();
  const tickMs = tickMsOf(o.periodMs);
  const step = (nowMs: number) => {
    for (const [index, host] of hosts.entries()) {
      if (stalledAt(host, nowMs)) continue;
      while ((host.inbox[0]?.atMs ?? Infinity) <= nowMs) {
        const { from, words } = host.inbox.shift()!;
        host.machine.hear(from, words, nowMs);
      }
      if (nowMs < host.machine.wakeAtMs()) continue;
      ticks++;
      const links = host.neighbours.map((peer) => ({
        node: ids[peer]!,
        heardMs: heardMs(peer, index, nowMs),
        periodMs: o.periodMs,
      }));
      const said = [...host.machine.tick(nowMs, links, 0)];
      if (index < (o.liars ?? 0) && Math.floor(nowMs / tickMs) % 20 === 0) {
        for (const about of ids) {
          if (about !== host.node) {
            said.push({ kind: "suspect", about, life: 2 ** 40 });
          }
        }
      }
      if (said.length > 0) {
        words += said.length;
        for (const [to, other] of hosts.entries()) {
          if (to === index) continue;
          const hops = 1 + Math.floor(uniform() * 3);
          const atMs = nowMs + hops * o.periodMs * (0.5 + uniform());
          other.inbox.push({ atMs, from: host.node, words: said });
          other.inbox.sort((a, b) => a.atMs - b.atMs);
        }
      }
      for (const { node, state } of host.machine.views(nowMs)) {
        const about = Number.parseInt(node, 16);
        const before = host.seen.get(about) ?? "up";
        if (state === before) continue;
        host.seen.set(about, state);
        if (state === "late") late++;
        if (state !== "gone") continue;
        falselyGone++;
        blamed.add(`${about} ${Math.floor(nowMs / aftermathMs)}`);
      }
    }
  };

  const quantumMs = Math.min(tickMs, 250);
  let nowMs = 0;
  for (const { fromMs, toMs } of troubles) {
    const startMs = Math.max(nowMs, fromMs - 5_000);
    // What was skipped went well: all machines tick once at its end.
    if (startMs > nowMs + tickMs) {
      for (const host of hosts) rest(host, startMs);
    }
    nowMs = startMs;
    const lengthMs = toMs - fromMs;
    const tailMs = lengthMs > 1_500 ? aftermathMs : 5_000;
    for (; nowMs < toMs + tailMs; nowMs += quantumMs) step(nowMs);
  }
  return {
    falselyGone,
    falselyGoneNodes: blamed.size,
    late,
    words,
    stalls: hosts.reduce((sum, { stalls }) => sum + stalls.length, 0),
    ticks,
    longestStallMs: Math.max(
      ...hosts.flatMap(({ stalls }) =>
        stalls.map(({ fromMs, toMs }) => toMs - fromMs)
      ),
    ),
  };

  function rest({ machine, neighbours }: Host, atMs: number): void {
    const links = neighbours.map((peer) => ({
      node: ids[peer]!,
      heardMs: atMs,
      periodMs: o.periodMs,
    }));
    machine.skipTo(atMs);
    machine.tick(atMs, links, 0);
  }
}

function neighboursOf(index: number, nodes: number, degree: number): number[] {
  const peers = new Set<number>();
  for (let step = 1; step <= degree / 2; step++) {
    const far = step === 1 ? 1 : Math.floor(nodes / (step + 1));
    peers.add((index + far) % nodes);
    peers.add((index - far + nodes) % nodes);
  }
  peers.delete(index);
  return [...peers];
}

function drawTimes(
  perDay: number,
  endMs: number,
  uniform: () => number,
): number[] {
  const times: number[] = [];
  let atMs = 60_000;
  for (;;) {
    atMs += -Math.log(1 - uniform()) * dayMs / perDay;
    if (atMs >= endMs - aftermathMs) return times;
    times.push(atMs);
  }
}
