/**
 * One connection's state machine: handshake, then sealed cells, on one cell
 * clock from the first cell to the last.
 *
 * ```text
 * handshake ──last message read──────────────► open ──► closed
 *     └──last message written──► confirming ──►┘
 *                               (first authentic cell)
 * ```
 *
 * Cells of the handshake have no keys yet and a layout of their own:
 *
 * | offset | size | meaning                                               |
 * | ------ | ---- | ----------------------------------------------------- |
 * | 0      | 1    | 0 filler, 1 handshake message                         |
 * | 1      | 511  | random bytes, or a Noise message whose payload is padded |
 *
 * Fillers keep the clock running while an end waits for the other's answer.
 * The payload of each handshake message tells the sender's pace:
 *
 * | offset | size | meaning                                  |
 * | ------ | ---- | ---------------------------------------- |
 * | 0      | 4    | T in milliseconds, for the other's liveness |
 * | 4      | 1    | 1 if cells leave at once (`open`), else 0 |
 * | 5      | rest | zeros                                    |
 *
 * What a peer may send is bounded by the pace it stated
 * (`traffic/receive_budget.ts`).
 *
 * Each end renews its sending key by its own clock and says so in the last
 * cell under the old key (`rekey` of `wire/link_message.ts`).
 *
 * The link says nothing of its own accord: what to send is given to `push` by
 * `node.ts`. Everything a peer gets wrong is counted, nothing throws.
 *
 * @module
 */
import { cellBytes } from "./limits.ts";
import type { HandshakeState } from "./noise/handshake_state.ts";
import type { TransportKeys } from "./noise/transport_keys.ts";
import { drawUniform, type Pace, Pacer } from "./traffic/pacer.ts";
import { ReceiveBudget } from "./traffic/receive_budget.ts";
import { SendQueue, type Waiting } from "./traffic/send_queue.ts";
import { type CellRecord, readCell, wholeRecordBytesMax } from "./wire/cell.ts";
import { Cutter, Reassembler } from "./wire/fragment.ts";
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
  | "slots_skipped"
  | "queue_dropped";

/** What a cell from the peer led to. */
export type LinkOutcome =
  | { readonly type: "opened" }
  | { readonly type: "message"; readonly message: LinkMessage }
  | { readonly type: "failed" };

/** What a link starts with. */
export interface LinkOptions {
  readonly id: LinkId;
  /** Whether this node dialled, and so begins the handshake. */
  readonly dialled: boolean;
  readonly pace: Pace;
  /** Before its first message. */
  readonly handshake: HandshakeState;
  /** For fillers. */
  readonly random: Random;
  /** 32 bytes that only this end knows: slot times and rekey times. */
  readonly seed: Uint8Array;
  readonly nowMs: number;
  readonly count: (name: LinkCount, times?: number) => void;
}

const fillerKind = 0;
const handshakeKind = 1;
const noiseMessageBytes = cellBytes - 1;
const paceBytes = 5;
/** A slower peer than an hour per cell is no peer. */
const periodMsMax = 3_600_000;

/**
 * Mean time between two rekeys and the share that is drawn on each side of it
 * (design §5: 120 s ± 30 s, or 10 min for slow profiles).
 */
const rekeyShare = 1 / 4;
const rekeyMs = 120_000;
const slowRekeyMs = 600_000;
/** From this period on a profile is slow: `wan` and `metered`, not `open`. */
const slowPeriodMs = 1_000;
/** Where in the link's uniform sequence the rekey times begin; slots are below. */
const rekeyDrawsFrom = 2 ** 40;

const rekeyMarker = encodeLinkMessage({ type: "rekey" });

/** One connection, dialled or accepted. */
export class Link {
  readonly id: LinkId;
  readonly dialled: boolean;
  readonly startedMs: number;
  /** When the last authentic cell came; the start before that. */
  lastHeardMs: number;
  /** When it opened. */
  openedMs: number | undefined;
  readonly #o: LinkOptions;
  readonly #pacer: Pacer;
  readonly #queue = new SendQueue(wholeRecordBytesMax);
  readonly #cutter = new Cutter(this.#queue);
  readonly #reassembler = new Reassembler();
  #state: "handshake" | "confirming" | "open" | "closed" = "handshake";
  #oursToWrite: boolean;
  #keys: TransportKeys | undefined;
  #remoteStatic: Uint8Array | undefined;
  #peerPace: Pace;
  #budget: ReceiveBudget | undefined;
  #rekeyAtMs = Infinity;
  #rekeysSent = 0;

  constructor(options: LinkOptions) {
    this.#o = options;
    this.id = options.id;
    this.dialled = options.dialled;
    this.startedMs = options.nowMs;
    this.lastHeardMs = options.nowMs;
    this.#oursToWrite = options.dialled;
    this.#peerPace = options.pace;
    this.#pacer = new Pacer(options.pace, options.nowMs, options.seed);
  }

  /** Whether the peer has proved itself with an authentic cell. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** T of the peer, as it said in the handshake. */
  get peerPeriodMs(): number {
    return this.#peerPace.periodMs;
  }

