/**
 * Link messages that wait for a slot: those that go ahead of all (revocations
 * in force), then least urgency number first, then oldest first, but so that nobody hogs the link: an origin that was served in one of
 * the last three cells lets the others go first. While others wait it thus
 * gets at most one slot in four (design §5).
 *
 * Bound: `sendQueueMax` messages. Beyond it the origin with the most messages
 * loses its least urgent, youngest one, so a flooding member drops its own.
 *
 * @module
 */
import { sendQueueMax } from "../limits.ts";
import type { Urgency } from "../mesh.ts";

/** Cells an origin sits out after it was served, while others wait. */
const restCells = 3;

/** One message and what its place depends on. */
export interface Waiting {
  /** A link message. */
  readonly bytes: Uint8Array;
  /** 0 goes first. */
  readonly urgency: Urgency;
  /** Who said it first; the link's own talk is an origin too. */
  readonly origin: string;
  /** A message with a key that already waits is not queued again. */
  readonly key?: string;
  /**
   * Goes before everything else, rested or not. Only for what a peer cannot
   * make many of.
   */
  readonly ahead?: boolean;
}

interface Entry extends Waiting {
  readonly age: number;
}

/** Oldest first, one list per urgency. */
type Lane = [Entry[], Entry[], Entry[]];

interface OriginQueue {
  readonly whole: Lane;
  readonly long: Lane;
  count: number;
}

/** The bounded queue of one link. */
export class SendQueue {
  /** Messages dropped because the queue was full. */
  dropped = 0;
  readonly #wholeBytesMax: number;
  readonly #countMax: number;
  readonly #origins = new Map<string, OriginQueue>();
  readonly #keys = new Map<string, Entry>();
  /** In which cell an origin was last served; only the resting ones. */
  readonly #servedIn = new Map<string, number>();
  #cell = 0;
  #age = 0;
  #count = 0;

  /**
   * Begins empty.
   *
   * @param wholeBytesMax Longer messages are handed out by `takeLong`.
   */
  constructor(wholeBytesMax: number, countMax: number = sendQueueMax) {
    this.#wholeBytesMax = wholeBytesMax;
    this.#countMax = countMax;
  }

  /** Messages waiting. */
  get size(): number {
    return this.#count;
  }

  /** How many messages of an origin wait. */
  waitingOf(origin: string): number {
    return this.#origins.get(origin)?.count ?? 0;
  }

  /** Takes back a message that still waits: the other end has it. */
  withdraw(key: string): void {
    const entry = this.#keys.get(key);
    if (!entry) return;
    const long = entry.bytes.length > this.#wholeBytesMax;
    this.#remove(entry, long ? "long" : "whole");
  }

  /** Queues a message; when full, something is dropped and counted. */
  push(message: Waiting): void {
    const entry = { ...message, age: this.#age++ };
    if (message.key !== undefined) {
      if (this.#keys.has(message.key)) return;
      this.#keys.set(message.key, entry);
    }
    let queue = this.#origins.get(message.origin);
    if (!queue) {
      queue = { whole: [[], [], []], long: [[], [], []], count: 0 };
      this.#origins.set(message.origin, queue);
    }
    const lane = message.bytes.length > this.#wholeBytesMax
      ? queue.long
      : queue.whole;
    lane[message.urgency].push(entry);
    queue.count++;
    this.#count++;
    if (this.#count > this.#countMax) this.#dropOne();
  }

  /** A new cell begins: origins rest or have rested long enough. */
  beginCell(): void {
    this.#cell++;
    for (const [origin, cell] of this.#servedIn) {
      if (this.#cell - cell > restCells) this.#servedIn.delete(origin);
    }
  }

  /** The best message of at most `bytesMax` bytes. */
  takeWhole(bytesMax: number): Uint8Array | undefined {
    return this.#take("whole", bytesMax);
  }

  /** The best message that is too long for one record. */
  takeLong(): Uint8Array | undefined {
    return this.#take("long", Infinity);
  }

  #take(lane: "whole" | "long", bytesMax: number): Uint8Array | undefined {
    let best: Entry | undefined;
    let bestRests = false;
    for (const [origin, queue] of this.#origins) {
      const servedIn = this.#servedIn.get(origin);
      const rests = servedIn !== undefined && servedIn !== this.#cell;
      const entry = queue[lane].map((list) => list[0])
        .find((head) => head !== undefined && head.bytes.length <= bytesMax);
      if (!entry) continue;
      if (!best || goesBefore(entry, rests, best, bestRests)) {
        best = entry;
        bestRests = rests;
      }
    }
    if (!best) return undefined;
    this.#remove(best, lane);
    this.#servedIn.set(best.origin, this.#cell);
    return best.bytes;
  }

  #dropOne(): void {
    let heaviest: OriginQueue | undefined;
    for (const queue of this.#origins.values()) {
      if (!heaviest || queue.count > heaviest.count) heaviest = queue;
    }
    if (!heaviest) return;
    const urgencies: Urgency[] = [2, 1, 0];
    for (const urgency of urgencies) {
      const whole = heaviest.whole[urgency].at(-1);
      const long = heaviest.long[urgency].at(-1);
      const youngest = (whole?.age ?? -1) > (long?.age ?? -1) ? whole : long;
      if (!youngest) continue;
      this.#remove(youngest, youngest === whole ? "whole" : "long");
      this.dropped++;
      return;
    }
  }

  #remove(entry: Entry, lane: "whole" | "long"): void {
    const queue = this.#origins.get(entry.origin);
    if (!queue) return;
    const list = queue[lane][entry.urgency];
    list.splice(list.indexOf(entry), 1);
    queue.count--;
    this.#count--;
    if (queue.count === 0) this.#origins.delete(entry.origin);
    if (entry.key !== undefined) this.#keys.delete(entry.key);
  }
}

function goesBefore(
  a: Entry,
  aRests: boolean,
  b: Entry,
  bRests: boolean,
): boolean {
  if (a.ahead !== b.ahead) return a.ahead === true;
  if (aRests !== bRests) return bRests;
  if (a.urgency !== b.urgency) return a.urgency < b.urgency;
  return a.age < b.age;
}
