/**
 * The opening of a link: a Noise handshake that rides the cell clock
 * (`wire/handshake_piece.ts` draws the cells), until both ends have keys.
 *
 * An X25519 and ML-KEM answer takes 2 to 4 ms, long enough to shift the cells
 * of other links. So nothing is computed when a cell comes or goes: a whole
 * message waits as *work* until `compute` is called, at a moment without a slot
 * (`quiet_moment.ts`), and a slot only sends bytes that are ready, else a filler.
 *
 * The payload of each handshake message tells the sender's pace:
 *
 * | offset | size | meaning                                     |
 * | ------ | ---- | ------------------------------------------- |
 * | 0      | 4    | T in milliseconds, for the other's liveness |
 * | 4      | rest | zeros                                       |
 *
 * An opening that failed looks from outside like one that waits: it sends
 * fillers until it has sent `handshakeCellsMax` cells and only then is `spent`,
 * whatever was wrong and in whichever message.
 *
 * Bound: one message in either direction, at most three cells each.
 *
 * @module
 */
import { cellBytes, handshakeCellsMax } from "./limits.ts";
import type { HandshakeState } from "./noise/handshake_state.ts";
import {
  asFiller,
  cutMessage,
  paddedBytes,
  PieceCollector,
  piecesOf,
} from "./wire/handshake_piece.ts";
import { periodMsMax } from "./wire/link_message.ts";
import type { Random } from "./world.ts";

const paceBytes = 4;

/** One end of a handshake on a link. */
export class LinkOpening {
  /** T of the peer once it has said so. */
  peerPeriodMs: number | undefined;
  readonly #handshake: HandshakeState;
  readonly #periodMs: number;
  readonly #random: Random;
  readonly #peer: Uint8Array | undefined;
  readonly #collector = new PieceCollector();
  /** What the next `compute` has to do. */
  #work: "write" | Uint8Array | undefined;
  #ready: Uint8Array[] = [];
  #cellsSent = 0;
  #failed = false;

  /** @param begins Whether this end sends the first message. */
  constructor(
    o: {
      readonly handshake: HandshakeState;
      readonly begins: boolean;
      readonly periodMs: number;
      readonly random: Random;
      /** The only static key to answer; undefined to answer any. */
      readonly peer: Uint8Array | undefined;
    },
  ) {
    this.#handshake = o.handshake;
    this.#periodMs = o.periodMs;
    this.#random = o.random;
    this.#peer = o.peer;
    this.#work = o.begins ? "write" : undefined;
  }

  /** Whether a piece of ours waits to be sent. */
  get ready(): boolean {
    return this.#ready.length > 0;
  }

  /** Whether `compute` has something to do. */
  get workDue(): boolean {
    return this.#work !== undefined;
  }

  /** Whether the peer has its keys once our work is done. */
  get endsWithWork(): boolean {
    return this.#work instanceof Uint8Array &&
      this.#handshake.messagesLeft === 1;
  }

  /** Whether the handshake failed; nothing is read any more. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Whether it failed and has cost as many cells as a good one. */
  get spent(): boolean {
    return this.#failed && this.#cellsSent >= handshakeCellsMax;
  }

  /** The cell for the slot that fires now; ready bytes, nothing computed. */
  nextCell(): Uint8Array {
    this.#cellsSent++;
    const piece = this.#ready.shift();
    if (piece) return piece;
    const cell = new Uint8Array(cellBytes);
    this.#random.fill(cell);
    return asFiller(cell);
  }

  /** Takes a cell of 512 bytes; false if it ends the handshake. */
  accept(cell: Uint8Array): boolean {
    if (this.#failed) return false;
    const theirs = !this.workDue && !this.ready && !this.#handshake.isComplete;
    const count = theirs
      ? piecesOf(this.#handshake.overheadBytes + paceBytes)
      : 0;
    const found = this.#collector.accept(cell, count);
    if (found === "refused") return this.#fail();
    if (found !== "waiting") this.#work = found;
    return true;
  }

  /**
   * Does the work: reads what came, writes what is due.
   *
   * @returns Whether both is well; false ends the handshake.
   */
  compute(): boolean {
    const work = this.#work;
    this.#work = undefined;
    if (work instanceof Uint8Array && !this.#read(work)) return this.#fail();
    if (work && !this.#handshake.isComplete) this.#write();
    return true;
  }

  /** Gives up and forgets every secret. */
  wipe(): void {
    this.#failed = true;
    this.#work = undefined;
    this.#ready = [];
    this.#handshake.wipe();
  }

  #read(message: Uint8Array): boolean {
    const payload = this.#handshake.readMessage(message);
    this.peerPeriodMs = payload && readPace(payload);
    return this.peerPeriodMs !== undefined && this.#isExpected();
  }

  /** A guest must not show its key to anybody but its inviter. */
  #isExpected(): boolean {
    const { remoteStatic } = this.#handshake;
    if (!this.#peer || !remoteStatic) return true;
    return remoteStatic.toHex() === this.#peer.toHex();
  }

  #write(): void {
    const { overheadBytes } = this.#handshake;
    const length = paddedBytes(overheadBytes + paceBytes);
    const payload = new Uint8Array(length - overheadBytes);
    new DataView(payload.buffer).setUint32(0, this.#periodMs);
    this.#ready = cutMessage(this.#handshake.writeMessage(payload));
  }

  #fail(): false {
    this.wipe();
    return false;
  }
}

function readPace(payload: Uint8Array): number | undefined {
  if (payload.length < paceBytes) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset);
  const periodMs = view.getUint32(0);
  return periodMs >= 1 && periodMs <= periodMsMax ? periodMs : undefined;
}
