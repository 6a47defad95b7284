/**
 * Members gone bad, as deciders: each holds valid keys and may say anything
 * under its own name. What traitors do to links and cells is `traitor.ts`.
 *
 * | kind | does |
 * | --- | --- |
 * | `liar` | accuses whomever it likes, alone, with every class of evidence |
 * | `colluder` | accuses, together with all others of its kind, whom they chose |
 * | `betrayer` | tells the truth for half of the time, then colludes |
 * | `silent` | sees what happens and says nothing |
 * | `equivocator` | tells half of the members one thing and half another |
 * | `replayer` | repeats what honest members said, under their names |
 *
 * @module
 */
import {
  type Address,
  type AgentMessage,
  encodeMessage,
  type EvidenceClass,
} from "../../defense/mod.ts";
import type { Council } from "../insiders/council.ts";
import type { SeededRandom } from "../world/random.ts";

/** How a member can be bad. */
export const insiderKinds = [
  "liar",
  "colluder",
  "betrayer",
  "silent",
  "equivocator",
  "replayer",
] as const;
/** One of them. */
export type InsiderKind = typeof insiderKinds[number];

/** What insiders know and want. */
export interface Conspiracy {
  readonly council: Council;
  readonly random: SeededRandom;
  /** Who must not be harmed, and whom they would like to see harmed. */
  readonly targets: readonly Address[];
  /** Whom colluders have chosen. */
  readonly chosen: Address;
  /** True attackers, whom they would like to see free. */
  readonly villains: readonly Address[];
  /** Virtual milliseconds when betrayers turn. */
  readonly betrayalMs: number;
}

/** Mean pause between two words of one insider, virtual milliseconds. */
const wordMs = 45_000;
const minuteMs = 60_000;

/** Sets one insider to work until `untilMs`. */
export function startInsider(
  seat: number,
  kind: InsiderKind,
  conspiracy: Conspiracy,
  untilMs: number,
): void {
  const { council: { clock }, random } = conspiracy;
  const pauseMs = random.pause(wordMs);
  if (clock.nowMs() + pauseMs > untilMs) return;
  clock.after(pauseMs, () => {
    act(seat, kind, conspiracy);
    startInsider(seat, kind, conspiracy, untilMs);
  });
}

function act(seat: number, kind: InsiderKind, o: Conspiracy): void {
  const { council, random } = o;
  switch (kind) {
    case "liar":
      return council.say(seat, encodeMessage(anything(o)));
    case "colluder":
      return council.say(seat, encodeMessage(accusation(o, o.chosen, "E2")));
    case "betrayer": {
      const loyal = council.clock.nowMs() < o.betrayalMs;
      const about = loyal ? pick(o.villains, random) : o.chosen;
      return council.say(seat, encodeMessage(accusation(o, about, "E1")));
    }
    case "silent":
      return;
    case "equivocator": {
      const half = random.shuffled(council.honest);
      const middle = half.length >> 1;
      council.say(seat, encodeMessage(anything(o)), half.slice(0, middle));
      council.say(seat, encodeMessage(anything(o)), half.slice(middle));
      return;
    }
    case "replayer": {
      const old = pick(council.spoken, random);
      if (old) council.say(old.from, old.payload);
    }
  }
}

/** Any message at all, half of them accusations. */
function anything(o: Conspiracy): AgentMessage {
  const { random, targets, villains, chosen } = o;
  const subject = pick([...targets, ...villains, chosen], random) ?? chosen;
  const atMs = Math.round(
    o.council.clock.wallMs() + (random.uniform() * 14 - 11) * minuteMs,
  );
  switch (random.integer(8)) {
    case 0:
      return { kind: "withdraw", subject, atMs };
    case 1:
      return {
        kind: "release",
        subject: random.integer(4) === 0 ? "all" : subject,
        atMs,
        signature: random.integer(2) === 0
          ? new Uint8Array(64)
          : noiseBytes(random),
      };
    case 2:
      return { kind: "refusals", subject, atMs, nats: random.integer(100) };
    case 3:
      return { kind: "way", subject, atMs, service: "ssh" };
    default:
      return accusation(
        o,
        subject,
        pick(["E0", "E1", "E2"] as const, random) ?? "E2",
        atMs,
      );
  }
}

function accusation(
  { council, random }: Conspiracy,
  subject: Address | undefined,
  evidence: EvidenceClass,
  atMs = Math.round(council.clock.wallMs()),
): AgentMessage {
  if (subject === undefined) throw new TypeError("Nobody to accuse");
  return {
    kind: "claim",
    subject,
    atMs,
    technique: "T1110.001",
    scenario: "ssh-bruteforce",
    evidence,
    score: 10 + random.integer(90),
    observations: 1 + random.integer(500),
  };
}

function pick<T>(items: readonly T[], random: SeededRandom): T | undefined {
  return items[random.integer(items.length)];
}

function noiseBytes(random: SeededRandom): Uint8Array {
  const bytes = new Uint8Array(64);
  random.fill(bytes);
  return bytes;
}
