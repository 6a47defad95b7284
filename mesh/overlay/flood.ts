/**
 * Flooding with dedupe: what is new goes to every other link, what is known
 * stops here. On links of constant rate the duplicates cost nothing.
 *
 * Messages of one origin are numbered within an incarnation, so each
 * `(origin, incarnation)` is a stream with the lowest counter not yet heard
 * (`next`) and the messages kept for repair. Two different messages with one
 * number, or a successor that names another predecessor, are a conflict: if
 * both signatures hold, the origin equivocates (`mesh/equivocation.ts`).
 *
 * What is kept depends only on which messages were heard, never on the order
 * they came in, so two nodes that heard the same have the same sketch: of each
 * stream the newest `keptPerOriginMax` numbers, and of those the newest that
 * fit `keptBytesMax`. `floor` is where that begins; it only rises.
 *
 * Bounds: `streamsPerOriginMax` incarnations per origin, the older dropped;
 * `keptPerOriginMax` messages and `keptBytesMax` per stream, the lowest
 * counters dropped and from then on taken as heard. How many origins there
 * are is bounded by the roster, because only verified messages are accepted,
 * and `retain` lets go of those whose keys no longer count. Taking a message
 * in costs the same however many are kept.
 * Signatures are `message.ts`'s, links are `node.ts`'s.
 *
 * @module
 */
import { keptPerOriginMax } from "../limits.ts";
import type { Urgency } from "../mesh.ts";
import { type NodeId, nodePrefix, nodePrefixBytes } from "../node_id.ts";
import { markDigits, Sketch } from "./sketch.ts";

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
  /** Hash of `bytes`, hex; see `message.ts`. */
  readonly id: string;
  /** Id of the message before it, hex. */
  readonly previous: string;
  /** Public key it was verified with, hex. */
  readonly key: string;
}

/** The number of a message. */
export type MessageNumber = Pick<
  FloodMessage,
  "origin" | "incarnation" | "counter"
>;

/** The name of a message in a sketch. */
export function messageMark({ id }: Pick<FloodMessage, "id">): string {
  return id.slice(0, markDigits);
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
  /** Lower counters are not kept and taken as heard. */
  floor: number;
  /** The lowest counter not heard. */
  next: number;
  /** By counter. */
  readonly kept: Map<number, FloodMessage>;
  keptBytes: number;
}

/** The streams this node knows. */
export class Flood {
  /** Of everything that is kept; its owner may add marks of its own. */
  readonly sketch = new Sketch();
  /** By origin, newest incarnation first. */
  readonly #origins = new Map<NodeId, Stream[]>();
  readonly #byMark = new Map<string, FloodMessage>();

  /** Messages kept. */
  get size(): number {
    return this.#byMark.size;
  }

  /** A message that is kept, by its mark. */
  kept(mark: string): FloodMessage | undefined {
    return this.#byMark.get(mark);
  }

  /** What is known of a message's number; changes nothing. */
  look(message: MessageNumber & Pick<FloodMessage, "bytes">): Standing {
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
    return message.counter < stream.floor ? "known" : "new";
  }

  /** The message kept under a number. */
  at({ origin, incarnation, counter }: MessageNumber):
    | FloodMessage
    | undefined {
    return this.#origins.get(origin)
      ?.find((stream) => stream.incarnation === incarnation)
      ?.kept.get(counter);
  }

  /** A kept message that cannot be of one chain with this one. */
  rival(
    message: MessageNumber & Pick<FloodMessage, "id" | "previous">,
  ): FloodMessage | undefined {
    const near = (by: number) =>
      this.at({ ...message, counter: message.counter + by });
    const [before, same, after] = [near(-1), near(0), near(1)];
    if (same && same.id !== message.id) return same;
    if (before && before.id !== message.previous) return before;
    if (after && after.previous !== message.id) return after;
    return undefined;
  }

  /** Takes in a message that is new and verified. */
  accept(message: FloodMessage): void {
    const stream = this.#stream(message.origin, message.incarnation);
    const { counter } = message;
    if (!stream || counter < stream.floor || stream.kept.has(counter)) return;
    stream.kept.set(counter, message);
    stream.keptBytes += message.bytes.length;
    this.#byMark.set(messageMark(message), message);
    this.sketch.toggle(messageMark(message));
    // The window over which gaps are remembered is as long as what is kept.
    this.#raise(stream, counter + 1 - keptPerOriginMax);
    while (stream.keptBytes > keptBytesMax) {
      this.#raise(stream, stream.floor + 1);
    }
    while (stream.kept.has(stream.next)) stream.next++;
  }

  /**
   * Lets go of what need not be believed any more.
   *
   * @param isAccepted Whether a key may still sign for an origin. Keys are
   * replaced one after the other, so what is let go of is a stream's beginning.
   */
  retain(isAccepted: (origin: NodeId, key: string) => boolean): void {
    for (const [origin, streams] of this.#origins) {
      const held = streams.filter((stream) => {
        let last = -1;
        for (const { counter, key } of stream.kept.values()) {
          if (!isAccepted(origin, key)) last = Math.max(last, counter);
        }
        this.#raise(stream, last + 1);
        while (stream.kept.has(stream.next)) stream.next++;
        return last < 0 || stream.kept.size > 0;
      });
      if (held.length > 0) this.#origins.set(origin, held);
      else this.#origins.delete(origin);
    }
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

  /** Undefined if it is older than the ones that are kept. */
  #stream(origin: NodeId, incarnation: number): Stream | undefined {
    const streams = this.#origins.get(origin) ?? [];
    const known = streams.find((each) => each.incarnation === incarnation);
    if (known) return known;
    const stream = {
      origin,
      incarnation,
      floor: 0,
      next: 0,
      kept: new Map(),
      keptBytes: 0,
    };
    streams.push(stream);
    streams.sort((a, b) => b.incarnation - a.incarnation);
    for (const old of streams.splice(streamsPerOriginMax)) {
      for (const message of old.kept.values()) this.#drop(old, message);
      if (old === stream) return undefined;
    }
    this.#origins.set(origin, streams);
    return stream;
  }

  #raise(stream: Stream, floor: number): void {
    // All that was kept lies within a window from the old floor, so even the
    // longest jump ends here soon.
    const end = Math.min(floor, stream.floor + keptPerOriginMax);
    for (let counter = stream.floor; counter < end; counter++) {
      const message = stream.kept.get(counter);
      if (message) this.#drop(stream, message);
    }
    stream.floor = Math.max(stream.floor, floor);
    stream.next = Math.max(stream.next, stream.floor);
  }

  #drop(stream: Stream, message: FloodMessage): void {
    const mark = messageMark(message);
    stream.kept.delete(message.counter);
    stream.keptBytes -= message.bytes.length;
    this.sketch.toggle(mark);
    // Somebody may have ground two messages with one mark.
    if (this.#byMark.get(mark) === message) this.#byMark.delete(mark);
  }
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
