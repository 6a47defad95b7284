/**
 * One seeded history of a council with insiders: true attackers, honest hosts
 * fooled by forged packets and forged log lines, partitions, an operator who
 * lets somebody go, and members gone bad. Says whom it cost what.
 *
 * @module
 */
import {
  type Address,
  type Alert,
  blockQuorum,
  type EvidenceClass,
  faultBound,
  firstLeaseMs,
  NeverBlock,
  parseAddress,
  type ProtectedEntry,
} from "../../defense/mod.ts";
import {
  type InsiderKind,
  insiderKinds,
  startInsider,
} from "../attacks/insider.ts";
import { SeededRandom } from "../world/random.ts";
import { Council, memberAddress } from "./council.ts";

/** How many are bad: at most f, or a third of all, which is above f. */
export type Share = "within" | "third";

/** What came of one history. */
export interface InsiderOutcome {
  readonly seed: string;
  readonly members: number;
  readonly kinds: readonly InsiderKind[];
  /** Blocks of the innocent on the mesh's word. */
  readonly falseBlocks: number;
  /** Milder measures against the innocent on the mesh's word. */
  readonly falseCautions: number;
  /** Honest members that were to be cut off. */
  readonly falseQuarantines: number;
  /** Measures against protected addresses or members' own. */
  readonly protectedHeld: number;
  /** The longest of the false leases, milliseconds; 0 without one. */
  readonly longestFalseLeaseMs: number;
  /** True attackers whom enough honest hosts saw. */
  readonly villainsDue: number;
  /** Of these, blocked by every honest host in time. */
  readonly villainsBlocked: number;
}

const minuteMs = 60_000;
/** Virtual length of a history. */
const historyMs = 40 * minuteMs;
/** From the last vote that it takes to the last kernel: our choice, generous. */
const agreementMs = 15_000;

/** With 3 minutes of attack, the oldest vote is then still fresh. */
const cutMsMax = 6 * minuteMs;

const innocents = [9, 10, 11].map((last) => parseAddress(`198.51.100.${last}`));
const protectedEntries: readonly ProtectedEntry[] = [
  { network: "192.0.2.1", reason: "gateway" },
  { network: "203.0.113.0/29", reason: "operator: the bank" },
];
const protectedTargets = ["192.0.2.1", "203.0.113.3"].map(parseAddress);
const villains = ["203.0.113.66", "203.0.113.67"].map(parseAddress);

/** Plays one history. The same seed gives the same outcome. */
export function runInsiders(seed: string, share: Share): InsiderOutcome {
  const random = new SeededRandom(`insiders ${share} ${seed}`);
  const members = 4 + random.integer(13);
  const insiders = share === "within"
    ? 1 + random.integer(faultBound(members))
    : Math.ceil(members / 3);
  const council = new Council({ members, insiders, protectedEntries, random });
  const { clock, honest } = council;
  const pick = <T>(items: readonly T[]) =>
    items[random.integer(items.length)] as T;
  const memberTargets = [pick(honest), pick(honest)].map(memberAddress);
  const targets = [...innocents, ...protectedTargets, ...memberTargets];
  const conspiracy = {
    council,
    random,
    targets,
    chosen: pick(targets),
    villains,
    betrayalMs: historyMs / 2,
  };
  const kinds = Array.from({ length: insiders }, () => pick(insiderKinds));
  kinds.forEach((kind, seat) =>
    startInsider(seat, kind, conspiracy, historyMs)
  );
  // Strangers forge packets and log lines: whoever is shown them is fooled.
  for (let lies = random.integer(12); lies > 0; lies--) {
    const seat = pick(honest);
    const subject = pick(targets);
    clock.after(random.uniform() * historyMs, () => {
      const alert = alertOf(subject, "E0", clock.wallMs());
      council.tell(seat, { type: "detected", alert });
    });
  }
  for (const subject of innocents) ordinaryDay(subject, council, random);
  const due = villains.map((villain) => attack(villain, council, random));
  if (random.integer(3) === 0) {
    const side = honest.filter(() => random.integer(2) === 0);
    clock.after(random.uniform() * historyMs, () => {
      council.cut(side, random.uniform() * cutMsMax);
    });
  }
  if (random.integer(3) === 0) {
    clock.after(random.uniform() * historyMs, () => {
      const subject = pick(innocents);
      council.tell(insiders, { type: "operator_release", subject });
    });
  }
  // What a late cut holds up must still arrive.
  clock.run(historyMs + cutMsMax + minuteMs);
  return outcomeOf(seed, council, kinds, due);
}

