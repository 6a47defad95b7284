/**
 * Flooding with dedupe: what is new goes to every other link, what is known
 * stops here. On links of constant rate the duplicates cost nothing.
 *
 * Messages of one origin are numbered within an incarnation, so each
 * `(origin, incarnation)` is a stream with the lowest counter not yet heard
 * (`next`) and the messages kept for repair. Two different messages with one
 * number are a conflict: if the second one's signature holds, its origin
 * equivocates.
 *
 * Bounds: `streamsPerOriginMax` incarnations per origin, the older dropped;
 * `keptPerOriginMax` messages and `keptBytesMax` per stream, the lowest
 * counters dropped and from then on taken as heard. How many origins there
 * are is bounded by the roster, because only verified messages are accepted.
 * Signatures are `message.ts`'s, links are `node.ts`'s.
 *
 * @module
 */
import { keptPerOriginMax } from "../limits.ts";
import type { Urgency } from "../mesh.ts";
import { type NodeId, nodePrefix, nodePrefixBytes } from "../node_id.ts";

/**
 * Incarnations of one origin that are kept: the one running and the one before
 * its last restart, whose messages may still be missing somewhere.
 */
export const streamsPerOriginMax = 2;
/** Bytes kept per stream: 256 alerts of 200 bytes fit twice. */
export const keptBytesMax = 128 * 1024;

/** A signed message as the flood needs it. */
export interface FloodMessage {
  readonly origin: NodeId;
  readonly incarnation: number;
  readonly counter: number;
  readonly urgency: Urgency;
  /** The whole encoding, signature included. */
  readonly bytes: Uint8Array;
}

/** What `Flood.look` says about a message whose signature is not yet checked. */
export type Standing =
  | "new"
  /** Heard before, or so old that it counts as heard. */
  | "known"
  /** Another message with this number was heard before. */
  | "conflict";

/** What one end of a link holds of one stream; see `wire/link_message.ts`. */
export interface StreamState {
  readonly origin: Uint8Array;
  readonly incarnation: number;
  readonly next: number;
  /** Bit i, lowest first: counter `next + 1 + i` is held. */
  readonly map: Uint8Array;
}

interface Stream {
  readonly origin: NodeId;
  readonly incarnation: number;
  /** The lowest counter not heard. */
  next: number;
  /** By counter. */
  readonly kept: Map<number, FloodMessage>;
  keptBytes: number;
}

/** The streams this node knows. */
export class Flood {
  /** By origin, newest incarnation first. */
  readonly #origins = new Map<NodeId, Stream[]>();

  /** What is known of a message's number; changes nothing. */
  look(message: Omit<FloodMessage, "urgency">): Standing {
    const streams = this.#origins.get(message.origin) ?? [];
    const stream = streams.find(({ incarnation }) =>
      incarnation === message.incarnation
    );
    if (!stream) {
      const oldest = streams.at(-1);
      const full = streams.length >= streamsPerOriginMax;
      const tooOld = full && oldest !== undefined &&
        message.incarnation < oldest.incarnation;
      return tooOld ? "known" : "new";
    }
    const kept = stream.kept.get(message.counter);
    if (kept) return equal(kept.bytes, message.bytes) ? "known" : "conflict";
    return message.counter < stream.next ? "known" : "new";
  }

  /** Takes in a message that is new and verified. */
  accept(message: FloodMessage): void {
    const stream = this.#stream(message.origin, message.incarnation);
    stream.kept.set(message.counter, message);
    stream.keptBytes += message.bytes.length;
    // The window over which gaps are remembered is as long as what is kept.
    stream.next = Math.max(stream.next, message.counter + 1 - keptPerOriginMax);
    advance(stream);
    trim(stream);
  }

  /** Every stream, for a `have`. */
  streams(): StreamState[] {
    return [...this.#origins.values()].flat().map((stream) => ({
      origin: nodePrefix(stream.origin),
      incarnation: stream.incarnation,
      next: stream.next,
      map: mapOf(stream),
    }));
  }

  /**
   * What is kept here and missing there, lowest counters first, the origins
   * taking turns.
   *
   * @param there Every stream the other end holds.
   * @param countMax At most so many messages.
   */
  missing(there: readonly StreamState[], countMax: number): FloodMessage[] {
    const held = new Map<string, StreamState[]>();
    for (const stream of there) {
      const prefix = stream.origin.toHex();
      const known = held.get(prefix);
      if (known) known.push(stream);
      else held.set(prefix, [stream]);
    }
    const lists: FloodMessage[][] = [];
    for (const [origin, streams] of this.#origins) {
      const theirs = held.get(origin.slice(0, nodePrefixBytes * 2)) ?? [];
      // The newest incarnation first: what it says is the freshest.
      lists.push(streams.flatMap((stream) => missingOf(stream, theirs)));
    }
    const missing: FloodMessage[] = [];
    for (let at = 0; missing.length < countMax; at++) {
      const row = lists.flatMap((list) => list[at] ?? []);
      if (row.length === 0) break;
      missing.push(...row.slice(0, countMax - missing.length));
    }
    return missing;
  }

  #stream(origin: NodeId, incarnation: number): Stream {
    const streams = this.#origins.get(origin) ?? [];
    const known = streams.find((each) => each.incarnation === incarnation);
    if (known) return known;
    const stream = {
      origin,
      incarnation,
      next: 0,
      kept: new Map(),
      keptBytes: 0,
    };
    streams.push(stream);
    streams.sort((a, b) => b.incarnation - a.incarnation);
    streams.length = Math.min(streams.length, streamsPerOriginMax);
    this.#origins.set(origin, streams);
    return stream;
  }
}

function advance(stream: Stream): void {
  while (stream.kept.has(stream.next)) stream.next++;
}

function trim(stream: Stream): void {
  if (
    stream.kept.size <= keptPerOriginMax && stream.keptBytes <= keptBytesMax
  ) return;
  for (const counter of [...stream.kept.keys()].sort((a, b) => a - b)) {
    if (
      stream.kept.size <= keptPerOriginMax && stream.keptBytes <= keptBytesMax
    ) break;
    stream.keptBytes -= stream.kept.get(counter)?.bytes.length ?? 0;
    stream.kept.delete(counter);
    stream.next = Math.max(stream.next, counter + 1);
  }
  advance(stream);
}

function mapOf(stream: Stream): Uint8Array {
  const map = new Uint8Array(Math.ceil(keptPerOriginMax / 8));
  let used = 0;
  for (const counter of stream.kept.keys()) {
    const bit = counter - stream.next - 1;
    if (bit < 0 || bit >= map.length * 8) continue;
    map[bit >> 3] = map[bit >> 3]! | (1 << (bit & 7));
    used = Math.max(used, (bit >> 3) + 1);
  }
  return map.slice(0, used);
}

function missingOf(
  stream: Stream,
  theirs: readonly StreamState[],
): FloodMessage[] {
  const state = theirs.find(({ incarnation }) =>
    incarnation === stream.incarnation
  );
  // With newer incarnations in every place, they would not take this one.
  const newer = theirs.filter(({ incarnation }) =>
    incarnation > stream.incarnation
  );
  if (!state && newer.length >= streamsPerOriginMax) return [];
  return [...stream.kept.values()]
    .filter(({ counter }) => !state || !holds(state, counter))
    .sort((a, b) => a.counter - b.counter);
}

function holds(state: StreamState, counter: number): boolean {
  if (counter < state.next) return true;
  const bit = counter - state.next - 1;
  return bit >= 0 && ((state.map[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
