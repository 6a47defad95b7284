/**
 * What members say to the whole mesh: publishing, delivering and forwarding
 * signed messages.
 *
 * Dedupe and what is kept are `overlay/flood.ts`, signatures `message.ts`, what
 * a link's other end missed `message_repair.ts`, who is not listened to
 * `mutes.ts`.
 *
 * Storm rules (design §5). What this node says waits in an outbox, unsigned and
 * merged by subject, until a link has room for it and the node's own pace
 * allows it. What an origin says beyond `originPace` is not taken now; a
 * later comparison brings it. Own pace is below that, so no honest node is ever
 * held back.
 *
 * One incarnation is never used twice. When this node hears its own voice say
 * what it does not remember (it was rolled back, or copied), or its wall clock
 * jumps ahead (it was suspended, perhaps restored from a snapshot), it begins a
 * later incarnation before it speaks again, at most once in `renewEveryMs`.
 *
 * Bounds: `traffic/outbox.ts`, `overlay/flood.ts`, and one budget per origin
 * that was heard, let go of with its membership.
 *
 * @module
 */
import { payloadBytesMax } from "./limits.ts";
import { writeProof } from "./equivocation.ts";
import type { Connection, LinkTable } from "./link_table.ts";
import type { MeshStart, MuteReason, Urgency } from "./mesh.ts";
import {
  messageIdOf,
  MessageWriter,
  readMessage,
  type SignedMessage,
  signerOf,
} from "./message.ts";
import {
  MessageRepair,
  queueKey,
  type RepairCount,
  sendMessage,
} from "./message_repair.ts";
import { type MuteCount, Mutes } from "./mutes.ts";
import type { NodeId } from "./node_id.ts";
import { Flood, messageMark } from "./overlay/flood.ts";
import type { Roster } from "./roster.ts";
import { Outbox, type Word } from "./traffic/outbox.ts";
import { type Allowance, TokenBucket } from "./token_bucket.ts";

/** What is counted here, by the name it has in the report. */
export type BroadcastCount =
  | MuteCount
  | RepairCount
  | "incarnations_renewed"
  | "messages_delivered"
  | "messages_known"
  | "messages_malformed"
  | "messages_muted"
  | "messages_of_strangers"
  | "messages_over_budget"
  | "messages_published"
  | "messages_unsigned"
  | "publish_dropped"
  | "publish_merged"
  | "publish_refused";

/** What the broadcast stands on. */
export interface BroadcastOptions {
  readonly start: MeshStart;
  readonly roster: Roster;
  readonly table: LinkTable;
  readonly nowMs: number;
  readonly count: (name: BroadcastCount, times?: number) => void;
  readonly deliver: (origin: NodeId, payload: Uint8Array) => void;
  /** A member is not listened to any more; it may be this node itself. */
  readonly onMuted: (node: NodeId, reason: MuteReason) => void;
  /** A member says something that the mesh itself understands. */
  readonly stated: (origin: NodeId, payload: Uint8Array) => void;
  /** A message arrived for the first time, over this link. */
  readonly arrived: (origin: NodeId, from: Connection) => void;
}

/**
 * New messages taken of one origin. Twice what an origin may say: everything
 * that is kept of two incarnations at once, then four a second.
 */
export const originPace: Allowance = { burst: 512, perSecond: 4 };
/**
 * What this node says. On `lan` an origin gets one slot in four, which are two
 * alerts a second.
 */
export const ownPace: Allowance = { burst: 256, perSecond: 2 };
/** Own messages in the emptiest queue; two fit a cell. */
const ownWaitingMax = 2;
/** Of two copies of one node each would otherwise outdo the other for ever. */
const renewEveryMs = 60_000;
/** By how much the wall clock may gain on the other between two looks. */
const wallJumpMs = 5_000;
const noMessage = "0".repeat(32);

/** The messages of one node and of those it hears. */
export class Broadcast {
  /** What is sent again. */
  readonly repair: MessageRepair;
  /** Who is not listened to. */
  readonly mutes: Mutes;
  readonly #o: BroadcastOptions;
  readonly #self: NodeId;
  readonly #writer: MessageWriter;
  readonly #flood = new Flood();
  readonly #outbox = new Outbox();
  readonly #ownBudget: TokenBucket;
  readonly #budgets = new Map<NodeId, TokenBucket>();
  #renewedMs = -Infinity;
  #wallLeadMs: number | undefined;

  constructor(options: BroadcastOptions) {
    const { keys, incarnation, meshId } = options.start;
    const { roster, table, count } = options;
    this.#o = options;
    this.#self = keys.node;
    this.#writer = new MessageWriter(keys, incarnation, meshId);
    this.#ownBudget = new TokenBucket(ownPace, options.nowMs);
    const flood = this.#flood;
    this.mutes = new Mutes({
      roster,
      table,
      sketch: flood.sketch,
      count,
      onMuted: (node, reason) => {
        flood.retain((origin) => origin !== node);
        options.onMuted(node, reason);
      },
    });
    this.repair = new MessageRepair({ flood, mutes: this.mutes, count });
  }

  /** Signs with newer keys of this node from now on. */
  useKeys(keys: MeshStart["keys"]): void {
    this.#writer.useKeys(keys);
  }

