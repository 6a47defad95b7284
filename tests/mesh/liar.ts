/**
 * A member gone bad: it has its keys and speaks the protocol of links, and says
 * on them whatever a test wants, to whom it wants, as fast as it wants. Left
 * alone it is a silent forwarder: links stay up, nothing is passed on.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { encodeCbor } from "../../mesh/cbor.ts";
import { Doorway } from "../../mesh/doorway.ts";
import { type Connection, LinkTable, say } from "../../mesh/link_table.ts";
import { type NodeId, nodePrefix } from "../../mesh/node_id.ts";
import { ed25519Signer } from "../../mesh/primitives/ed25519.ts";
import { profiles } from "../../mesh/profile.ts";
import { Roster } from "../../mesh/roster.ts";
import type { LinkMessage } from "../../mesh/wire/link_message.ts";
import type { Transport, TransportEvent } from "../../mesh/world.ts";
import type { TestNode, VirtualMesh } from "./virtual_mesh.ts";
import { seededRandom } from "./virtual_world.ts";

const tickMs = 20;

/** Stands in the place of a node that was not started. */
export class Liar {
  /** How much faster its clock runs than it says. */
  speed = 1;
  /** Called with what is said to it. */
  onMessage: (from: Connection, message: LinkMessage) => void = () => {};
  /** Called before each chance to send a cell. */
  beforeCell: (to: Connection) => void = () => {};
  readonly node: NodeId;
  readonly #mesh: VirtualMesh;
  readonly #place: TestNode;
  readonly #roster: Roster;
  readonly #doorway: Doorway;
  readonly #table: LinkTable;
  readonly #transport: Transport;
  #pulseMs = 0;

  constructor(mesh: VirtualMesh, index: number) {
    this.#mesh = mesh;
    this.#place = mesh.node(index);
    const { keys, host } = this.#place;
    this.node = keys.node;
    this.#roster = new Roster(mesh.meshId);
    this.#roster.merge(mesh.roster, mesh.clock.wallMs());
    this.#doorway = new Doorway(keys, mesh.meshSecret);
    this.#doorway.refresh(this.#roster, [], mesh.clock.wallMs());
    this.#table = new LinkTable({
      self: keys.node,
      meshId: mesh.meshId,
      profile: profiles[mesh.profile],
      paceTo: (_, profile) => profile,
      random: seededRandom(`liar ${host}`),
      doorway: this.#doorway,
      count: () => {},
    });
    this.#transport = mesh.network.transportOf(host);
    mesh.network.listen(host, {
      admit: (token) => this.#doorway.admit(token, mesh.clock.wallMs()),
      transport: (event) => this.#take(event),
    });
    this.#pulseMs = mesh.clock.nowMs();
    this.#tick();
  }

  /** Links to a node that is running. */
  dial(to: TestNode): void {
    const member = this.#roster.member(to.keys.node);
    if (!member) throw new Error("no such member");
    const { clock } = this.#mesh;
    const pass = this.#doorway.passTo(member);
    const link = this.#table.dial(pass, clock.nowMs());
    if (link === undefined) throw new Error("no room for a dial");
    this.#transport.dial({
      link,
      address: to.host,
      certificate: new Uint8Array(),
      token: this.#doorway.tokenFor(pass, clock.wallMs(), this.#mesh.random),
    });
  }

  /** Its open links. */
  links(): Connection[] {
    return this.#table.members();
  }

  /** Says something to one peer, or to all. */
  say(message: LinkMessage, to?: TestNode): void {
    for (const each of this.links()) {
      const { pass } = each;
      if (to && (pass.type !== "member" || pass.node !== to.keys.node)) {
        continue;
      }
      say(each, message, { urgency: 0, origin: `${Math.random()}` });
    }
  }

  #take(event: TransportEvent): void {
    const nowMs = this.#mesh.clock.nowMs();
    switch (event.type) {
      case "connected":
        return this.#table.connected(event.link, this.#pulseMs);
      case "accepted":
        this.#table.accepted(event.link, event.token, this.#pulseMs);
        return;
      case "closed":
        this.#table.closed(event.link);
        return;
      case "cell": {
        const connection = this.#table.get(event.link);
        const outcomes = connection?.link?.receive(event.cell, nowMs) ?? [];
        outcomes.push(...connection?.link?.compute(nowMs) ?? []);
        for (const outcome of outcomes) {
          if (connection && outcome.type === "message") {
            this.onMessage(connection, outcome.message);
          }
        }
      }
    }
  }

  #tick(): void {
    for (let i = 0; i < this.speed; i++) {
      this.#pulseMs += tickMs;
      for (const each of this.#table.all()) {
        if (each.link?.isOpen) this.beforeCell(each);
        else each.link?.compute(this.#pulseMs);
        const cell = each.link?.pulse(this.#pulseMs);
        if (cell) this.#transport.send(each.id, cell);
      }
    }
    this.#mesh.clock.after(tickMs, () => this.#tick());
  }
}

/** A message with whatever numbers, signed by the keys of `place`. */
export function forge(
  mesh: VirtualMesh,
  place: TestNode,
  o: {
    readonly text: string;
    readonly counter?: number;
    readonly incarnation?: number;
    readonly previous?: Uint8Array;
  },
): Uint8Array {
  const fields = [
    1,
    nodePrefix(place.keys.node),
    o.incarnation ?? 1,
    o.counter ?? 0,
    o.previous ?? new Uint8Array(16),
    utf8ToBytes(o.text),
    // For the owner.
    0,
  ];
  const signed = concatBytes(
    utf8ToBytes("stealthmesh message\0"),
    mesh.meshId,
    encodeCbor(fields),
  );
  const signature = ed25519Signer(place.keys.signing.seed).sign(signed);
  return encodeCbor([...fields, signature]);
}

/** A chain of messages as an honest node would write it. */
export function forgeChain(
  mesh: VirtualMesh,
  place: TestNode,
  o: { readonly texts: readonly string[]; readonly incarnation?: number },
): Uint8Array[] {
  let previous = new Uint8Array(16);
  return o.texts.map((text, counter) => {
    const bytes = forge(mesh, place, { ...o, text, counter, previous });
    previous = sha256(bytes).slice(0, 16);
    return bytes;
  });
}

/** A `signed` link message. */
export function signed(message: Uint8Array): LinkMessage {
  return { type: "signed", urgency: 0, message };
}
