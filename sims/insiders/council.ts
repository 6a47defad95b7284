/**
 * Many agents that only decide: the production {@linkcode Agent}s of a mesh,
 * each with a kernel that answers at once, on a bus that delivers every
 * message after a random while. There are no links, cells or signatures, so
 * hundreds of councils can be played in a second; what liars do to those is
 * `mesh_run.ts`'s question. The bus is worse than the mesh: it carries replays
 * and different words to different ears.
 *
 * @module
 */
import {
  type Address,
  Agent,
  type AgentEffect,
  type AgentEvent,
  type Lease,
  NeverBlock,
  type OperatorAuthority,
  parseAddress,
  type ProtectedEntry,
} from "../../defense/mod.ts";
import type { MemberView, NodeId } from "../../mesh/mod.ts";
import { VirtualClock } from "../world/clock.ts";
import type { SeededRandom } from "../world/random.ts";

/** Mean time of a message on its way, ms: the `lan` profile's slot period. */
const wayMs = 250;
const dayMs = 86_400_000;

/** What a council is made of. */
export interface CouncilPlan {
  readonly members: number;
  /** Seats, from the first, whose words come from a script. */
  readonly insiders: number;
  readonly protectedEntries: readonly ProtectedEntry[];
  readonly random: SeededRandom;
}

/** Something that a seat's kernel or its agent decided. */
export interface Decision {
  readonly seat: number;
  readonly atMs: number;
  readonly lease?: Lease;
  /** The member that is to be cut off. */
  readonly quarantine?: Address | "";
}

/** A message that somebody heard: what a replayer has to work with. */
export interface Spoken {
  readonly from: number;
  readonly payload: Uint8Array;
}

interface Seat {
  readonly agent: Agent;
  cancelWake: () => void;
}

/** The agents and their bus. */
export class Council {
  readonly clock = new VirtualClock();
  readonly members: number;
  readonly insiders: number;
  /** Every decision of every honest seat, oldest first. */
  readonly decisions: Decision[] = [];
  /** Every message of an honest seat, oldest first. */
  readonly spoken: Spoken[] = [];
  readonly #random: SeededRandom;
  readonly #never: NeverBlock;
  readonly #seats = new Map<number, Seat>();
  /** Wall clock milliseconds at the beginning. */
  readonly startMs: number;
  /** Whether some messages were held up on purpose. */
  wasCut = false;
  /** Until when, and which seats are on the one side. */
  #cut: { untilMs: number; side: ReadonlySet<number> } | undefined;

  constructor(plan: CouncilPlan) {
    this.members = plan.members;
    this.insiders = plan.insiders;
    this.#random = plan.random;
    this.startMs = this.clock.wallMs();
    const roster = rosterOf(plan.members, this.clock.wallMs() + 90 * dayMs);
    this.#never = new NeverBlock([
      ...plan.protectedEntries,
      ...roster.map(({ name }, seat) => ({
        network: memberAddress(seat),
        reason: `mesh member ${name}`,
      })),
    ]);
    for (let seat = plan.insiders; seat < plan.members; seat++) {
      const agent = new Agent({
        self: nodeOf(seat),
        mode: "enforce",
        operator: operatorOf(seat === plan.insiders),
        neverBlock: plan.protectedEntries,
      });
      this.#seats.set(seat, { agent, cancelWake: () => {} });
      this.tell(seat, { type: "roster", members: roster });
    }
  }

  /** Seats that run an agent, in order. */
  get honest(): readonly number[] {
    return [...this.#seats.keys()];
  }

  /** Something happens to an honest seat, now. */
  tell(seat: number, event: AgentEvent): void {
    const sitting = this.#seats.get(seat);
    if (!sitting) return;
    const effects = sitting.agent.handle(event, this.clock.wallMs());
    for (const effect of effects) this.#perform(seat, sitting, effect);
  }

  /** `from` says something, to all or to some; a cut holds it up. */
  say(from: number, payload: Uint8Array, to?: readonly number[]): void {
    const origin = nodeOf(from);
    for (const seat of to ?? this.honest) {
      if (seat === from) continue;
      const delayMs = this.#random.pause(wayMs) + this.#heldUpMs(from, seat);
      this.clock.after(delayMs, () => {
        this.tell(seat, { type: "delivered", origin, payload });
      });
    }
  }

  /** No message passes between `side` and the others for so long. */
  cut(side: readonly number[], forMs: number): void {
    const untilMs = this.clock.nowMs() + forMs;
    this.#cut = { untilMs, side: new Set(side) };
    this.wasCut = true;
  }

  #heldUpMs(a: number, b: number): number {
    const cut = this.#cut;
    if (!cut || cut.side.has(a) === cut.side.has(b)) return 0;
    return Math.max(0, cut.untilMs - this.clock.nowMs());
  }

  #perform(seat: number, sitting: Seat, effect: AgentEffect): void {
    const atMs = this.clock.wallMs();
    switch (effect.type) {
      case "apply": {
        const outcomes = effect.leases.map((lease) => {
          const entry = this.#never.match(lease.subject);
          if (entry) {
            const refusal = {
              code: "never_block" as const,
              matched: entry.network,
            };
            return { applied: false as const, lease, refusal };
          }
          this.decisions.push({ seat, atMs, lease });
          return { applied: true as const, lease, atMs };
        });
        this.tell(seat, { type: "outcomes", outcomes });
        break;
      }
      case "publish":
        this.spoken.push({ from: seat, payload: effect.payload });
        this.say(seat, effect.payload);
        break;
      case "quarantine":
        this.decisions.push({ seat, atMs, quarantine: effect.subject });
        break;
      case "wake":
        sitting.cancelWake();
        sitting.cancelWake = this.clock.after(
          effect.atMs - atMs,
          () => this.tell(seat, { type: "tick" }),
        );
        break;
      case "release":
      case "readmit":
      case "alertness":
      case "spare":
      case "try_settings":
      case "keep_settings":
      case "prior":
      case "lend":
      case "record":
    }
  }
}

/** The id of a seat's node. */
export function nodeOf(seat: number): NodeId {
  return seat.toString(16).padStart(64, "0") as NodeId;
}

/** The address of a seat's host. */
export function memberAddress(seat: number): Address {
  return parseAddress(`10.0.${seat >> 8}.${(seat & 255) + 1}`);
}

function rosterOf(members: number, notAfterMs: number): MemberView[] {
  return Array.from({ length: members }, (_, seat) => ({
    node: nodeOf(seat),
    name: `node-${seat}`,
    addresses: [`${memberAddress(seat)}:8443`],
    custodian: false,
    observer: false,
    revoked: false,
    generation: 0,
    keysSinceMs: 0,
    notAfterMs,
  }));
}

/**
 * Stands for the operator's key, which insiders do not have: a sum that they
 * never compute.
 */
function operatorOf(atHand: boolean): OperatorAuthority {
  const sign = (bytes: Uint8Array) => {
    const signature = new Uint8Array(64).fill(0xa5);
    bytes.forEach((byte, at) => {
      const place = at % 64;
      signature[place] = ((signature[place] ?? 0) * 31 + byte + 1) & 255;
    });
    return signature;
  };
  return {
    verify: (bytes, signature) =>
      sign(bytes).every((byte, at) => byte === signature[at]),
    ...(atHand && { sign }),
  };
}
