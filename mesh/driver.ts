/**
 * Runs a `MeshNode`: performs its effects on a real or virtual world and wakes
 * it when its next cell is due. The simulator runs this very file.
 *
 * Cells have a timer of their own, set for the next slot when the one before
 * has fired and moved by nothing else: were it shared, then work that is due
 * between a slot and its late timer would let the cell go early, and so show
 * that there is work. Housekeeping, which dials and ends links, has one of its
 * own for the same reason: an observer sees a dial. Whatever else is due, and may
 * be due because of what somebody said, has the third.
 *
 * A real clock's timer is late by a millisecond or two, and later when the
 * isolate is busy. So the timer of a cell is set a little early, the cell is made
 * and sealed, and the rest of the time is slept: when it leaves depends neither
 * on what is in it nor on what else there is to do, unless that takes longer
 * than the lead.
 *
 * Events that come while effects are performed wait for their turn, so a
 * transport may answer at once. What the node says before there is a listener is kept, at most
 * `unheardMax` events, the oldest dropped.
 *
 * @module
 */
import type { Mesh, MeshCommand, MeshEvent, MeshStart } from "./mesh.ts";
import type { PeerScript } from "./peer_script.ts";
import { MeshNode, type NodeEffect, type NodeEvent } from "./node.ts";
import { checkStart } from "./start_check.ts";
import type { Clock, Random, Transport, TransportEvent } from "./world.ts";

/** A node at work. */
export interface RunningNode extends Mesh {
  /** Tells the node what happened on its connections. */
  transport(event: TransportEvent): void;
  /**
   * For the listener, before it upgrades a connection: whether the bearer of
   * this token may come in. A token works once.
   */
  admit(token: Uint8Array): boolean;
}

/**
 * How long before its slot a cell is made where the clock can hold. Our choice:
 * timers of an idle isolate are up to 2 ms late (`cell_clock_bench.ts`), and a
 * hold keeps strangers at the port waiting, too.
 */
const leadMs = 2;

/** What has a timer. */
type Due = "pulse" | "housekeeping" | "chores";

/** One that is set, and for when. */
interface Timer {
  readonly atMs: number;
  readonly cancel: () => void;
}

const unheardMax = 256;

/**
 * Starts a node; it dials at once.
 *
 * @throws {RangeError} If `start` holds keys, secrets or numbers of the wrong
 * size.
 */
export function startNode(
  o: {
    readonly start: MeshStart;
    readonly clock: Clock;
    readonly random: Random;
    readonly transport: Transport;
    /** Only in simulations, see `peer_script.ts`. */
    readonly script?: PeerScript | undefined;
  },
): RunningNode {
  checkStart(o.start);
  return new NodeDriver(o);
}

class NodeDriver implements RunningNode {
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #node: MeshNode;
  readonly #inbox: NodeEvent[] = [];
  #busy = false;
  readonly #timers: Record<Due, Timer | undefined> = {
    pulse: undefined,
    housekeeping: undefined,
    chores: undefined,
  };
  #listener: ((event: MeshEvent) => void) | undefined;
  #unheard: MeshEvent[] = [];

  constructor(
    o: {
      readonly start: MeshStart;
      readonly clock: Clock;
      readonly random: Random;
      readonly transport: Transport;
      readonly script?: PeerScript | undefined;
    },
  ) {
    this.#clock = o.clock;
    this.#transport = o.transport;
    this.#node = new MeshNode({
      start: o.start,
      random: o.random,
      nowMs: o.clock.nowMs(),
      wallMs: o.clock.wallMs(),
      script: o.script,
    });
    this.#take({ type: "start" });
  }

  send(command: MeshCommand): void {
    this.#take({ type: "command", command });
  }

  transport(event: TransportEvent): void {
    this.#take({ type: "transport", event });
  }

  admit(token: Uint8Array): boolean {
    return this.#node.admit(token, this.#clock.wallMs());
  }

  onEvent(listener: (event: MeshEvent) => void): void {
    this.#listener = listener;
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const event of unheard) listener(event);
  }

  #take(event: NodeEvent): void {
    this.#inbox.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      let next = this.#inbox.shift();
      while (next) {
        const pulseAtMs = next.type === "pulse" ? this.#dueMs() : 0;
        const effects = this.#node.handle(
          next,
          Math.max(this.#clock.nowMs(), pulseAtMs),
          this.#clock.wallMs(),
        );
        if (pulseAtMs > 0) this.#clock.holdUntil?.(pulseAtMs);
        for (const effect of effects) this.#perform(effect);
        next = this.#inbox.shift();
      }
    } finally {
      this.#busy = false;
    }
    this.#arm("pulse", this.#node.pulseAtMs());
    this.#arm("housekeeping", this.#node.housekeepingAtMs());
    this.#arm("chores", this.#node.choresAtMs());
  }

  #perform(effect: NodeEffect): void {
    switch (effect.type) {
      case "dial":
        return this.#transport.dial(effect.request);
      case "send":
        return this.#transport.send(effect.link, effect.cell);
      case "close":
        return this.#transport.close(effect.link);
      case "emit":
        return this.#say(effect.event);
    }
  }

  #say(event: MeshEvent): void {
    if (this.#listener) return this.#listener(event);
    this.#unheard.push(event);
    if (this.#unheard.length > unheardMax) this.#unheard.shift();
  }

  /** The slot that a pulse is for, if it is near enough to hold for. */
  #dueMs(): number {
    if (!this.#clock.holdUntil) return 0;
    const atMs = this.#node.pulseAtMs();
    return atMs <= this.#clock.nowMs() + 2 * leadMs ? atMs : 0;
  }

  #arm(type: Due, atMs: number): void {
    const timer = this.#timers[type];
    if (timer?.atMs === atMs) return;
    timer?.cancel();
    this.#timers[type] = undefined;
    if (atMs === Infinity) return;
    const untilMs = atMs - this.#clock.nowMs();
    // Timers count whole milliseconds; a rounded-down one would come too early.
    const delayMs = type === "pulse" && this.#clock.holdUntil
      ? Math.max(0, Math.floor(untilMs - leadMs))
      : Math.max(0, Math.ceil(untilMs));
    const cancel = this.#clock.after(delayMs, () => {
      this.#timers[type] = undefined;
      this.#take({ type });
    });
    this.#timers[type] = { atMs, cancel };
  }
}
