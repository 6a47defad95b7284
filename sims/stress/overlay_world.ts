/**
 * The overlay of a large mesh with its links already open: production's dial
 * plans, cell clocks and send queues, but no rosters, no handshakes and no
 * seals, because ten thousand rosters of ten thousand members do not fit
 * into one process. What a cell carries is a message of an alert's size, and what is new to a
 * node goes to every other link, as `mesh/overlay/flood.ts` has it.
 *
 * A link's clock is asked only when something waits on the link; cells
 * without content leave in between as they would, and nobody counts them one
 * by one.
 *
 * @module
 */
import {
  epochOf,
  Neighbourhood,
  type NodeId,
  type Pace,
  Pacer,
  SendQueue,
} from "../../mesh/mod.ts";
import { mondayMs, VirtualClock } from "../world/clock.ts";
import type { SeededRandom } from "../world/random.ts";
import type { Delay } from "../world/weather.ts";

/** What an alert takes on a link: header, signature and claim (design §5: ≤ 200). */
const alertBytes = 190;
/** The longest record of a cell (`mesh/wire/cell.ts`). */
const recordBytesMax = 494;
/** A record's head. */
const recordHeadBytes = 2;

/** One direction of one link. */
interface Way {
  readonly to: OverlayNode;
  readonly pacer: Pacer;
  readonly queue: SendQueue;
  /** Whether the next slot is already waited for. */
  armed: boolean;
  open: boolean;
}

/** One alert. */
export interface Word {
  readonly origin: NodeId;
  readonly counter: number;
  readonly bytes: Uint8Array;
}

/** One node as the overlay sees it. */
export interface OverlayNode {
  readonly index: number;
  readonly id: NodeId;
  /** Receives and never passes anything on. */
  silent: boolean;
  up: boolean;
  readonly ways: Map<OverlayNode, Way>;
  readonly known: Set<Word>;
  said: number;
}

/** A word arrives where it was not known. */
export type OnHeard = (
  node: OverlayNode,
  message: Word,
  hops: number,
) => void;

/** What such a world is made of. */
export interface OverlayPlan {
  readonly nodes: number;
  readonly pace: Pace;
  readonly delay: Delay;
  readonly random: SeededRandom;
}

/** Nodes, links and the words on them. */
export class OverlayWorld {
  readonly clock: VirtualClock = new VirtualClock();
  readonly nodes: readonly OverlayNode[];
  readonly neighbourhood: Neighbourhood;
  /** Copies of words sent, wanted or not. */
  copies = 0;
  onHeard: OnHeard | undefined;
  readonly #plan: OverlayPlan;
  readonly #byId: Map<NodeId, OverlayNode>;
  readonly #messages = new WeakMap<Uint8Array, Word>();
  /** By message: how many links it took to each node, for new copies. */
  readonly #hops = new Map<Word, Map<OverlayNode, number>>();

  constructor(plan: OverlayPlan) {
    this.#plan = plan;
    const draw = plan.random.fork("ids");
    this.nodes = Array.from({ length: plan.nodes }, (_, index) => {
      const bytes = new Uint8Array(32);
      draw.fill(bytes);
      return {
        index,
        id: bytes.toHex() as NodeId,
        silent: false,
        up: true,
        ways: new Map(),
        known: new Set(),
        said: 0,
      };
    });
    this.#byId = new Map(this.nodes.map((node) => [node.id, node]));
    this.neighbourhood = new Neighbourhood(this.nodes.map(({ id }) => id));
  }

  /** The node of that id. */
  node(id: NodeId): OverlayNode | undefined {
    return this.#byId.get(id);
  }

  /** Opens every link that the plans of all nodes ask for. */
  linkAll(): void {
    for (const node of this.nodes) {
      const epoch = epochOf(node.id, mondayMs);
      const { order, count } = this.neighbourhood.planOf(node.id, epoch);
      for (const id of order.slice(0, count)) {
        const peer = this.#byId.get(id);
        if (peer) this.open(node, peer);
      }
    }
  }