  /** The peer's Noise key, once the handshake is complete. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#remoteStatic;
  }

  /** Messages waiting for room in a cell. */
  get waiting(): number {
    return this.#queue.size;
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
    this.#queue.push(message);
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
    const leaves = this.#pacer.take(nowMs, this.#waits());
    const skipped = this.#pacer.skipped - skippedBefore;
    if (skipped > 0) this.#o.count("slots_skipped", skipped);
    if (!leaves) return undefined;
    return this.#keys
      ? this.#sealedCell(this.#keys, nowMs)
      : this.#handshakeCell(nowMs);
  }

  /** Takes a cell from the peer; any bytes at all may come. */
  receive(cell: Uint8Array, nowMs: number): LinkOutcome[] {
    if (this.#state === "closed") return [];
    if (cell.length !== cellBytes) {
      this.#o.count("cells_malformed");
      return [];
    }
    return this.#keys
      ? this.#openCell(this.#keys, cell, nowMs)
      : this.#readHandshake(cell, nowMs);
  }

  /** Forgets the keys; nothing is sent or read any more. */
  close(): void {
    this.#state = "closed";
    this.#keys?.wipe();
  }

  #waits(): boolean {
    if (this.#state === "handshake") return this.#oursToWrite;
    return this.#state === "open" &&
      (this.#queue.size > 0 || this.#cutter.busy);
  }

  #handshakeCell(nowMs: number): Uint8Array {
    const cell = new Uint8Array(cellBytes);
    if (!this.#oursToWrite) {
      this.#o.random.fill(cell);
      cell[0] = fillerKind;
      return cell;
    }
    const { handshake } = this.#o;
    const payload = new Uint8Array(noiseMessageBytes - handshake.overheadBytes);
    new DataView(payload.buffer).setUint32(0, this.#o.pace.periodMs);
    payload[4] = this.#o.pace.slotted ? 0 : 1;
    cell[0] = handshakeKind;
    cell.set(handshake.writeMessage(payload), 1);
    this.#oursToWrite = false;
    // Who writes the last message does not know yet whether it was understood.
    if (handshake.isComplete) this.#split("confirming", nowMs);
    return cell;
  }

  #readHandshake(cell: Uint8Array, nowMs: number): LinkOutcome[] {
    if (cell[0] === fillerKind) return [];
    const { handshake } = this.#o;
    const payload = cell[0] === handshakeKind && !this.#oursToWrite
      ? handshake.readMessage(cell.subarray(1))
      : undefined;
    const pace = payload && readPace(payload);
    if (pace === undefined) {
      this.#o.count("handshakes_rejected");
      return [{ type: "failed" }];
    }
    this.#peerPace = pace;
    this.lastHeardMs = nowMs;
    if (!handshake.isComplete) {
      this.#oursToWrite = true;
      return [];
    }
    this.#split("open", nowMs);
    return [{ type: "opened" }];
  }

  #split(state: "confirming" | "open", nowMs: number): void {
    this.#remoteStatic = this.#o.handshake.remoteStatic;
    this.#keys = this.#o.handshake.split();
    this.#state = state;
    if (state === "open") this.openedMs = nowMs;
    this.#rekeyAtMs = nowMs + this.#drawRekeyMs();
  }

  #sealedCell(keys: TransportKeys, nowMs: number): Uint8Array {
    const renew = nowMs >= this.#rekeyAtMs;
    const cell = keys.seal(this.#cutter.fill(renew ? rekeyMarker : undefined));
    if (renew) {
      keys.rekeySend();
      this.#o.count("rekeys");
      this.#rekeyAtMs = nowMs + this.#drawRekeyMs();
    }
    return cell;
  }

  #openCell(
    keys: TransportKeys,
    cell: Uint8Array,
    nowMs: number,
  ): LinkOutcome[] {
    const plaintext = keys.open(cell);
    if (!plaintext) {
      // The peer may have sent fillers before our last message reached it.
      const filler = this.#state === "confirming" && cell[0] === fillerKind;
      if (!filler) this.#o.count("cells_rejected");
      return [];
    }
    this.lastHeardMs = nowMs;
    this.#budget ??= new ReceiveBudget(this.#peerPace, nowMs);
    const ruling = this.#budget.rule(nowMs);
    if (ruling === "close") {
      this.#o.count("links_over_budget");
      return [{ type: "failed" }];
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
      else outcomes.push({ type: "message", message });
    }
    const oversized = this.#reassembler.oversized - oversizedBefore;
    if (oversized > 0) this.#o.count("messages_oversized", oversized);
    if (renew) this.#rekeyReceive(keys);
    return outcomes;
  }

  #rekeyReceive(keys: TransportKeys): void {
    keys.rekeyReceive();
    this.#o.count("rekeys");
  }

  #drawRekeyMs(): number {
    const { periodMs, slotted } = this.#o.pace;
    const mean = slotted && periodMs >= slowPeriodMs ? slowRekeyMs : rekeyMs;
    const uniform = drawUniform(
      this.#o.seed,
      rekeyDrawsFrom + this.#rekeysSent++,
    );
    return mean * (1 + rekeyShare * (2 * uniform - 1));
  }
}

function readPace(payload: Uint8Array): Pace | undefined {
  if (payload.length < paceBytes) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset);
  const periodMs = view.getUint32(0);
  const slotted = payload[4] === 0;
  return periodMs >= 1 && periodMs <= periodMsMax
    ? { periodMs, slotted }
    : undefined;
}

function isRekey({ kind, bytes }: CellRecord): boolean {
  return kind === "whole" && bytes.length === rekeyMarker.length &&
    bytes[0] === rekeyMarker[0];
}
