/**
 * One connection's state machine: handshake, then sealed cells, on one cell
 * clock from the first cell to the last.
 *
 * ```text
 * opening ──last message read──────────────► open ──► closed
 *     ├──last message written──► confirming ──►┘         ▲
 *     │                         (first authentic cell)   │
 *     └──anything wrong──► failed ──as many cells────────┘
 * ```
 *
 * The handshake is `link_opening.ts`'s affair, its heavy work done by `compute`
 * between slots. Once a last message of ours is computed the keys exist, but
 * its pieces still go first.
 *
 * What a peer may send is bounded by the pace it stated
 * (`traffic/peer_pace.ts`).
 *
 * Each end renews its sending key by its own clock and says so in the last
 * cell under the old key (`rekey` of `wire/link_message.ts`). When its owner
 * changes the profile, it says the new T in the last cell under the old pace
 * (`pace`), and a new cell clock with a seed of its own begins where the next
 * slot of the old one would have.
 *
 * The link says nothing of its own accord: what to send is given to `push` by
 * `node.ts`. Everything a peer gets wrong is counted, nothing throws.
 *
 * @module
 */
import { blake2s } from "@noble/hashes/blake2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { cellBytes } from "./limits.ts";
import { LinkOpening } from "./link_opening.ts";
import type { HandshakeState } from "./noise/handshake_state.ts";
import type { TransportKeys } from "./noise/transport_keys.ts";
import type { PeerScript } from "./peer_script.ts";
import { type Pace, Pacer } from "./traffic/pacer.ts";
import { PeerPace } from "./traffic/peer_pace.ts";
import { RekeyClock } from "./traffic/rekey_clock.ts";
import { SendQueue, type Waiting } from "./traffic/send_queue.ts";
import { type CellRecord, readCell, wholeRecordBytesMax } from "./wire/cell.ts";
import { Cutter, Reassembler } from "./wire/fragment.ts";
import { isFiller } from "./wire/handshake_piece.ts";
import {
  decodeLinkMessage,
  encodeLinkMessage,
  type LinkMessage,
} from "./wire/link_message.ts";
import type { LinkId, Random } from "./world.ts";

/** What is counted on a link, by the name it has in the report. */
export type LinkCount =
  | "rekeys"
  | "cells_malformed"
  | "cells_over_budget"
  | "cells_rejected"
  | "handshakes_rejected"
  | "links_over_budget"
  | "messages_malformed"
  | "messages_oversized"
  | "slot_gaps"
  | "slots_skipped"
  | "cells_off_slots"
  | "cells_unslotted"
  | "paces_changed"
  | "queue_dropped";

/** What a cell from the peer led to. */
export type LinkOutcome =
  | { readonly type: "opened" }
  | { readonly type: "message"; readonly message: LinkMessage };

/** What a link starts with. */
export interface LinkOptions {
  readonly id: LinkId;
  /** Whether this node dialled, and so begins the handshake. */
  readonly dialled: boolean;
  readonly pace: Pace;
  /** Before its first message. */
  readonly handshake: HandshakeState;
  /**
   * The Noise key the peer must prove; whoever shows another is not answered.
   * Undefined for a guest, whom nobody knows yet.
   */
  readonly peer: Uint8Array | undefined;
  /** For fillers. */
  readonly random: Random;
  /** 32 bytes that only this end knows: slot times and rekey times. */
  readonly seed: Uint8Array;
  readonly nowMs: number;
  /** Only for peers that play a part in a simulation. */
  readonly script?: PeerScript | undefined;
  readonly count: (name: LinkCount, times?: number) => void;
}

const rekeyMarker = encodeLinkMessage({ type: "rekey" });

/** One connection, dialled or accepted. */
export class Link {
  readonly id: LinkId;
  readonly dialled: boolean;
  readonly startedMs: number;
  /** When the last authentic cell came; before that, any cell or the start. */
  lastHeardMs: number;
  /** When it opened. */
  openedMs: number | undefined;
  readonly #o: LinkOptions;
  #pacer: Pacer;
  #pace: Pace;
  /** What the owner wants from the next slot on. */
  #nextPace: Pace | undefined;
  #paces = 0;
  /** Whether the slot before this one was missed. */
  #inGap = false;
  readonly #queue = new SendQueue(wholeRecordBytesMax);
  readonly #cutter = new Cutter(this.#queue);
  readonly #reassembler = new Reassembler();
  readonly #opening: LinkOpening;
  #state: "opening" | "confirming" | "open" | "failed" | "closed" = "opening";
  #keys: TransportKeys | undefined;
  #remoteStatic: Uint8Array | undefined;
  readonly #peerPace = new PeerPace();
  #workSinceMs: number;
  readonly #rekeys: RekeyClock;

