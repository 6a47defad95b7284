/**
 * A mesh of real drivers in the virtual world: founded by one node, the others
 * let in by its invites, each with a card.
 *
 * @module
 */
import { type RunningNode, startNode } from "../../mesh/driver.ts";
import { inviteKeys } from "../../mesh/invite.ts";
import { generateKeyMaterial, type NodeKeys } from "../../mesh/keys.ts";
import type {
  MemberView,
  MeshEvent,
  MeshReport,
  MeshStart,
  OpenInvite,
  PingOutcome,
} from "../../mesh/mesh.ts";
import { type NodeId, nodeIdOf } from "../../mesh/node_id.ts";
import { ed25519Signer, type Signer } from "../../mesh/primitives/ed25519.ts";
import type { ProfileName } from "../../mesh/profile.ts";
import {
  countersignAdmission,
  foundMesh,
  writeAdmission,
  writeCard,
  writeInvite,
  writeRotation,
} from "../../mesh/roster_entry.ts";
import type { Random } from "../../mesh/world.ts";
import { seededRandom, VirtualClock, VirtualNetwork } from "./virtual_world.ts";

const dayMs = 86_400_000;

/** One node, its keys and all it said. */
export class TestNode {
  readonly host: string;
  keys: NodeKeys;
  running: RunningNode | undefined;
  readonly delivered: { origin: NodeId; text: string; atMs: number }[] = [];
  readonly told: { from: NodeId; text: string }[] = [];
  readonly pings = new Map<string, PingOutcome>();
  members: readonly MemberView[] = [];
  entries: readonly Uint8Array[] = [];
  readonly invitesUsed: Uint8Array[] = [];
  readonly equivocated: NodeId[] = [];
  incarnation = 0;
  #report: MeshReport | undefined;
  readonly #mesh: VirtualMesh;

  constructor(mesh: VirtualMesh, host: string, keys: NodeKeys) {
    this.#mesh = mesh;
    this.host = host;
    this.keys = keys;
  }

  /** Starts (again) with what it knows; links die with the old run. */
  start(extra: Partial<MeshStart> = {}): void {
    const { network, clock, profile, seed } = this.#mesh;
    this.incarnation++;
    const running = startNode({
      start: {
        keys: this.keys,
        meshId: this.#mesh.meshId,
        meshSecret: this.#mesh.meshSecret,
        roster: this.entries.length > 0 ? this.entries : this.#mesh.roster,
        invites: [],
        profile,
        incarnation: this.incarnation,
        ...extra,
      },
      clock,
      random: seededRandom(`${seed} ${this.host} ${this.incarnation}`),
      transport: network.transportOf(this.host),
    });
    this.running = running;
    network.listen(this.host, running);
    running.onEvent((event) => {
      if (this.running === running) this.#on(event);
    });
  }

  kill(): void {
    this.running = undefined;
    this.#mesh.network.kill(this.host);
  }

  say(text: string, urgency: 0 | 1 | 2 = 0): void {
    const payload = new TextEncoder().encode(text);
    this.running?.send({ type: "publish", payload, urgency });
  }

  /** Says something to one member. */
  tell(to: TestNode, text: string): void {
    const payload = new TextEncoder().encode(text);
    this.running?.send({
      type: "tell",
      to: to.keys.node,
      payload,
      urgency: 1,
    });
  }

  heard(text: string): number {
    return this.delivered.filter((each) => each.text === text).length;
  }

  report(): MeshReport {
    this.running?.send({ type: "report" });
    if (!this.#report) throw new Error(`${this.host} gave no report`);
    return this.#report;
  }

  counter(name: string): number {
    return this.report().counters[name] ?? 0;
  }

  #on(event: MeshEvent): void {
    if (event.type === "delivered") {
      this.delivered.push({
        origin: event.origin,
        text: new TextDecoder().decode(event.payload),
        atMs: this.#mesh.clock.nowMs(),
      });
    } else if (event.type === "told") {
      const text = new TextDecoder().decode(event.payload);
      this.told.push({ from: event.from, text });
    } else if (event.type === "pinged") {
      this.pings.set(event.id, event.outcome);
    } else if (event.type === "roster") {
      this.members = event.members;
      this.entries = event.entries;
    } else if (event.type === "equivocated") {
      this.equivocated.push(event.node);
    } else if (event.type === "invite_used") this.invitesUsed.push(event.id);
    else if (event.type === "report") this.#report = event.report;
  }
}

/** All nodes and the ground they stand on. */
export class VirtualMesh {
  readonly clock = new VirtualClock();
  readonly network: VirtualNetwork;
  readonly profile: ProfileName;
  readonly seed: string;
  readonly operator: Signer;
  readonly meshId: Uint8Array;
  readonly meshSecret: Uint8Array;
  readonly roster: Uint8Array[];
  readonly nodes: TestNode[] = [];
  readonly random: Random;

