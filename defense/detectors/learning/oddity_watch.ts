/**
 * What the learning detector lends to the others: who has just made an odd
 * connection is suspected a little by every test of this host, by `ln 4` at
 * most (design §6), less and less over ten minutes. It counts together with the
 * hints of peers and under their bound (`engine.ts`), so oddity alone never
 * makes an alert.
 *
 * Bounds: those of `anomaly_detector.ts`; `sourcesMax` odd sources, the one
 * that was odd longest ago forgotten.
 *
 * @module
 */
import type { Address } from "../../address.ts";
import type { Connection } from "../../observation.ts";
import { RecentMap } from "../../recent_map.ts";
import { AnomalyDetector } from "./anomaly_detector.ts";
import type { FeatureName } from "./flow_features.ts";

/** As long as the votes of peers: design §7. */
export const oddityMs = 600_000;
const sourcesMax = 4_096;

interface Odd {
  readonly atMs: number;
  readonly nats: number;
  readonly because: readonly FeatureName[];
}

/** Remembers who was odd lately, and in what. */
export class OddityWatch {
  readonly #detector = new AnomalyDetector();
  readonly #odd = new RecentMap<Address, Odd>(sourcesMax);

  /**
   * Judges a connection and learns from it.
   *
   * @param subject Whose it is: its source, or what stands for it.
   */
  take(seen: Connection, subject: Address): void {
    // Neither a ping nor a request for a link address has a service.
    if (seen.protocol !== "tcp" && seen.protocol !== "udp") return;
    const { nats, because } = this.#detector.take(seen);
    const { atMs } = seen;
    if (nats > this.nats(subject, atMs)) {
      this.#odd.delete(subject);
      this.#odd.set(subject, { atMs, nats, because });
    }
  }

  /** Suspicion that a subject's oddities lend its tests, 0 to `ln 4`. */
  nats(subject: Address, atMs: number): number {
    const odd = this.#odd.get(subject);
    if (odd === undefined) return 0;
    const passedMs = Math.max(0, atMs - odd.atMs);
    return odd.nats * Math.max(0, 1 - passedMs / oddityMs);
  }

  /** `; odd: pace of the source`, or nothing, to end a summary with. */
  words(subject: Address, atMs: number): string {
    const odd = this.#odd.get(subject);
    if (odd === undefined || this.nats(subject, atMs) === 0) return "";
    return odd.because.length === 0 ? "" : `; odd: ${odd.because.join(", ")}`;
  }
}