  constructor(options: LinkOptions) {
    this.#o = options;
    this.id = options.id;
    this.dialled = options.dialled;
    this.startedMs = options.nowMs;
    this.lastHeardMs = options.nowMs;
    this.#pace = options.pace;
    this.#opening = new LinkOpening({
      handshake: options.handshake,
      begins: options.dialled,
      pace: options.pace,
      random: options.random,
      peer: options.peer,
    });
    this.#workSinceMs = options.nowMs;
    this.#pacer = new Pacer(options.pace, options.nowMs, options.seed);
    this.#rekeys = new RekeyClock(options.seed);
  }

  /** Whether the peer has proved itself with an authentic cell. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** T of what this end sends. */
  get periodMs(): number {
    return this.#pace.periodMs;
  }

  /** T of the peer, as it said in the handshake or since. */
  get peerPeriodMs(): number {
    return this.#peerPace.after(this.#firstPace).periodMs;
  }

  /** Whether the handshake failed and the link may be closed. */
  get isSpent(): boolean {
    return this.#state === "failed" && this.#opening.spent;
  }

  /** Since when `compute` has something to do; undefined if it has not. */
  get workSinceMs(): number | undefined {
    return this.#opening.workDue ? this.#workSinceMs : undefined;
  }

  /** Whether cells leave only at slots. */
  get isSlotted(): boolean {
    return this.#pace.slotted;
  }

  /** The peer's Noise key, once the handshake is complete. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#remoteStatic;
  }

  /** Messages waiting for room in a cell. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Changes the pace of what this end sends, at a boundary of its slots. */
  usePace(pace: Pace): void {
    const same = pace.periodMs === this.#pace.periodMs &&
      pace.slotted === this.#pace.slotted;
    this.#nextPace = same ? undefined : pace;
  }

  /** How many messages of an origin wait for room in a cell. */
  waitingOf(origin: string): number {
    return this.#queue.waitingOf(origin);
  }

  /** Takes back a message that still waits: the other end has it. */
  withdraw(key: string): void {
    this.#queue.withdraw(key);
  }

  /** Queues a message for the next cells; when too many wait, one is dropped. */
  push(message: Waiting): void {
    const droppedBefore = this.#queue.dropped;
    const { script } = this.#o;
    if (!script) this.#queue.push(message);
    else {
      for (const said of script.rewrite(this.id, message)) {
        this.#queue.push(said);
      }
    }
    const dropped = this.#queue.dropped - droppedBefore;
    if (dropped > 0) this.#o.count("queue_dropped", dropped);
  }

  /** When `pulse` should be called next. */
  wakeAtMs(): number {
    if (this.#state === "closed") return Infinity;
    return this.#pacer.wakeAtMs(this.#waits());
  }

  /** The cell that leaves now, if one does; with slots at most one. */
  pulse(nowMs: number): Uint8Array | undefined {
    if (this.#state === "closed") return undefined;
    const skippedBefore = this.#pacer.skipped;
    const waits = this.#waits();
    const leaves = this.#pacer.take(nowMs, waits);
    this.#account(this.#pacer.skipped - skippedBefore, leaves, waits);
    if (!leaves) return undefined;
    return this.#keys && !this.#opening.ready
      ? this.#sealedCell(this.#keys, nowMs)
      : this.#opening.nextCell();
  }

  /** Takes a cell from the peer; any bytes at all may come. */
  receive(cell: Uint8Array, nowMs: number): LinkOutcome[] {
    if (this.#state === "closed") return [];
    if (cell.length !== cellBytes) {
      this.#o.count("cells_malformed");
      return [];
    }
    const outcomes: LinkOutcome[] = [];
    const worked = this.#opening.workDue;
    // The peer has its keys, so this cell is sealed with them.
    if (this.#opening.endsWithWork) outcomes.push(...this.compute(nowMs));
    if (this.#keys && !this.#opening.ready) {
      outcomes.push(...this.#openCell(this.#keys, cell, nowMs));
    } else if (this.#state === "failed") {
      if (!isFiller(cell)) this.#o.count("cells_rejected");
    } else if (this.#opening.accept(cell)) {
      this.lastHeardMs = nowMs;
      if (!worked) this.#workSinceMs = nowMs;
    } else this.#fail("handshakes_rejected");
    return outcomes;
  }

  /** Does the heavy work of the handshake, if there is any. */
  compute(nowMs: number): LinkOutcome[] {
    const { handshake } = this.#o;
    if (!this.#opening.workDue) return [];
    if (!this.#opening.compute()) {
      this.#fail("handshakes_rejected");
      return [];
    }
    if (!handshake.isComplete) return [];
    // Who wrote the last message does not know yet whether it was understood.
    const open = !this.#opening.ready;
    this.#remoteStatic = handshake.remoteStatic;
    this.#keys = handshake.split();
    this.#rekeys.wind(this.#pace, nowMs);
    this.#state = open ? "open" : "confirming";
    if (!open) return [];
    this.openedMs = nowMs;
    this.lastHeardMs = nowMs;
    return [{ type: "opened" }];
  }

  /** Forgets the keys; nothing is sent or read any more. */
  close(): void {
    this.#state = "closed";
    this.#opening.wipe();
    this.#keys?.wipe();
  }

  #fail(count: LinkCount): void {
    this.#o.count(count);
    this.#state = "failed";
    this.#opening.wipe();
    // A last message of ours may be on its way; it opens nothing any more.
    this.#keys?.wipe();
    this.#keys = undefined;
  }

  #waits(): boolean {
    if (this.#opening.ready) return true;
    return this.#state === "open" &&
      (this.#queue.size > 0 || this.#cutter.busy ||
        this.#nextPace !== undefined);
  }

  /** What `traffic/leak_account.ts` is made from. */
  #account(skipped: number, leaves: boolean, waits: boolean): void {
    const { count } = this.#o;
    if (!this.#pace.slotted) {
      if (leaves) count("cells_unslotted");
      if (leaves && waits) count("cells_off_slots");
      return;
    }
    if (skipped > 0) {
      count("slots_skipped", skipped);
      if (!this.#inGap) count("slot_gaps");
      this.#inGap = true;
    }
    if (leaves) this.#inGap = false;
  }

  #sealedCell(keys: TransportKeys, nowMs: number): Uint8Array {
    const renew = this.#rekeys.isDue(nowMs);
    // One of the two per cell; the key goes first, its time was drawn before.
    const pace = !renew && this.#state === "open" ? this.#nextPace : undefined;
    const first = renew ? rekeyMarker : pace && encodePace(pace);
    const cell = keys.seal(this.#cutter.fill(first));
    if (renew) {
      keys.rekeySend();
      this.#o.count("rekeys");
      this.#rekeys.wind(this.#pace, nowMs);
    }
    if (pace) this.#changePace(pace);
    return cell;
  }

  #changePace(pace: Pace): void {
    const { seed, count } = this.#o;
    const newSeed = blake2s(utf8ToBytes(`pace ${++this.#paces}`), {
      key: seed,
    });
    this.#pacer = new Pacer(pace, this.#pacer.boundaryMs, newSeed);
    this.#pace = pace;
    this.#nextPace = undefined;
    count("paces_changed");
  }

  #openCell(
    keys: TransportKeys,
    cell: Uint8Array,
    nowMs: number,
  ): LinkOutcome[] {
    const plaintext = keys.open(cell);
    if (!plaintext) {
      // The peer may have sent fillers before our last message reached it.
      const filler = this.#state === "confirming" && isFiller(cell);
      if (!filler) this.#o.count("cells_rejected");
      return [];
    }
    this.lastHeardMs = nowMs;
    const ruling = this.#peerPace.rule(this.#firstPace, nowMs);
    if (ruling === "close") {
      this.#fail("links_over_budget");
      return [];
    }
    const outcomes: LinkOutcome[] = [];
    if (this.#state === "confirming") {
      this.#state = "open";
      this.openedMs = nowMs;
      outcomes.push({ type: "opened" });
    }
    const records = readCell(plaintext);
    if (!records) {
      this.#o.count("cells_malformed");
      return outcomes;
    }
    if (ruling === "only_open") {
      this.#o.count("cells_over_budget");
      if (records.some(isRekey)) this.#rekeyReceive(keys);
      return outcomes;
    }
    const oversizedBefore = this.#reassembler.oversized;
    let renew = false;
    for (const bytes of this.#reassembler.accept(records)) {
      const message = decodeLinkMessage(bytes);
      if (!message) this.#o.count("messages_malformed");
      else if (message.type === "rekey") renew = true;
      else if (message.type === "pace") this.#hearPace(message);
      else outcomes.push({ type: "message", message });
    }
    const oversized = this.#reassembler.oversized - oversizedBefore;
    if (oversized > 0) this.#o.count("messages_oversized", oversized);
    if (renew) this.#rekeyReceive(keys);
    return outcomes;
  }

  /** What the peer said in the handshake; before that, what this end does. */
  get #firstPace(): Pace {
    return this.#opening.peerPace ?? this.#o.pace;
  }

  #hearPace(pace: Pace): void {
    if (!this.#peerPace.hear(pace, this.#firstPace)) {
      this.#o.count("messages_malformed");
    }
  }

  #rekeyReceive(keys: TransportKeys): void {
    keys.rekeyReceive();
    this.#o.count("rekeys");
  }
}

function encodePace({ periodMs, slotted }: Pace): Uint8Array {
  return encodeLinkMessage({ type: "pace", periodMs, slotted });
}

function isRekey({ kind, bytes }: CellRecord): boolean {
  return kind === "whole" && bytes.length === rekeyMarker.length &&
    bytes[0] === rekeyMarker[0];
}