  /** Takes in what is to be said; `speak` says it when it can. */
  publish(word: Word): void {
    const { count } = this.#o;
    const muted = this.mutes.has(this.#self);
    if (muted || word.payload.length > payloadBytesMax) {
      return count("publish_refused");
    }
    const { dropped, merged } = this.#outbox;
    this.#outbox.put(word);
    count("publish_dropped", this.#outbox.dropped - dropped);
    count("publish_merged", this.#outbox.merged - merged);
  }

  /** Signs and queues what waits, as long as there is room for it. */
  speak(nowMs: number): void {
    while (this.#outbox.size > 0 && this.#hasRoom()) {
      if (this.mutes.has(this.#self) || !this.#ownBudget.take(nowMs)) return;
      const word = this.#outbox.take();
      if (word) this.#say(word);
    }
  }

  /** Takes a message from a peer: delivers and forwards it if it is new. */
  take(
    from: Connection,
    bytes: Uint8Array,
    urgency: Urgency,
    nowMs: number,
    wallMs: number,
  ): void {
    const { roster, table, count, deliver } = this.#o;
    const mark = messageMark({ id: messageIdOf(bytes) });
    from.link?.withdraw(queueKey(mark));
    if (this.#flood.kept(mark)) return count("messages_known");
    const read = readMessage(bytes);
    if (!read || !isChained(read)) return count("messages_malformed");
    const origin = roster.byPrefix(read.origin)?.node;
    if (!origin) return count("messages_of_strangers");
    if (this.mutes.has(origin)) return count("messages_muted");
    const { incarnation, counter, id } = read;
    const number = { origin, incarnation, counter, bytes: read.bytes };
    if (this.#flood.look(number) === "known") return count("messages_known");
    const budget = this.#budget(origin, nowMs);
    if (!budget.has(nowMs)) return count("messages_over_budget");
    const signer = signerOf(read, roster, wallMs);
    if (signer?.node !== origin) return count("messages_unsigned");
    const previous = read.previous.toHex();
    const message = { ...number, id, previous, urgency, key: signer.key };
    const rival = this.#flood.rival(message);
    if (rival) return this.mutes.take(writeProof(rival, read), wallMs);
    budget.take(nowMs);
    this.#flood.accept(message);
    this.#o.arrived(origin, from);
    if (origin === this.#self) this.#hearSelf(read, nowMs, wallMs);
    else if (read.topic === "mesh") this.#o.stated(origin, read.payload);
    else {
      count("messages_delivered");
      deliver(origin, read.payload);
    }
    for (const each of table.members()) {
      if (each !== from) sendMessage(each, message);
    }
  }

  /** Looks at the clocks, now and then. */
  keepTime(nowMs: number, wallMs: number): void {
    const leadMs = wallMs - nowMs;
    const jumped = this.#wallLeadMs !== undefined &&
      leadMs > this.#wallLeadMs + wallJumpMs;
    this.#wallLeadMs = leadMs;
    if (jumped) this.#renew(this.#writer.incarnation, nowMs, wallMs);
  }

  /** Lets go of what counts no more: members that left, keys that are old. */
  retain(wallMs: number): void {
    const { roster } = this.#o;
    this.mutes.retain(wallMs);
    const accepted = new Map<NodeId, string[]>();
    this.#flood.retain((origin, key) => {
      let keys = accepted.get(origin);
      if (!keys) {
        keys = roster.acceptedSigningKeys(origin, wallMs)
          .map((each) => each.toHex());
        accepted.set(origin, keys);
      }
      return keys.includes(key);
    });
    for (const origin of this.#budgets.keys()) {
      if (!roster.isActive(origin, wallMs)) this.#budgets.delete(origin);
    }
  }

  #say({ payload, urgency, topic = "owner" }: Word): void {
    const { incarnation, counter, bytes, id, previous } = this.#writer.write(
      payload,
      topic,
    );
    const message = {
      origin: this.#self,
      incarnation,
      counter,
      bytes,
      id,
      previous: previous.toHex(),
      urgency,
      key: this.#writer.publicKey,
    };
    this.#o.count("messages_published");
    this.#flood.accept(message);
    for (const each of this.#o.table.members()) sendMessage(each, message);
  }

  /** Without links what is said waits, and can still be merged. */
  #hasRoom(): boolean {
    return this.#o.table.members().some(({ link }) =>
      link !== undefined && link.waitingOf(this.#self) < ownWaitingMax
    );
  }

  #budget(origin: NodeId, nowMs: number): TokenBucket {
    const known = this.#budgets.get(origin);
    if (known) return known;
    const budget = new TokenBucket(originPace, nowMs);
    this.#budgets.set(origin, budget);
    return budget;
  }

  /** Our own messages of before a restart come back, and maybe others. */
  #hearSelf(read: SignedMessage, nowMs: number, wallMs: number): void {
    const { incarnation, counter } = this.#writer;
    const remembered = read.incarnation < incarnation ||
      (read.incarnation === incarnation && read.counter < counter);
    if (!remembered) this.#renew(read.incarnation, nowMs, wallMs);
  }

  #renew(beyond: number, nowMs: number, wallMs: number): void {
    if (nowMs < this.#renewedMs + renewEveryMs) return;
    const next = Math.max(beyond + 1, Math.floor(wallMs / 1_000));
    if (!this.#writer.renew(next)) return;
    this.#renewedMs = nowMs;
    this.#o.count("incarnations_renewed");
  }
}

/** Whether a first message is first: nothing comes before it. */
function isChained({ counter, previous }: SignedMessage): boolean {
  return counter > 0 || previous.toHex() === noMessage;
}
