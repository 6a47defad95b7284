/**
 * What happens to simulations, for many browsers, as
 * `{"type":"simulation","seq":…,"run":…,"lines":[…]}`. Each news has a number
 * of its own, so a browser that comes back says where it was, misses nothing
 * and hears nothing twice.
 *
 * Bound: `keptMax` news; who was away for longer is told so
 * (`{"type":"simulation_gap"}`), and reads the list again.
 *
 * @module
 */
import type { SimulationDesk, SimulationNews } from "../api/simulation_desk.ts";
import type { Hear } from "./live_hub.ts";

/** News for those who come back: some minutes of one run. Our choice. */
const keptMax = 512;

/** One desk, many listeners. */
export class SimulationFeed {
  readonly #hearers = new Set<Hear>();
  readonly #stop: () => void;
  /** Every news after `#since`, up to `#last`. */
  #kept: { readonly seq: number; readonly message: string }[] = [];
  #since = 0;
  /** 0 before the first: what others heard, a dashboard before this one told. */
  #last = 0;

  /** Listens from now on. */
  constructor(desk: Pick<SimulationDesk, "watch">) {
    this.#stop = desk.watch((news) => this.#take(news));
  }

  /**
   * From now on `hear` gets every news, those after `after` first.
   *
   * @param after Number of the last news it knows, 0 for none.
   * @returns Ends it.
   */
  join(after: number, hear: Hear): () => void {
    if (after > 0) {
      if (after < this.#since || after > this.#last) {
        hear(JSON.stringify({ type: "simulation_gap" }));
      }
      for (const { seq, message } of this.#kept) {
        if (seq > after) hear(message);
      }
    }
    this.#hearers.add(hear);
    return () => void this.#hearers.delete(hear);
  }

  /** Ends it for all. */
  stop(): void {
    this.#stop();
    this.#hearers.clear();
  }

  #take(news: SimulationNews): void {
    const { seq } = news;
    const message = JSON.stringify({ type: "simulation", ...news });
    if (this.#last === 0) this.#since = seq - 1;
    this.#last = seq;
    this.#kept.push({ seq, message });
    if (this.#kept.length > keptMax) {
      this.#since = this.#kept.shift()?.seq ?? 0;
    }
    for (const hear of this.#hearers) hear(message);
  }
}
