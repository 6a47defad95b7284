/**
 * The full protocol at one size: real rosters, handshakes, seals and repair.
 * It shows that the model of `overlay_world.ts` tells the truth, and how much
 * faster than real time the virtual world runs.
 *
 * @module
 */
import { type ProfileName, profiles } from "../../mesh/mod.ts";
import { MeshWorld } from "../world/mesh_world.ts";
import { SeededRandom } from "../world/random.ts";
import { type Distribution, distributionOf } from "./distribution.ts";
import { delayOf } from "./propagation.ts";

/** Members that meet in seconds; each holds the whole roster. */
export const protocolNodesMax = 200;
/** Time for links to come up, in slots and beyond. */
const settleMs = 15_000;
const settleSlots = 20;

/** What a run of the full protocol came to. */
export interface ProtocolSpeed {
  /** Members, or the sizes to measure. */
  readonly nodes: number;
  /** How fast links tick. */
  readonly profile: ProfileName;
  /** Virtual time that was measured. */
  readonly virtualMs: number;
  /** Cells sent, of all members together. */
  readonly cells: number;
  /** From an alert to one node. */
  readonly alertMs: Distribution;
  /** Share of pairs of alert and node that never met. */
  readonly missedShare: number;
}

/** Members at work; time is moved, and measured, from outside. */
export class ProtocolRun {
  readonly #world: MeshWorld;
  readonly #profile: ProfileName;
  readonly #alertMs: number[] = [];
  readonly #random: SeededRandom;
  #alerts = 0;
  #startMs = 0;
  #cellsBefore = 0;

  /**
   * Founds the mesh; nobody is started yet.
   *
   * @throws {RangeError} Beyond `protocolNodesMax` members.
   */
  constructor(nodes: number, profile: ProfileName, seed: string) {
    if (!Number.isInteger(nodes) || nodes < 2 || nodes > protocolNodesMax) {
      throw new RangeError(
        `Cannot run the full protocol of ${nodes} nodes: expected 2 to ${protocolNodesMax}`,
      );
    }
    this.#profile = profile;
    this.#random = new SeededRandom(`alerts ${seed}`);
    this.#world = new MeshWorld({
      seed,
      profile,
      delay: delayOf(profiles[profile]),
      members: Array.from(
        { length: nodes },
        () => ({ driftPpm: 0, dialsOnly: false }),
      ),
    });
  }

  /** Starts the members one by one, then lets links come up. */
  *settle(): Generator<number> {
    const { members } = this.#world;
    for (const [at, member] of members.entries()) {
      member.start();
      yield at / members.length / 2;
    }
    const { periodMs } = profiles[this.#profile];
    const endMs = settleMs + settleSlots * periodMs;
    for (let ms = 0; ms < endMs; ms += 250) {
      while (this.#world.step(ms));
      yield 0.5 + ms / endMs / 2;
    }
    this.#startMs = this.#world.clock.nowMs();
    this.#cellsBefore = this.#world.network.cells;
  }

  /** Lets `ms` pass, an alert every ten periods. */
  run(ms: number): void {
    const { clock, members } = this.#world;
    const endMs = clock.nowMs() + ms;
    const { periodMs } = profiles[this.#profile];
    let saidMs = 0;
    this.#world.watch = (event) => {
      if (event.type !== "delivered") return;
      this.#alertMs.push(clock.nowMs() - saidMs);
    };
    while (clock.nowMs() + 10 * periodMs <= endMs) {
      const sayMs = clock.nowMs() + this.#random.uniform() * periodMs;
      const nextMs = clock.nowMs() + 10 * periodMs;
      while (this.#world.step(sayMs));
      saidMs = clock.nowMs();
      const member = members[this.#random.integer(members.length)];
      member?.publish(new TextEncoder().encode(`alert ${this.#alerts++}`), 0);
      while (this.#world.step(nextMs));
    }
    while (this.#world.step(endMs));
    this.#world.watch = undefined;
  }

  /** What came out since the links were up. */
  result(): ProtocolSpeed {
    const nodes = this.#world.members.length;
    const pairs = this.#alerts * (nodes - 1);
    return {
      nodes,
      profile: this.#profile,
      virtualMs: this.#world.clock.nowMs() - this.#startMs,
      cells: this.#world.network.cells - this.#cellsBefore,
      alertMs: distributionOf(this.#alertMs),
      missedShare: pairs === 0 ? 0 : 1 - this.#alertMs.length / pairs,
    };
  }
}
