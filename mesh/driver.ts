/**
 * Runs a `MeshNode`: performs its effects on a real or virtual world and wakes
 * it when its next cell is due. The simulator runs this very file.
 *
 * One timer is set at a time, for the earliest thing to do. Events that come
 * while effects are performed wait for their turn, so a transport may answer
 * at once. What the node says before there is a listener is kept, at most
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
  #timer: { atMs: number; cancel: () => void } | undefined;
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
        const effects = this.#node.handle(
          next,
          this.#clock.nowMs(),
          this.#clock.wallMs(),
        );
        for (const effect of effects) this.#perform(effect);
        next = this.#inbox.shift();
      }
    } finally {
      this.#busy = false;
    }
    this.#arm();
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

  #arm(): void {
    const atMs = this.#node.wakeAtMs();
    if (this.#timer?.atMs === atMs) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (atMs === Infinity) return;
    // Timers count whole milliseconds; a rounded-down one would come too early.
    const delayMs = Math.max(0, Math.ceil(atMs - this.#clock.nowMs()));
    const cancel = this.#clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#take({ type: "wake" });
    });
    this.#timer = { atMs, cancel };
  }
}