/** An innocent comes to a machine or two for the first time, and mistypes. */
function ordinaryDay(
  subject: Address,
  council: Council,
  random: SeededRandom,
): void {
  const { clock, honest } = council;
  for (const seat of random.shuffled(honest).slice(0, random.integer(3))) {
    clock.after(random.uniform() * historyMs, () => {
      const atMs = clock.wallMs();
      for (
        const trace of [
          { kind: "way", subject, atMs, service: "ssh" },
          { kind: "refusals", subject, atMs, nats: 2.4 },
        ] as const
      ) council.tell(seat, { type: "traced", trace });
    });
  }
}

/** When enough honest hosts had seen a villain, or undefined. */
interface Due {
  readonly villain: Address;
  readonly dueMs: number | undefined;
}

/** One villain tries hosts one after the other, within three minutes. */
function attack(villain: Address, council: Council, random: SeededRandom): Due {
  const { clock, honest, members } = council;
  const hosts = random.shuffled(honest)
    .slice(0, 1 + random.integer(honest.length));
  const startMs = random.uniform() * (historyMs - 5 * minuteMs);
  const times = hosts.map(() => startMs + random.uniform() * 3 * minuteMs)
    .sort((a, b) => a - b);
  hosts.forEach((seat, index) => {
    clock.after(times[index] ?? 0, () => {
      const alert = alertOf(villain, "E1", clock.wallMs());
      council.tell(seat, { type: "detected", alert });
    });
  });
  return { villain, dueMs: times[blockQuorum(members) - 1] };
}

function alertOf(
  address: Address,
  evidence: EvidenceClass,
  atMs: number,
): Alert {
  return {
    atMs,
    technique: "T1110.001",
    scenario: "ssh-bruteforce",
    subject: { address },
    evidence,
    score: 11.5,
    observations: 6,
    measure: "block",
    summary: "6 failed logins",
  };
}

function outcomeOf(
  seed: string,
  council: Council,
  kinds: readonly InsiderKind[],
  due: readonly Due[],
): InsiderOutcome {
  const never = new NeverBlock(protectedEntries);
  const own = new Set(
    Array.from({ length: council.members }, (_, seat) => memberAddress(seat)),
  );
  let falseBlocks = 0;
  let falseCautions = 0;
  let falseQuarantines = 0;
  let protectedHeld = 0;
  let longestFalseLeaseMs = 0;
  for (const { lease, quarantine, atMs } of council.decisions) {
    if (quarantine !== undefined) falseQuarantines++;
    if (!lease || villains.includes(lease.subject)) continue;
    if (never.match(lease.subject) || own.has(lease.subject)) protectedHeld++;
    longestFalseLeaseMs = Math.max(longestFalseLeaseMs, lease.untilMs - atMs);
    if (lease.cause !== "mesh") continue;
    if (lease.measure === "block") falseBlocks++;
    else falseCautions++;
  }
  const expected = due.filter(({ dueMs }) => dueMs !== undefined);
  return {
    seed,
    members: council.members,
    kinds,
    falseBlocks,
    falseCautions,
    falseQuarantines,
    protectedHeld,
    longestFalseLeaseMs,
    villainsDue: expected.length,
    villainsBlocked: expected.filter((each) => isBlocked(each, council)).length,
  };
}

/**
 * Whether every honest host blocks the villain soon after it was due; a cut
 * may hold votes up for as long as it lasts.
 */
function isBlocked({ villain, dueMs = 0 }: Due, council: Council): boolean {
  const lateMs = council.wasCut ? cutMsMax : 0;
  const byMs = council.startMs + dueMs + agreementMs + lateMs;
  return council.honest.every((seat) =>
    council.decisions.some((decision) =>
      decision.seat === seat && decision.lease?.subject === villain &&
      decision.lease.measure === "block" && decision.atMs <= byMs
    )
  );
}

/** Design §7: above f, a false lease ends after so long. */
export const falseLeaseMsMax: number = firstLeaseMs;