  /** Opens a link; its cell clocks begin at a moment of their own. */
  open(a: OverlayNode, b: OverlayNode): void {
    if (a.ways.has(b)) return;
    a.ways.set(b, this.#way(b));
    b.ways.set(a, this.#way(a));
  }

  /** Ends a link at one end. */
  close(a: OverlayNode, b: OverlayNode): void {
    const way = a.ways.get(b);
    if (way) way.open = false;
    a.ways.delete(b);
  }

  /** The mean number of links. */
  get degree(): number {
    const ends = this.nodes.reduce((sum, { ways }) => sum + ways.size, 0);
    return ends / this.nodes.length;
  }

  /** A node raises an alert. */
  publish(node: OverlayNode): Word {
    const counter = node.said++;
    const bytes = new Uint8Array(alertBytes);
    new DataView(bytes.buffer).setUint32(0, node.index);
    new DataView(bytes.buffer).setUint32(4, counter);
    const { id: origin } = node;
    const message: Word = { origin, counter, bytes };
    this.#hops.set(message, new Map([[node, 0]]));
    node.known.add(message);
    for (const way of node.ways.values()) this.#push(way, node, message);
    return message;
  }

  /** Forgets how words travelled; for measurements one after the other. */
  forgetHops(): void {
    this.#hops.clear();
  }

  /** Both ends of a link that came up say what the other lacks. */
  repair(a: OverlayNode, b: OverlayNode): void {
    for (const [from, to] of [[a, b], [b, a]] as const) {
      const way = from.ways.get(to);
      if (!way || from.silent) continue;
      for (const message of from.known.difference(to.known)) {
        this.#push(way, from, message);
      }
    }
  }

  #way(to: OverlayNode): Way {
    const { pace, random } = this.#plan;
    const seed = new Uint8Array(32);
    random.fill(seed);
    const startMs = this.clock.nowMs() -
      (this.clock.nowMs() === 0 ? random.uniform() * pace.periodMs : 0);
    return {
      to,
      pacer: new Pacer(pace, startMs, seed),
      queue: new SendQueue(recordBytesMax),
      armed: false,
      open: true,
    };
  }

  #push(way: Way, from: OverlayNode, message: Word): void {
    const { origin, counter, bytes } = message;
    way.queue.push({ bytes, urgency: 0, origin, key: `${origin} ${counter}` });
    this.#messages.set(bytes, message);
    if (way.armed) return;
    way.armed = true;
    const nowMs = this.clock.nowMs();
    // The slots until now went by with cells that carried nothing.
    if (this.#plan.pace.slotted) way.pacer.take(nowMs, false);
    this.#arm(way, from);
  }

  #arm(way: Way, from: OverlayNode): void {
    const nowMs = this.clock.nowMs();
    // As the driver: timers count whole milliseconds.
    const waitMs = Math.max(0, Math.ceil(way.pacer.wakeAtMs(true) - nowMs));
    this.clock.after(waitMs, () => this.#slot(way, from));
  }

  #slot(way: Way, from: OverlayNode): void {
    way.armed = false;
    if (!from.up || !way.open) return;
    if (way.pacer.take(this.clock.nowMs(), true)) {
      const records: Uint8Array[] = [];
      let room = recordBytesMax;
      way.queue.beginCell();
      for (;;) {
        const bytes = way.queue.takeWhole(room);
        if (!bytes) break;
        records.push(bytes);
        room -= bytes.length + recordHeadBytes;
      }
      this.#carry(records, from, way.to);
    }
    if (way.queue.size === 0) return;
    way.armed = true;
    this.#arm(way, from);
  }

  #carry(
    records: readonly Uint8Array[],
    from: OverlayNode,
    to: OverlayNode,
  ): void {
    const { delay, random } = this.#plan;
    const delayMs = delay.baseMs + random.pause(delay.jitterMs);
    this.clock.after(delayMs, () => {
      if (!to.up) return;
      for (const bytes of records) {
        this.copies++;
        const message = this.#messages.get(bytes);
        if (message) this.#hear(to, from, message);
      }
    });
  }

  #hear(node: OverlayNode, from: OverlayNode, message: Word): void {
    if (node.known.has(message)) return;
    node.known.add(message);
    const hops = this.#hops.get(message);
    const count = (hops?.get(from) ?? 0) + 1;
    hops?.set(node, count);
    this.onHeard?.(node, message, count);
    if (node.silent) return;
    for (const [peer, way] of node.ways) {
      if (peer !== from) this.#push(way, node, message);
    }
  }
}
