/**
 * Repair of signed messages on each link: what one end holds and the other
 * lacks travels again, so that silent forwarders, full queues and partitions
 * lose nothing.
 *
 * When a link opens and every `roundCells` cells after that, each end sends the
 * sketch of what it holds: 961 bytes, with the roster's digest two cells. The
 * receiver takes its own sketch away, decodes, and sends what only it has. A
 * difference of more than about 45 messages does not decode (after a partition,
 * or when a node comes with nothing); then the receiver says what it holds
 * stream by stream (`have`, `haveBytes`: 17 bytes and up to 32 for gaps, for
 * each incarnation of each member that spoke), and the other end sends the
 * rest, `repairsPerRoundMax` messages a round.
 *
 * What is sent again waits behind what is new (queue urgency 2), so repair
 * never delays an alert.
 *
 * Bounds, against peers that ask without end or send bytes that are no sketch:
 * in each round of our own clock two sketches are looked at, two `have`
 * answered, one `have` said, and `repairsPerRoundMax` messages and
 * `proofsPerHaveMax` proofs sent; the rest is counted and waits.
 *
 * @module
 */
import { Comparison } from "./comparison.ts";
import { type Connection, say } from "./link_table.ts";
import type { Mutes } from "./mutes.ts";
import { type Flood, type FloodMessage, messageMark } from "./overlay/flood.ts";
import { repairsPerRoundMax } from "./overlay/reconcile.ts";
import {
  type HaveStream,
  type LinkMessage,
  streamsPerPartMax,
} from "./wire/link_message.ts";
import type { Urgency } from "./mesh.ts";

/** What is counted here, by the name it has in the report. */
export type RepairCount =
  | "comparisons_early"
  | "comparisons_oversized"
  | "messages_repaired"
  | "sketches_undecoded";

/** What repair stands on. */
export interface RepairOptions {
  readonly flood: Flood;
  readonly mutes: Mutes;
  readonly count: (name: RepairCount, times?: number) => void;
}

/** What a peer may still ask of us before our next round. */
interface Allowance {
  sketches: number;
  answers: number;
  asks: number;
  messages: number;
}

/** The two clocks drift apart by a cell, so two of theirs may meet one of ours. */
const perRound: Readonly<Allowance> = {
  sketches: 2,
  answers: 2,
  asks: 1,
  messages: repairsPerRoundMax,
};
/** Proofs sent beside the answer to a `have`; the sketch finds the others. */
const proofsPerHaveMax = 16;
const repairUrgency: Urgency = 2;

/** Repair on all links of a node. */
export class MessageRepair {
  readonly #o: RepairOptions;
  readonly #streams: Comparison<HaveStream>;
  readonly #allowances = new WeakMap<Connection, Allowance>();

  constructor(options: RepairOptions) {
    this.#o = options;
    this.#streams = new Comparison({
      perPartMax: streamsPerPartMax,
      messageOf: (streams, last) => ({ type: "have", streams, last }),
      ownCopy,
      count: options.count,
    });
  }

  /** A round begins: tells a peer the sketch of what is held here. */
  compare(connection: Connection): void {
    this.#allowances.set(connection, { ...perRound });
    const sketch = this.#o.flood.sketch.encode();
    say(connection, { type: "sketch", sketch }, {
      urgency: 1,
      origin: "link",
      key: "sketch",
    });
  }

  /** Takes a peer's sketch: sends what it lacks, or asks stream by stream. */
  takeSketch(connection: Connection, sketch: Uint8Array): void {
    const { flood, mutes, count } = this.#o;
    const allowance = this.#allowance(connection);
    if (allowance.sketches === 0) return count("comparisons_early");
    allowance.sketches--;
    const marks = flood.sketch.difference(sketch);
    if (!marks) {
      count("sketches_undecoded");
      if (allowance.asks === 0) return;
      allowance.asks--;
      return this.#streams.tell(connection, flood.streams());
    }
    const missing: FloodMessage[] = [];
    for (const mark of marks) {
      const message = flood.kept(mark);
      if (message) missing.push(message);
      else mutes.tellOf(mark, connection);
    }
    // Lower numbers first, so that a chain is checked link by link.
    missing.sort((a, b) => a.counter - b.counter);
    this.#send(connection, missing, allowance);
  }

  /** Takes a part of what a peer holds; after the last, sends what it lacks. */
  takeHave(
    connection: Connection,
    { streams, last }: LinkMessage & { type: "have" },
  ): void {
    const theirs = this.#streams.hear(connection, streams, last);
    if (!theirs) return;
    const allowance = this.#allowance(connection);
    if (allowance.answers === 0) return this.#o.count("comparisons_early");
    allowance.answers--;
    this.#o.mutes.tellNewest(connection, proofsPerHaveMax);
    const missing = this.#o.flood.missing(theirs, allowance.messages);
    this.#send(connection, missing, allowance);
  }

  #send(
    connection: Connection,
    missing: readonly FloodMessage[],
    allowance: Allowance,
  ): void {
    const sent = missing.slice(0, allowance.messages);
    allowance.messages -= sent.length;
    this.#o.count("messages_repaired", sent.length);
    for (const each of sent) sendMessage(connection, each, repairUrgency);
  }

  #allowance(connection: Connection): Allowance {
    const known = this.#allowances.get(connection);
    if (known) return known;
    const fresh = { ...perRound };
    this.#allowances.set(connection, fresh);
    return fresh;
  }
}

/**
 * Queues a signed message for a peer.
 *
 * @param place How urgent it is on this link; its own urgency if absent.
 */
export function sendMessage(
  connection: Connection,
  message: FloodMessage,
  place: Urgency = message.urgency,
): void {
  const { origin, urgency, bytes } = message;
  say(connection, { type: "signed", urgency, message: bytes }, {
    urgency: place,
    origin,
    key: queueKey(messageMark(message)),
  });
}

/** The name of a message in the queue of a link. */
export function queueKey(mark: string): string {
  return `message ${mark}`;
}

function ownCopy(stream: HaveStream): HaveStream {
  return {
    ...stream,
    origin: stream.origin.slice(),
    map: stream.map.slice(),
  };
}
