/**
 * Members gone bad. A traitor holds valid keys and runs the product itself;
 * only what its links say (`script`) or what its transport carries is its own.
 *
 * | part | does |
 * | --- | --- |
 * | `withholder` | receives alerts and repairs and passes nothing on |
 * | `liar` | claims to hold what it does not, and to lack what it has |
 * | `flooder` | says everything thirty times, with replays and noise between |
 * | `babbler` | puts random bytes among its messages |
 * | `equivocator` | tells half of its links another story under the same number |
 * | `garbler` | spoils every fifth cell |
 * | `laggard` | holds each cell back, up to two periods, in order |
 * | `mute` | sends no cell at all once its links are open |
 *
 * @module
 */
import {
  cellBytes,
  type Clock,
  decodeLinkMessage,
  encodeLinkMessage,
  MessageWriter,
  type NodeKeys,
  type PeerScript,
  readMessage,
  type Transport,
  type Urgency,
  type Waiting,
} from "../../mesh/mod.ts";
import type { SeededRandom } from "../world/random.ts";

/** What a member does instead of being honest. */
export interface Part {
  /** Its name in reports. */
  readonly name: string;
  /** A planted bug: everybody takes this member for honest. */
  readonly planted?: true;
  /** What its links say, from one start on. */
  readonly script?: (incarnation: number) => PeerScript;
  /** What its connections carry. */
  readonly transport?: (below: Transport, clock: Clock) => Transport;
}

/** Names of all parts that must not harm the honest. */
export const traitorNames = [
  "withholder",
  "liar",
  "flooder",
  "babbler",
  "equivocator",
  "garbler",
  "laggard",
  "mute",
] as const;

/** One of them. */
export type TraitorName = typeof traitorNames[number];

/** Copies that a flooder makes. Our choice: far beyond any honest node. */
const copies = 30;
/** Old messages that a flooder remembers to say again. */
const rememberedMax = 50;

/** What a traitor needs to play its part. */
export interface TraitorMeans {
  readonly keys: NodeKeys;
  readonly meshId: Uint8Array;
  readonly random: SeededRandom;
  readonly periodMs: number;
}

/** The part of that name. */
export function traitor(name: TraitorName, means: TraitorMeans): Part {
  switch (name) {
    case "withholder":
      return { name, script: () => withhold };
    case "liar":
      return { name, script: () => lie(means) };
    case "flooder":
      return { name, script: () => flood(means) };
    case "babbler":
      return { name, script: () => babble(means) };
    case "equivocator":
      return { name, script: (incarnation) => equivocate(means, incarnation) };
    case "garbler":
      return { name, transport: (below) => garble(means, below) };
    case "laggard":
      return { name, transport: (below, clock) => lag(means, below, clock) };
    case "mute":
      return { name, transport: (below) => fallMute(below) };
  }
}

/** The roster still goes through: who blocks it is found out sooner. */
const withhold: PeerScript = {
  rewrite: (_, message) =>
    typeOf(message).startsWith("roster_") ? [message] : [],
};

function lie({ random }: TraitorMeans): PeerScript {
  return {
    rewrite(_, message) {
      const type = typeOf(message);
      const claim = type !== "signed" && type !== "roster_entry";
      if (!claim || random.uniform() < 0.3) return [message];
      // Beyond the kind and the byte after it everything is invented.
      const bytes = message.bytes.slice();
      random.fill(bytes.subarray(2));
      return [{ ...message, bytes }];
    },
  };
}

/** What kind of message a link is about to carry. */
export function typeOf({ bytes }: Waiting): string {
  return decodeLinkMessage(bytes)?.type ?? "";
}

function flood({ random }: TraitorMeans): PeerScript {
  const old: Waiting[] = [];
  return {
    rewrite(_, message) {
      if (old.length < rememberedMax) old.push(message);
      const said: Waiting[] = [message];
      for (let copy = 0; copy < copies; copy++) {
        const again = old[random.integer(old.length)] ?? message;
        // Without its key, so that the queue takes it as often as it is said.
        const { bytes, origin } = again;
        const urgency = random.integer(3) as Urgency;
        said.push({ bytes, urgency, origin: `${origin} ${copy % 7}` });
      }
      return said;
    },
  };
}

function babble({ random }: TraitorMeans): PeerScript {
  return {
    rewrite(_, message) {
      const bytes = new Uint8Array(1 + random.integer(900));
      random.fill(bytes);
      // Kinds that exist are the more dangerous ones.
      bytes[0] = random.integer(14);
      return [message, { bytes, urgency: 0, origin: "babble" }];
    },
  };
}

function equivocate(
  { keys, meshId }: TraitorMeans,
  incarnation: number,
): PeerScript {
  const writer = new MessageWriter(keys, incarnation, meshId);
  const stories = new Map<number, Uint8Array>();
  const storyOf = (counter: number, payload: Uint8Array) => {
    for (let next = stories.size; next <= counter; next++) {
      const other = payload.map((byte) => byte ^ 1);
      stories.set(next, writer.write(other).bytes);
    }
    return stories.get(counter);
  };
  return {
    rewrite(link, message) {
      if (typeOf(message) !== "signed" || message.origin !== keys.node) {
        return [message];
      }
      const read = readMessage(message.bytes.subarray(2));
      if (!read || read.incarnation !== incarnation) return [message];
      const story = storyOf(read.counter, read.payload);
      if (link % 2 === 0 || !story) return [message];
      const bytes = encodeLinkMessage({
        type: "signed",
        urgency: message.urgency,
        message: story,
      });
      return [{ ...message, bytes }];
    },
  };
}

function garble({ random }: TraitorMeans, below: Transport): Transport {
  let sent = 0;
  return {
    ...below,
    send(link, cell) {
      if (++sent % 5 !== 0) return below.send(link, cell);
      const spoiled = new Uint8Array(cellBytes);
      random.fill(spoiled);
      below.send(link, spoiled);
    },
  };
}

function lag(
  { random, periodMs }: TraitorMeans,
  below: Transport,
  clock: Clock,
): Transport {
  const busyUntil = new Map<number, number>();
  return {
    ...below,
    send(link, cell) {
      const nowMs = clock.nowMs();
      const wantedMs = nowMs + random.uniform() * 2 * periodMs;
      const atMs = Math.max(wantedMs, busyUntil.get(link) ?? 0);
      busyUntil.set(link, atMs);
      clock.after(atMs - nowMs, () => below.send(link, cell));
    },
  };
}

/** A handshake takes a few cells each way; then nothing comes any more. */
const cellsBeforeMute = 20;

function fallMute(below: Transport): Transport {
  const sent = new Map<number, number>();
  return {
    ...below,
    send(link, cell) {
      const count = (sent.get(link) ?? 0) + 1;
      sent.set(link, count);
      if (count <= cellsBeforeMute) below.send(link, cell);
    },
  };
}