  constructor(
    o: {
      readonly nodes: number;
      readonly profile?: ProfileName;
      readonly delayMs?: number;
      readonly seed?: string;
    },
  ) {
    this.seed = o.seed ?? "seed";
    this.profile = o.profile ?? "lan";
    this.network = new VirtualNetwork(this.clock, o.delayMs ?? 1);
    this.random = seededRandom(`${this.seed} mesh`);
    this.operator = ed25519Signer(this.bytes(32));
    this.meshSecret = this.bytes(32);
    const founder = this.newKeys();
    const nowMs = this.clock.wallMs();
    const founded = foundMesh({
      operator: this.operator,
      keys: founder,
      name: "n0",
      nowMs,
      validMs: 365 * dayMs,
    });
    this.meshId = founded.meshId;
    this.roster = [...founded.entries];
    this.nodes.push(new TestNode(this, "n0:443", founder));
    this.roster.push(this.card(founder, "n0", "n0:443"));
    for (let i = 1; i < o.nodes; i++) this.#admit(founder, `n${i}`);
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    this.random.fill(bytes);
    return bytes;
  }

  newKeys(): NodeKeys {
    const material = generateKeyMaterial(this.random);
    const node = nodeIdOf(material.signing.public);
    return { ...material, node, generation: 0 };
  }

  node(index: number): TestNode {
    const node = this.nodes[index];
    if (!node) throw new RangeError(`no node ${index}`);
    return node;
  }

  card(keys: NodeKeys, name: string, address: string): Uint8Array {
    return writeCard({
      meshId: this.meshId,
      keys,
      seq: 1,
      name,
      addresses: [address],
      certificate: certificateLike,
    });
  }

  /** An invite of the operator, to be used at node 0. */
  invite(expiresInMs = dayMs): { seed: Uint8Array; open: OpenInvite } {
    const seed = this.bytes(32);
    const { id, psk, gateKey } = inviteKeys(seed);
    const expiresAtMs = this.clock.wallMs() + expiresInMs;
    this.roster.push(writeInvite({
      meshId: this.meshId,
      signer: this.operator,
      by: "operator",
      inviteId: id,
      expiresAtMs,
    }));
    return { seed, open: { id, psk, gateKey, expiresAtMs } };
  }

  startAll(): void {
    for (const node of this.nodes) node.start();
  }

  /** Gives a node its next keys, as `keys rotate`; the old ones sign for them. */
  rotate(node: TestNode): void {
    const { keys: old, running } = node;
    const next = {
      ...generateKeyMaterial(this.random),
      node: old.node,
      generation: old.generation + 1,
    };
    const { meshId, clock } = this;
    const entry = writeRotation({ meshId, old, next, nowMs: clock.wallMs() });
    running?.send({ type: "merge_roster", entries: [entry] });
    running?.send({ type: "use_keys", keys: next });
    node.keys = next;
  }

  /** Runs until every pair that should be linked is; throws if not in time. */
  settle(linksEach = this.nodes.length - 1, msMax = 20_000): void {
    const settled = () =>
      this.nodes.every((node) =>
        !node.running || node.report().links.length >= linksEach
      );
    for (let ms = 0; ms < msMax && !settled(); ms += 100) this.clock.run(100);
    if (!settled()) {
      const links = this.nodes.map((node) => node.report().links.length);
      throw new Error(`links after ${msMax} ms: ${links}`);
    }
  }

  #admit(founder: NodeKeys, name: string): void {
    const { seed } = this.invite();
    const keys = this.newKeys();
    const nowMs = this.clock.wallMs();
    const { meshId } = this;
    const admission = writeAdmission({
      meshId,
      invite: inviteKeys(seed).signer,
      keys,
      name,
      nowMs,
      validMs: 90 * dayMs,
    });
    const entry = countersignAdmission(admission, {
      meshId,
      by: founder,
      nowMs,
    });
    if (!entry) throw new Error("admission was not countersigned");
    const host = `${name}:443`;
    this.roster.push(entry, this.card(keys, name, host));
    this.nodes.push(new TestNode(this, host, keys));
  }
}

/** A mesh whose nodes have found each other. */
export function startedMesh(
  o: ConstructorParameters<typeof VirtualMesh>[0],
  linksEach?: number,
): VirtualMesh {
  const mesh = new VirtualMesh(o);
  mesh.startAll();
  // A handshake takes some ten slots; on `metered` that is a minute.
  mesh.settle(linksEach, mesh.profile === "metered" ? 120_000 : undefined);
  return mesh;
}

/** Passes for a DER certificate where nobody opens a TLS connection. */
export const certificateLike: Uint8Array = Uint8Array.from([
  0x30,
  0x82,
  0x01,
  0x00,
  ...new Array(256).fill(0),
]);
