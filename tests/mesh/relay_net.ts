/**
 * Relays wired to each other without links or slots, so that what one of them
 * says can be anything: nodes named by letters, edges between them, and bad
 * relays by script. Every message takes one step; `run` steps until nothing is
 * under way or too much has been said.
 *
 * @module
 */
import type { NodeKeys } from "../../mesh/keys.ts";
import type { Connection, LinkTable } from "../../mesh/link_table.ts";
import type { MeshEvent, PingOutcome } from "../../mesh/mesh.ts";
import type { NodeId } from "../../mesh/node_id.ts";
import { RoundClock } from "../../mesh/overlay/reconcile.ts";
import { Routes } from "../../mesh/overlay/routes.ts";
import { profiles } from "../../mesh/profile.ts";
import { Relay } from "../../mesh/relay.ts";
import { RelaySeal } from "../../mesh/relay_seal.ts";
import {
  decodeLinkMessage,
  type LinkMessage,
} from "../../mesh/wire/link_message.ts";
import {
  founding,
  join,
  keysOf,
  meshId,
  now,
  randomOf,
  rosterOf,
} from "./roster_cast.ts";

export type Relayed = LinkMessage & { type: "relayed" };

/** What a bad relay does with a message instead: says these to these. */
export type Script = (
  message: Relayed,
  from: string,
  neighbours: readonly string[],
) => readonly { readonly to: string; readonly message: Relayed }[];

/** One node. */
export interface NetNode {
  readonly name: string;
  readonly keys: NodeKeys;
  readonly relay: Relay;
  readonly routes: Routes;
  readonly events: MeshEvent[];
  readonly counters: Map<string, number>;
  readonly neighbours: readonly string[];
}

export const meshSecret: Uint8Array = new Uint8Array(32).fill(9);
const stepsMax = 20_000;

/** The nodes, and the messages between them. */
export class RelayNet {
  readonly nodes = new Map<string, NetNode>();
  readonly scripts = new Map<string, Script>();
  /** Every message that was said, in order. */
  readonly said: { from: string; to: string; message: Relayed }[] = [];
  nowMs = 0;
  #under: { from: string; to: string; message: Relayed }[] = [];

  /** @param edges Pairs of letters, `"ab bc"`. */
  constructor(edges: string) {
    const pairs = edges.split(" ");
    const names = [...new Set(pairs.join(""))];
    const keys = new Map(names.map((name) => [name, keysOf(name)]));
    const roster = rosterOf(
      ...founding,
      ...names.flatMap((name) => join(keys.get(name)!, name)),
    );
    for (const name of names) {
      const neighbours = pairs.filter((pair) => pair.includes(name))
        .map((pair) => pair.replace(name, ""));
      const counters = new Map<string, number>();
      const events: MeshEvent[] = [];
      const own = keys.get(name)!;
      const connections = neighbours.map((to) =>
        this.#connection(name, to, keys.get(to)!.node)
      );
      const random = randomOf(`relay ${name}`);
      const routes = new Routes();
      const relay = new Relay({
        self: own.node,
        incarnation: 1,
        profile: () => profiles.lan,
        roster,
        table: { members: () => connections } as unknown as LinkTable,
        routes,
        seal: new RelaySeal(meshId, meshSecret, random),
        random,
        ownKeys: () => [own],
        count: (what) => counters.set(what, (counters.get(what) ?? 0) + 1),
        emit: (event) => events.push(event),
      });
      const node = { name, keys: own, relay, routes, events, counters };
      this.nodes.set(name, { ...node, neighbours });
    }
  }

  node(name: string): NetNode {
    return this.nodes.get(name)!;
  }

  tell(from: string, to: string, text: string): void {
    const payload = new TextEncoder().encode(text);
    const { relay } = this.node(from);
    const wallMs = this.#wallMs(from);
    relay.tell(this.node(to).keys.node, payload, 1, this.nowMs, wallMs);
  }

  /** Pings, with `waitMs` between the question and the answer's way back. */
  ping(from: string, to: string, waitMs: number): PingOutcome | undefined {
    const { relay, events } = this.node(from);
    const wallMs = this.#wallMs(from);
    relay.ping(this.node(to).keys.node, "ping", this.nowMs, wallMs);
    this.nowMs += waitMs;
    this.run();
    return events.find((event) => event.type === "pinged")?.outcome;
  }

  /** What a node was told, in order. */
  told(name: string): { from: NodeId; text: string }[] {
    return this.node(name).events.flatMap((event) =>
      event.type === "told"
        ? [{ from: event.from, text: new TextDecoder().decode(event.payload) }]
        : []
    );
  }

  count(name: string, what: string): number {
    return this.node(name).counters.get(what) ?? 0;
  }

  /** A node says something to a neighbour, as if it came from its relay. */
  say(from: string, to: string, message: Relayed): void {
    this.said.push({ from, to, message });
    this.#under.push({ from, to, message });
  }

  /** Delivers until nothing is under way; throws on a storm. */
  run(): void {
    for (let step = 0; this.#under.length > 0; step++) {
      if (step > stepsMax) throw new Error("a storm");
      const { from, to, message } = this.#under.shift()!;
      const script = this.scripts.get(to);
      const { relay, neighbours } = this.node(to);
      if (script) {
        for (const each of script(message, from, neighbours)) {
          this.say(to, each.to, each.message);
        }
      } else {
        const back = this.#connection(to, from, this.node(from).keys.node);
        relay.take(back, message, this.nowMs, this.#wallMs(to));
      }
    }
  }

  /** Time passes at every node, so that what was not answered is tried again. */
  wait(ms: number): void {
    this.nowMs += ms;
    for (const { name, relay } of this.nodes.values()) {
      relay.keepTime(this.nowMs, this.#wallMs(name));
    }
    this.run();
  }

  /** By how much a node's wall clock is ahead, where it is. */
  readonly clockAheadMs = new Map<string, number>();
  #wallMs(name: string): number {
    return now + 7_200_000 + this.nowMs + (this.clockAheadMs.get(name) ?? 0);
  }

  #connection(from: string, to: string, node: NodeId): Connection {
    const link = {
      isOpen: true,
      push: ({ bytes }: { bytes: Uint8Array }) => {
        const message = decodeLinkMessage(bytes);
        if (message?.type !== "relayed") throw new Error("not relayed");
        this.say(from, to, message);
      },
    };
    return {
      id: 1,
      dialled: true,
      pass: { type: "member", node },
      startedMs: 0,
      link,
      round: new RoundClock(),
      backlog: [],
    } as unknown as Connection;
  }
}
