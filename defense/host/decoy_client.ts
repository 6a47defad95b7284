/**
 * One client held at a decoy: its socket, the talk that answers it, and its
 * transcript. A relay stands here too: a real service behind the decoy's door,
 * or the decoys of another member. At those a talk of our own listens to what
 * the client says, so that what it gives away is known here at first hand.
 *
 * Bounds: {@linkcode receivedMax} octets from the client and
 * {@linkcode unsentMax} waiting for it; one more ends the connection. A relay
 * has neither, it reads no faster than the other side takes.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { CanaryWatch } from "../canaries.ts";
import {
  type DecoyAnswer,
  type DecoyNote,
  type DecoyTalk,
  noteText,
  silence,
} from "../decoys/decoy.ts";
import { textOf } from "../decoys/octets.ts";
import {
  type Transcript,
  type TranscriptEnd,
  TranscriptPen,
} from "../decoys/transcript.ts";
import type { DecoyDoor } from "./decoy_messages.ts";
import { close, writeAll } from "./member_decoy.ts";

/** Our choice: what no honest and few dishonest logins exceed. */
export const receivedMax = 65_536;
/** Answers that a client has asked for and does not read; our choice. */
const unsentMax = 65_536;
/** Who says nothing for so long is let go, unless it is being dripped on. */
const idleMsMax = 120_000;
/** The longest that anybody is held; our choice. */
const heldMsMax = 4 * 3_600_000;
const bufferBytes = 1_024;

/** Who a client is and how it came. */
export interface ClientOrigin {
  readonly source: Address;
  /** The member that brought it, by whose word it is `source`. */
  readonly steeredBy?: string;
  /** The member whose decoy answers it. */
  readonly heldBy?: string;
}

/** What a held client tells its owner. */
export interface ClientEvents {
  /** It tried a login as a canary user. */
  onCanary(user: string): void;
  /** It is gone. */
  onEnd(transcript: Transcript): void;
}

/** A connection that a decoy answers. */
export class DecoyClient {
  readonly #connection: Deno.TcpConn;
  readonly #door: DecoyDoor;
  readonly #origin: ClientOrigin;
  readonly #canaries: CanaryWatch;
  readonly #events: ClientEvents;
  readonly #pen = new TranscriptPen();
  readonly #startedMs = performance.now();
  readonly #atMs = Date.now();
  #heardMs = performance.now();
  #talk: DecoyTalk | undefined;
  #far: Deno.TcpConn | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #unsent = 0;
  #ended = false;

  constructor(
    connection: Deno.TcpConn,
    door: DecoyDoor,
    origin: ClientOrigin,
    canaries: CanaryWatch,
    events: ClientEvents,
  ) {
    this.#connection = connection;
    this.#door = door;
    this.#origin = origin;
    this.#canaries = canaries;
    this.#events = events;
  }

  /** Talks until one side has enough. */
  async talk(talk: DecoyTalk): Promise<void> {
    this.#talk = talk;
    this.#step((talk) => talk.begin());
    const buffer = new Uint8Array(bufferBytes);
    while (!this.#ended) {
      let count: number | null;
      try {
        count = await this.#connection.read(buffer);
      } catch {
        // Reset by the client, or ended by us.
        break;
      }
      if (count === null) break;
      this.#heard(count);
      if (this.#pen.received > receivedMax) return this.end("limit");
      this.#step((talk) => talk.take(buffer.slice(0, count)));
    }
    this.end("client");
  }

  /** Hands everything on to a real service, and its answers back. */
  async relay(to: Deno.ConnectOptions): Promise<void> {
    let far: Deno.TcpConn;
    try {
      far = await Deno.connect({ ...to });
    } catch {
      return this.end("decoy");
    }
    await this.#between(far, (octets) => {
      if (this.#pen.received > 0) return;
      this.#pen.note([{ kind: "request", text: noteText(textOf(octets)) }]);
    });
  }

