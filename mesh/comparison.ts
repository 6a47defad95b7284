/**
 * A comparison of what both ends of a link hold, said in as many link messages
 * as it takes and put together again at the other end. One of messages
 * (`broadcast.ts`) and one of roster entries (`roster_spread.ts`) run beside
 * each other on every link.
 *
 * Bound: that of {@linkcode Parts} for each link; a comparison beyond it is
 * dropped and counted, and the next round starts afresh.
 *
 * @module
 */
import { type Connection, say } from "./link_table.ts";
import { cutParts, Parts } from "./overlay/reconcile.ts";
import type { LinkMessage } from "./wire/link_message.ts";

/** What one kind of comparison is made of. */
export interface ComparisonOptions<Item> {
  /** Items that fit one link message. */
  readonly perPartMax: number;
  readonly messageOf: (items: readonly Item[], last: boolean) => LinkMessage;
  /** Items that were read are views into a cell's bytes. */
  readonly ownCopy: (item: Item) => Item;
  readonly count: (name: "comparisons_oversized") => void;
}

/** One kind of comparison, on all links of a node. */
export class Comparison<Item> {
  readonly #o: ComparisonOptions<Item>;
  readonly #heard = new WeakMap<Connection, Parts<Item>>();

  constructor(options: ComparisonOptions<Item>) {
    this.#o = options;
  }

  /** Tells a peer what is held here. */
  tell(connection: Connection, items: readonly Item[]): void {
    const { perPartMax, messageOf } = this.#o;
    for (const part of cutParts(items, perPartMax)) {
      const message = messageOf(part.items, part.last);
      say(connection, message, { urgency: 1, origin: "link" });
    }
  }

  /** Takes a part of what a peer holds; after the last, all of it. */
  hear(
    connection: Connection,
    items: readonly Item[],
    last: boolean,
  ): Item[] | undefined {
    const { ownCopy, count } = this.#o;
    let parts = this.#heard.get(connection);
    if (!parts) this.#heard.set(connection, parts = new Parts());
    const oversizedBefore = parts.oversized;
    const whole = parts.add(items.map(ownCopy), last);
    if (parts.oversized > oversizedBefore) count("comparisons_oversized");
    return whole;
  }
}
