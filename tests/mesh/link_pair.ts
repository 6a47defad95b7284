/**
 * Two links wired together on one clock, and whoever sits on the wire between
 * them, inside the TLS connection.
 *
 * @module
 */
import { generateKeyMaterial, type NodeKeys } from "../../mesh/keys.ts";
import { Link, type LinkOptions, type LinkOutcome } from "../../mesh/link.ts";
import { guestHandshake, memberHandshake } from "../../mesh/link_handshake.ts";
import { nodeIdOf } from "../../mesh/node_id.ts";
import { seededRandom } from "./virtual_world.ts";

const random = seededRandom("link");

/** `lan`, as the links of a pair use it. */
export const pairPace = { periodMs: 250, slotted: true };

/** Bytes that no other draw gave. */
export function drawBytes(count: number): Uint8Array {
  const filled = new Uint8Array(count);
  random.fill(filled);
  return filled;
}

/** Keys of a node of its own. */
export function drawKeys(): NodeKeys {
  const material = generateKeyMaterial(random);
  return {
    ...material,
    node: nodeIdOf(material.signing.public),
    generation: 0,
  };
}

/** Who sends: 0 dialled, 1 accepted. */
export type End = 0 | 1;

/** One cell on the wire. */
export interface PairCell {
  readonly atMs: number;
  readonly from: End;
  /** Counted from 0 per direction. */
  readonly index: number;
  readonly cell: Uint8Array;
}

/** What a pair may be given. */
export interface LinkPairOptions {
  readonly guest?: boolean;
  readonly psks?: readonly [Uint8Array, Uint8Array];
  readonly keys?: readonly [NodeKeys, NodeKeys];
  readonly meshIds?: readonly [Uint8Array, Uint8Array];
  readonly pace?: LinkOptions["pace"];
  /** Whom the dialling end believes to reach; the other's key if absent. */
  readonly believed?: Uint8Array;
  /** Changes the options of one end. */
  readonly change?: (end: End, options: LinkOptions) => LinkOptions;
  /** What arrives for one cell; nothing, the cell, another, or several. */
  readonly wire?: (sent: PairCell) => readonly Uint8Array[];
}

/** Two links and all that they said. */
export class LinkPair {
  readonly counts: Record<string, number> = {};
  readonly heard: [LinkOutcome[], LinkOutcome[]] = [[], []];
  readonly links: readonly [Link, Link];
  readonly keys: readonly [NodeKeys, NodeKeys];
  readonly sent: PairCell[] = [];
  readonly sizes = new Set<number>();
  nowMs = 0;
  readonly #wire: (sent: PairCell) => readonly Uint8Array[];

  constructor(o: LinkPairOptions = {}) {
    const psk = drawBytes(32);
    const psks = o.psks ?? [psk, psk];
    const meshId = new Uint8Array(32).fill(1);
    const meshIds = o.meshIds ?? [meshId, meshId];
    this.keys = o.keys ?? [drawKeys(), drawKeys()];
    this.#wire = o.wire ?? (({ cell }) => [cell]);
    const believed = o.believed ?? this.keys[1].noise.public;
    const link = (end: End) => {
      const given = {
        meshId: meshIds[end],
        keys: this.keys[end],
        psk: psks[end],
        random,
      };
      const options: LinkOptions = {
        id: end,
        dialled: end === 0,
        pace: o.pace ?? pairPace,
        handshake: o.guest
          ? guestHandshake(given, end === 0)
          : memberHandshake(given, end === 0 ? believed : undefined),
        peer: end === 0
          ? believed
          : o.guest
          ? undefined
          : this.keys[0].noise.public,
        random,
        seed: drawBytes(32),
        nowMs: 0,
        count: (name, times = 1) => {
          this.counts[name] = (this.counts[name] ?? 0) + times;
        },
      };
      return new Link(o.change?.(end, options) ?? options);
    };
    this.links = [link(0), link(1)];
  }

  /** Whether both ends are open. */
  get isOpen(): boolean {
    return this.links.every((link) => link.isOpen);
  }

  /** Cells that one end sent so far. */
  sentBy(end: End): PairCell[] {
    return this.sent.filter(({ from }) => from === end);
  }

  /** Lets time pass; every cell arrives at once. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const [a, b] = this.links;
      const workMs = Math.min(
        a.workSinceMs ?? Infinity,
        b.workSinceMs ?? Infinity,
      );
      const atMs = Math.min(a.wakeAtMs(), b.wakeAtMs(), workMs);
      if (atMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, atMs);
      for (const end of [0, 1] as const) {
        const outcomes = this.links[end].compute(this.nowMs);
        this.heard[end].push(...outcomes);
      }
      this.#pulse(0);
      this.#pulse(1);
    }
    this.nowMs = endMs;
  }

  #pulse(from: End): void {
    const to = from === 0 ? 1 : 0;
    let cell = this.links[from].pulse(this.nowMs);
    while (cell) {
      this.sizes.add(cell.length);
      const index = this.sentBy(from).length;
      const sent = { atMs: this.nowMs, from, index, cell };
      this.sent.push(sent);
      for (const arriving of this.#wire(sent)) {
        const outcomes = this.links[to].receive(arriving.slice(), this.nowMs);
        this.heard[to].push(...outcomes);
      }
      cell = this.links[from].pulse(this.nowMs);
    }
  }
}