  /**
   * Hands everything on to a member's decoy, and its answers back.
   *
   * @param listener Hears what the client says; its own answers go nowhere.
   */
  async relayTo(far: Deno.TcpConn, listener: DecoyTalk): Promise<void> {
    const hear = (ask: (talk: DecoyTalk) => DecoyAnswer) => {
      try {
        const { notes = [] } = ask(listener);
        this.#pen.note(notes);
        for (const note of notes) this.#checkCanary(note);
      } catch {
        // The other end answers otherwise than ours would: then it is lost.
      }
    };
    hear((talk) => talk.begin());
    await this.#between(far, (octets) => {
      if (this.#pen.received > receivedMax) return;
      for (let at = 0; at < octets.length; at += bufferBytes) {
        const piece = octets.slice(at, at + bufferBytes);
        hear((talk) => talk.take(piece));
      }
    });
  }

  async #between(
    far: Deno.TcpConn,
    onReceived: (octets: Uint8Array) => void,
  ): Promise<void> {
    this.#far = far;
    if (this.#ended) return close(far);
    const inward = this.#pump(this.#connection, far, (octets) => {
      onReceived(octets);
      this.#heard(octets.length);
    }).then(() => this.end("client"));
    const outward = this.#pump(far, this.#connection, (octets) => {
      // Who is dripped on need not say anything.
      this.#heardMs = performance.now();
      this.#pen.sent += octets.length;
    }).then(() => this.end("decoy"));
    await Promise.all([inward, outward]);
  }

  /** Ends who has been here too long; called every few seconds. */
  sweep(): void {
    const nowMs = performance.now();
    const idle = this.#timer === undefined &&
      nowMs - this.#heardMs > idleMsMax;
    if (idle) this.end("idle");
    else if (nowMs - this.#startedMs > heldMsMax) this.end("limit");
  }

  /** Ends the connection. */
  end(ended: TranscriptEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    close(this.#connection);
    if (this.#far) close(this.#far);
    const { port, service, relay, steered } = this.#door;
    this.#events.onEnd(this.#pen.finish({
      atMs: this.#atMs,
      heldMs: performance.now() - this.#startedMs,
      service: relay ? "relay" : service,
      port,
      steered,
      ...this.#origin,
      ended,
    }));
  }

  async #pump(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    onOctets: (octets: Uint8Array) => void,
  ): Promise<void> {
    const buffer = new Uint8Array(16 * bufferBytes);
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (count === null) return;
        const octets = buffer.subarray(0, count);
        onOctets(octets);
        await writeAll(to, octets);
      }
    } catch {
      // One side is gone; the other follows.
    }
  }

  #heard(count: number): void {
    this.#heardMs = performance.now();
    this.#pen.received += count;
  }

  /** An error in a talk ends this connection, never the isolate. */
  #step(ask: (talk: DecoyTalk) => DecoyAnswer): void {
    if (this.#talk === undefined || this.#ended) return;
    try {
      this.#perform(ask(this.#talk));
    } catch {
      this.end("fault");
    }
  }

  #perform(answer: DecoyAnswer): void {
    if (answer === silence || this.#ended) return;
    const { say, wakeMs, hangUp, notes } = answer;
    this.#pen.note(notes);
    for (const note of notes ?? []) this.#checkCanary(note);
    if (say !== undefined && say.length > 0) this.#say(say);
    if (hangUp) {
      void this.#writing.then(() => this.end("decoy"));
    } else if (wakeMs !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#step((talk) => talk.wake());
      }, wakeMs);
    }
  }

  #say(octets: Uint8Array): void {
    this.#unsent += octets.length;
    if (this.#unsent > unsentMax) return this.end("limit");
    this.#writing = this.#writing.then(async () => {
      await writeAll(this.#connection, octets);
      this.#unsent -= octets.length;
      this.#pen.sent += octets.length;
    }).catch(() => this.end("client"));
  }

  #checkCanary(note: DecoyNote): void {
    if (note.kind === "login" && this.#canaries.knowsUser(note.user)) {
      this.#events.onCanary(note.user);
    }
  }
}
