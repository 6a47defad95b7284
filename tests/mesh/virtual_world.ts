/**
 * A small world for tests of real drivers: one clock, one network, seeded
 * randomness. Everything runs in the order of virtual time; nothing waits.
 *
 * @module
 */
import { blake2s } from "@noble/hashes/blake2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type {
  Clock,
  LinkId,
  Random,
  Transport,
  TransportEvent,
} from "../../mesh/world.ts";

/** Wall clock at virtual time 0. */
export const wallStartMs = Date.UTC(2026, 0, 5, 8);

/** Runs callbacks in order of time, then of insertion. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #serial = 0;
  /** Added to the wall clock, for tests of expiry. */
  wallShiftMs = 0;
  /** How late every timer fires, as on a busy host. */
  timersLateMs = 0;
  readonly #due: { atMs: number; serial: number; wake: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return wallStartMs + this.wallShiftMs + this.#nowMs;
  }

  after(delayMs: number, wake: () => void): () => void {
    const atMs = this.#nowMs + delayMs + this.timersLateMs;
    const entry = { atMs, serial: this.#serial++, wake };
    const at = this.#due.findIndex((other) => other.atMs > entry.atMs);
    this.#due.splice(at < 0 ? this.#due.length : at, 0, entry);
    return () => {
      const index = this.#due.indexOf(entry);
      if (index >= 0) this.#due.splice(index, 1);
    };
  }

  /** Time passes and nothing runs, as on a suspended host. */
  sleep(ms: number): void {
    this.#nowMs += ms;
  }

  /** Lets `ms` of virtual time pass. */
  run(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#due[0];
      if (!next || next.atMs > endMs) break;
      this.#due.shift();
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
    this.#nowMs = endMs;
  }

  /** Runs until `done`, at most `msMax`; the time that passed, or undefined. */
  runUntil(done: () => boolean, msMax: number): number | undefined {
    const startMs = this.#nowMs;
    while (!done()) {
      if (this.#nowMs - startMs >= msMax) return undefined;
      this.run(1);
    }
    return this.#nowMs - startMs;
  }
}

/** Keyed BLAKE2s in counter mode. */
export function seededRandom(seed: string): Random {
  const key = blake2s(utf8ToBytes(seed));
  let count = 0;
  return {
    fill(bytes) {
      for (let at = 0; at < bytes.length; at += 32) {
        const block = blake2s(utf8ToBytes(`${count++}`), { key });
        bytes.set(block.subarray(0, bytes.length - at), at);
      }
    },
  };
}

/** What the network needs from a host. */
export interface Listener {
  transport(event: TransportEvent): void;
  admit(token: Uint8Array): boolean;
}

/** One cell on the wire. */
export interface SentCell {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  readonly cell: Uint8Array;
}

interface End {
  readonly host: string;
  readonly link: LinkId;
}

/** Connects hosts by name; each cell takes `delayMs`, in order. */
export class VirtualNetwork {
  /** Every cell that was sent, while `recording`. */
  readonly sent: SentCell[] = [];
  recording = true;
  /** Cells lost to cuts. */
  lost = 0;
  /** Changes a cell on its way; undefined loses it. */
  tamper: (sent: SentCell) => Uint8Array | undefined = ({ cell }) => cell;
  readonly #clock: VirtualClock;
  readonly #delayMs: number;
  readonly #listeners = new Map<string, Listener>();
  readonly #peers = new Map<string, End>();
  readonly #cuts = new Set<string>();
  #accepted = 0;

  constructor(clock: VirtualClock, delayMs: number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  listen(host: string, listener: Listener): void {
    this.#listeners.set(host, listener);
  }

  /** The host vanishes: nobody is told. */
  kill(host: string): void {
    this.#listeners.delete(host);
    for (const name of [...this.#peers.keys()]) {
      if (name.startsWith(`${host} `)) this.#peers.delete(name);
    }
  }

  /** From now on nothing passes between two hosts, or does again. */
  cut(a: string, b: string, cut = true): void {
    for (const pair of [`${a} ${b}`, `${b} ${a}`]) {
      if (cut) this.#cuts.add(pair);
      else this.#cuts.delete(pair);
    }
  }

  /** Hands `cell` to a host as if a peer's link had carried it. */
  inject(host: string, link: LinkId, cell: Uint8Array): void {
    this.#listeners.get(host)?.transport({ type: "cell", link, cell });
  }

  /** Numbers of the links that are up at a host. */
  linksOf(host: string): LinkId[] {
    return [...this.#peers.keys()].filter((name) => name.startsWith(`${host} `))
      .map((name) => Number(name.split(" ")[1]));
  }

  transportOf(host: string): Transport {
    return {
      dial: ({ link, address, token }) => {
        this.#clock.after(2 * this.#delayMs, () => {
          const there = this.#listeners.get(address);
          const reached = there && !this.#cuts.has(`${host} ${address}`);
          if (!reached || !there.admit(token)) {
            this.#tell(host, { type: "closed", link, reason: "refused" });
            return;
          }
          const accepted = --this.#accepted;
          this.#peers.set(`${host} ${link}`, { host: address, link: accepted });
          this.#peers.set(`${address} ${accepted}`, { host, link });
          there.transport({ type: "accepted", link: accepted, token });
          this.#tell(host, { type: "connected", link });
        });
      },
      send: (link, cell) => this.#send(host, link, cell),
      close: (link) => {
        const peer = this.#peers.get(`${host} ${link}`);
        this.#peers.delete(`${host} ${link}`);
        if (!peer) return;
        // In order behind the cells that are on their way.
        this.#clock.after(this.#delayMs, () => {
          if (!this.#peers.delete(`${peer.host} ${peer.link}`)) return;
          if (this.#cuts.has(`${host} ${peer.host}`)) return;
          this.#tell(peer.host, {
            type: "closed",
            link: peer.link,
            reason: "",
          });
        });
        this.#clock.after(0, () => {
          this.#tell(host, { type: "closed", link, reason: "" });
        });
      },
    };
  }

  #send(host: string, link: LinkId, cell: Uint8Array): void {
    const peer = this.#peers.get(`${host} ${link}`);
    if (!peer) return;
    const sent = {
      atMs: this.#clock.nowMs(),
      from: host,
      to: peer.host,
      cell,
    };
    if (this.recording) this.sent.push(sent);
    if (this.#cuts.has(`${host} ${peer.host}`)) {
      this.lost++;
      return;
    }
    const arriving = this.tamper(sent);
    if (!arriving) return;
    this.#clock.after(this.#delayMs, () => {
      if (!this.#peers.has(`${peer.host} ${peer.link}`)) return;
      this.#tell(peer.host, {
        type: "cell",
        link: peer.link,
        cell: arriving.slice(),
      });
    });
  }

  #tell(host: string, event: TransportEvent): void {
    this.#listeners.get(host)?.transport(event);
  }
}
