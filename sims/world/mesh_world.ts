/**
 * Members of one mesh without agents: the production driver, node, handshake,
 * codec and pump of each, on virtual clocks and one virtual network. Where
 * `site.ts` is a business with an attacker outside, this is where the mesh
 * itself is put to the test: by faults, and by members gone bad.
 *
 * Everything that happens is told to one watcher, in order.
 *
 * @module
 */
import {
  type LinkId,
  type Mesh,
  type MeshEvent,
  type MeshReport,
  type NodeId,
  type NodeKeys,
  type Profile,
  type ProfileName,
  profiles,
  type RunningNode,
  startNode,
  type Transport,
  type TransportEvent,
  type Urgency,
} from "../../mesh/mod.ts";
import type { Part } from "../attacks/traitor.ts";
import { mondayMs, VirtualClock } from "./clock.ts";
import { type FoundedMesh, foundMembers } from "./founding.ts";
import { HostClock } from "./host_clock.ts";
import { VirtualNetwork } from "./network.ts";
import { SeededRandom } from "./random.ts";
import { NodeStore } from "./node_store.ts";
import type { Delay } from "./weather.ts";

/** One member as a scenario describes it. */
export interface MemberPlan {
  /** How far its clock is off. */
  readonly driftPpm: number;
  /** It can dial and nobody can dial it. */
  readonly dialsOnly: boolean;
}

/** What a mesh world is made of. */
export interface MeshWorldPlan {
  readonly seed: string;
  readonly profile: ProfileName;
  readonly delay: Delay;
  readonly members: readonly MemberPlan[];
  /** Makes the part that a member plays; undefined for the honest. */
  readonly partOf?: (
    index: number,
    founded: FoundedMesh,
    random: SeededRandom,
  ) => Part | undefined;
}

/** Something that happened. */
export type WorldEvent =
  | {
    readonly type: "sent";
    readonly link: LinkId;
    /** On the sender's own clock. */
    readonly hostMs: number;
    readonly cell: Uint8Array;
  }
  | {
    readonly type: "connected" | "accepted" | "closed";
    readonly link: LinkId;
    readonly hostMs: number;
  }
  | { readonly type: "published"; readonly payload: Uint8Array }
  | {
    readonly type: "delivered";
    readonly origin: NodeId;
    readonly payload: Uint8Array;
  }
  | { readonly type: "started" | "stopped" }
  | { readonly type: "failed"; readonly message: string };

/** Told of everything, in order. */
export type Watcher = (event: WorldEvent, member: MeshMember) => void;

/** One machine. */
export class MeshMember {
  readonly index: number;
  readonly name: string;
  /** `host:port` of its listener. */
  readonly host: string;
  readonly keys: NodeKeys;
  readonly clock: HostClock;
  readonly store: NodeStore;
  /** What it plays; undefined for the honest. */
  readonly part: Part | undefined;
  /** Starts so far; what it holds in memory began with the last one. */
  starts = 0;
  #running: RunningNode | undefined;
  #report: MeshReport | undefined;
  readonly #world: MeshWorld;

  /** Made by {@linkcode MeshWorld}. */
  constructor(world: MeshWorld, index: number, part: Part | undefined) {
    const { name, listen, keys } = world.founded.members[index]!;
    const random = world.random.fork(`member ${index}`);
    this.#world = world;
    this.index = index;
    this.name = name;
    this.host = listen;
    this.keys = keys;
    this.part = part;
    this.clock = new HostClock(
      world.clock,
      world.plan.members[index]!.driftPpm,
    );
    this.store = new NodeStore(random.fork("disk"), world.founded.roster);
  }

  /** Whether it plays no part, or one that everybody takes for honest. */
  get isHonest(): boolean {
    return this.part === undefined || this.part.planted === true;
  }

  /** Whether its program runs. */
  get isUp(): boolean {
    return this.#running !== undefined;
  }

  /** The running program, as its owner commands it. */
  get mesh(): Mesh | undefined {
    return this.#running;
  }

