/**
 * What has been seen before: who has reached whom by which service, which
 * account was used from where. Remembered as text in the order of last use.
 *
 * Bounds: `thingsMax` things and `placesMax` popular places; the one not seen
 * for longest is forgotten, and would then count as new.
 *
 * @module
 */
import { RecentMap } from "../../recent_map.ts";

/** Things remembered: some 15 MiB when full. Our choice. */
export const thingsMax = 65_536;
const placesMax = 8_192;

/** Memory of one network. */
export class KnownThings {
  readonly #things = new RecentMap<string, true>(thingsMax);
  readonly #visitors = new RecentMap<string, number>(placesMax);

  /** Whether this was seen before, without taking note. */
  has(thing: string): boolean {
    return this.#things.has(thing);
  }

  /** Takes note; returns whether this is the first time. */
  meet(thing: string): boolean {
    if (this.#things.use(thing) !== undefined) return false;
    this.#things.set(thing, true);
    return true;
  }

  /** One more machine has come to `place`; returns how many had before. */
  visit(place: string): number {
    const before = this.#visitors.use(place) ?? 0;
    this.#visitors.set(place, before + 1);
    return before;
  }

  /** Everything, the one not seen for longest first. */
  get things(): string[] {
    return [...this.#things.entries()].map(([thing]) => thing);
  }

  /** Places and their visitors, the same way. */
  get places(): (readonly [place: string, visitors: number])[] {
    return [...this.#visitors.entries()];
  }

  /** Takes up what another had seen. */
  recall(
    things: readonly string[],
    places: readonly (readonly [place: string, visitors: number])[],
  ): void {
    for (const thing of things) this.#things.set(thing, true);
    for (const [place, visitors] of places) {
      this.#visitors.set(place, visitors);
    }
  }
}
