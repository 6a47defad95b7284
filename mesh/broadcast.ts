/**
 * What members say to the whole mesh: publishing, delivering and forwarding
 * signed messages, and repairing what a link's other end missed.
 *
 * Dedupe and what is kept are `overlay/flood.ts`; signatures are `message.ts`.
 *
 * @module
 */
import { Comparison } from "./comparison.ts";
import { payloadBytesMax } from "./limits.ts";
import { type Connection, type LinkTable, say } from "./link_table.ts";
import type { MeshStart, Urgency } from "./mesh.ts";
import {
  MessageWriter,
  readMessage,
  type Topic,
  verifyMessage,
} from "./message.ts";
import type { NodeId } from "./node_id.ts";
import { Flood, type FloodMessage } from "./overlay/flood.ts";
import { repairsPerRoundMax } from "./overlay/reconcile.ts";
import type { Roster } from "./roster.ts";
import {
  type HaveStream,
  type LinkMessage,
  streamsPerPartMax,
} from "./wire/link_message.ts";

/** What is counted here, by the name it has in the report. */
export type BroadcastCount =
  | "comparisons_oversized"
  | "equivocations"
  | "messages_delivered"
  | "messages_known"
  | "messages_malformed"
  | "messages_of_strangers"
  | "messages_published"
  | "messages_repaired"
  | "messages_unsigned"
  | "publish_refused";

/** What the broadcast stands on. */
export interface BroadcastOptions {
  readonly start: MeshStart;
  readonly roster: Roster;
  readonly table: LinkTable;
  readonly count: (name: BroadcastCount, times?: number) => void;
  readonly deliver: (origin: NodeId, payload: Uint8Array) => void;
  /** A member says something that the mesh itself understands. */
  readonly stated: (origin: NodeId, payload: Uint8Array) => void;
  /** A message arrived for the first time, over this link. */
  readonly arrived: (origin: NodeId, from: Connection) => void;
}

/** The messages of one node and of those it hears. */
export class Broadcast {
  readonly #o: BroadcastOptions;
  readonly #self: NodeId;
  readonly #writer: MessageWriter;
  readonly #flood = new Flood();
  readonly #streams: Comparison<HaveStream>;

  constructor(options: BroadcastOptions) {
    const { keys, incarnation, meshId } = options.start;
    this.#o = options;
    this.#self = keys.node;
    this.#writer = new MessageWriter(keys, incarnation, meshId);
    this.#streams = new Comparison({
      perPartMax: streamsPerPartMax,
      messageOf: (streams, last) => ({ type: "have", streams, last }),
      ownCopy,
      count: options.count,
    });
  }

  /** Signs with newer keys of this node from now on. */
  useKeys(keys: MeshStart["keys"]): void {
    this.#writer.useKeys(keys);
  }

  /** Says something to everybody. */
  publish(
    payload: Uint8Array,
    urgency: Urgency,
    topic: Topic = "owner",
  ): void {
    if (payload.length > payloadBytesMax) {
      return this.#o.count("publish_refused");
    }
    const { incarnation, counter, bytes } = this.#writer.write(
      payload,
      topic,
    );
    const origin = this.#self;
    const message = { origin, incarnation, counter, urgency, bytes };
    this.#o.count("messages_published");
    this.#flood.accept(message);
    for (const each of this.#o.table.members()) send(each, message);
  }

  /** Takes a message from a peer: delivers and forwards it if it is new. */
  take(
    from: Connection,
    bytes: Uint8Array,
    urgency: Urgency,
    wallMs: number,
  ): void {
    const { roster, table, count, deliver } = this.#o;
    const read = readMessage(bytes);
    if (!read) return count("messages_malformed");
    const origin = roster.byPrefix(read.origin)?.node;
    if (!origin) return count("messages_of_strangers");
    const { incarnation, counter } = read;
    const message = {
      origin,
      incarnation,
      counter,
      urgency,
      bytes: read.bytes,
    };
    const standing = this.#flood.look(message);
    if (standing === "known") return count("messages_known");
    if (verifyMessage(read, roster, wallMs) !== origin) {
      return count("messages_unsigned");
    }
    if (standing === "conflict") return count("equivocations");
    this.#flood.accept(message);
    this.#o.arrived(origin, from);
    // Our own messages of before a restart come back; they are kept for repair.
    if (origin !== this.#self) {
      if (read.topic === "mesh") this.#o.stated(origin, read.payload);
      else {
        count("messages_delivered");
        deliver(origin, read.payload);
      }
    }
    for (const each of table.members()) {
      if (each !== from) send(each, message);
    }
  }

  /** Tells a peer what is held here; it sends the rest. */
  compare(connection: Connection): void {
    this.#streams.tell(connection, this.#flood.streams());
  }

  /** Takes a part of what a peer holds; after the last, sends what it lacks. */
  repair(
    connection: Connection,
    { streams, last }: LinkMessage & { type: "have" },
  ): void {
    const theirs = this.#streams.hear(connection, streams, last);
    if (!theirs) return;
    const missing = this.#flood.missing(theirs, repairsPerRoundMax);
    this.#o.count("messages_repaired", missing.length);
    for (const each of missing) send(connection, each);
  }
}

function send(connection: Connection, message: FloodMessage): void {
  const { origin, incarnation, counter, urgency, bytes } = message;
  say(connection, { type: "signed", urgency, message: bytes }, {
    urgency,
    origin,
    key: `${origin} ${incarnation} ${counter}`,
  });
}

function ownCopy(stream: HaveStream): HaveStream {
  return {
    ...stream,
    origin: stream.origin.slice(),
    map: stream.map.slice(),
  };
}