  /** Starts its program with what its disk holds. */
  start(): void {
    const world = this.#world;
    const incarnation = this.store.begin();
    const random = world.random.fork(`node ${this.index} ${this.starts++}`);
    const wire = this.#watched(world.network.transportOf(this.host));
    const running = startNode({
      start: {
        keys: this.keys,
        meshId: world.founded.meshId,
        meshSecret: world.founded.meshSecret,
        roster: this.store.roster(),
        invites: [],
        profile: world.plan.profile,
        incarnation,
      },
      clock: this.clock,
      random,
      transport: this.part?.transport?.(wire, this.clock) ?? wire,
      script: this.part?.script?.(incarnation),
    });
    this.#running = running;
    this.#tell({ type: "started" });
    running.onEvent((event) => {
      if (this.#running === running) this.#on(event);
    });
    world.network.listen(this.host, {
      admit: (token) => running.admit(token),
      transport: (event) => {
        this.#note(event);
        running.transport(event);
      },
      turn: (act) => this.clock.turn(act),
    });
  }

  /** The program ends, its kernel closes its connections. */
  crash(): void {
    this.#stop();
    this.#world.network.crash(this.host);
  }

  /** The machine loses power. */
  kill(): void {
    this.#stop();
    this.store.losePower();
    this.#world.network.kill(this.host);
  }

  /** Says something to the whole mesh; nothing while it is down. */
  publish(payload: Uint8Array, urgency: Urgency): void {
    if (!this.#running) return;
    this.#tell({ type: "published", payload });
    this.#running.send({ type: "publish", payload, urgency });
  }

  /** What `status` would show; undefined while it is down. */
  report(): MeshReport | undefined {
    this.#report = undefined;
    this.#running?.send({ type: "report" });
    return this.#report;
  }

  #stop(): void {
    if (!this.#running) return;
    // A stopped node sets no timer again and answers nothing.
    const running = this.#running;
    this.#running = undefined;
    this.clock.abandon();
    running.onEvent(() => {});
    this.#tell({ type: "stopped" });
  }

  #watched(transport: Transport): Transport {
    return {
      ...transport,
      send: (link, cell) => {
        this.#tell({ type: "sent", link, hostMs: this.clock.nowMs(), cell });
        transport.send(link, cell);
      },
    };
  }

  #note(event: TransportEvent): void {
    if (event.type === "cell") return;
    const { type, link } = event;
    this.#tell({ type, link, hostMs: this.clock.nowMs() });
  }

  #on(event: MeshEvent): void {
    switch (event.type) {
      case "delivered":
        return this.#tell(event);
      case "roster":
        return this.store.keepRoster(event.entries);
      case "report":
        this.#report = event.report;
        return;
      case "invite_used":
      case "stopped":
        return;
    }
  }

  #tell(event: WorldEvent): void {
    this.#world.watch?.(event, this);
  }
}

/** All members and the ground they stand on. */
export class MeshWorld {
  readonly plan: MeshWorldPlan;
  readonly clock: VirtualClock = new VirtualClock();
  readonly random: SeededRandom;
  readonly network: VirtualNetwork;
  readonly founded: FoundedMesh;
  readonly members: readonly MeshMember[];
  readonly profile: Profile;
  /** Told of everything, in order. */
  watch: Watcher | undefined;

  /** Founds the mesh; nobody is started yet. */
  constructor(plan: MeshWorldPlan) {
    this.plan = plan;
    this.random = new SeededRandom(plan.seed);
    this.profile = profiles[plan.profile];
    this.network = new VirtualNetwork(
      this.clock,
      this.random.fork("network"),
      plan.delay,
    );
    this.founded = foundMembers(
      plan.members.map((_, index) => ({
        name: `m${index}`,
        listen: `m${index}:8443`,
      })),
      this.random,
      mondayMs,
    );
    this.members = plan.members.map(({ dialsOnly }, index) => {
      const random = this.random.fork(`part ${index}`);
      const part = plan.partOf?.(index, this.founded, random);
      const member = new MeshMember(this, index, part);
      if (dialsOnly) this.network.closeToDials(member.host);
      return member;
    });
  }

  /** Lets the next event happen if it is due by `untilMs`; whether one did. */
  step(untilMs: number): boolean {
    return this.clock.step(untilMs);
  }
}
