/**
 * The history of a mesh world as two hashes: all that happened, in order, and
 * only when cells left. Equal seeds must give equal first hashes; equal seeds
 * with and without anything to say must give equal second ones, for that is
 * all an observer ever sees.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { VirtualClock } from "./world/clock.ts";
import type { MeshMember, WorldEvent } from "./world/mesh_world.ts";

/** Numbers gathered before they are hashed. */
const gatheredMax = 1_024;

/** Hashes what it is told. */
export class Trace {
  readonly #clock: VirtualClock;
  readonly #history = createHash("sha256");
  readonly #schedule = createHash("sha256");
  readonly #gathered = new Float64Array(gatheredMax);
  #count = 0;
  readonly #scheduleUntilMs: number;
  /** Events so far. */
  events = 0;

  /** @param scheduleUntilMs The schedule's hash looks no further. */
  constructor(clock: VirtualClock, scheduleUntilMs = Infinity) {
    this.#clock = clock;
    this.#scheduleUntilMs = scheduleUntilMs;
  }

  /** Takes one event. */
  add(event: WorldEvent, { index }: MeshMember): void {
    this.events++;
    const nowMs = this.#clock.nowMs();
    if (event.type === "sent") {
      if (this.#count + 3 > gatheredMax) this.#flush();
      this.#history.update(event.cell);
      if (nowMs >= this.#scheduleUntilMs) {
        this.#history.update(`${index} ${event.link} ${nowMs}`);
        return;
      }
      this.#gathered[this.#count++] = index;
      this.#gathered[this.#count++] = event.link;
      this.#gathered[this.#count++] = nowMs;
      return;
    }
    this.#history.update(`${event.type} ${index} ${nowMs} `);
    if ("link" in event) this.#history.update(`${event.link}`);
    if ("payload" in event) this.#history.update(event.payload);
    if ("origin" in event) this.#history.update(event.origin);
  }

  /** Both hashes in hex; nothing can be added afterwards. */
  end(): { readonly history: string; readonly schedule: string } {
    this.#flush();
    return {
      history: this.#history.digest("hex"),
      schedule: this.#schedule.digest("hex"),
    };
  }

  #flush(): void {
    const numbers = new Uint8Array(this.#gathered.buffer, 0, 8 * this.#count);
    this.#history.update(numbers);
    this.#schedule.update(numbers);
    this.#count = 0;
  }
}
