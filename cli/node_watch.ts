/**
 * Looks at the members once a second while anybody wants to know how they
 * change.
 *
 * Bound: one look at a time, however many watch; the API bounds those.
 *
 * @module
 */
import type { NodeView } from "../dashboard/mod.ts";

/** Liveness is judged in seconds. Our choice. */
export const lookMs = 1_000;

type Watch = (nodes: readonly NodeView[]) => void;
/** Calls back after some milliseconds; what it returns cancels that. */
type Later = (ms: number, wake: () => Promise<void>) => () => void;

/** One timer for all who watch, none while nobody does. */
export class NodeWatch {
  readonly #look: () => Promise<readonly NodeView[]>;
  readonly #later: Later;
  readonly #watchers = new Set<Watch>();
  #cancel: (() => void) | undefined;

  /**
   * @param look Every member, revoked ones included.
   * @param later The timer of the world.
   */
  constructor(look: () => Promise<readonly NodeView[]>, later: Later) {
    this.#look = look;
    this.#later = later;
  }

  /** Calls `watch` after each look until the returned function is called. */
  watch(watch: Watch): () => void {
    this.#watchers.add(watch);
    if (!this.#cancel) this.#lookIn(0);
    return () => {
      this.#watchers.delete(watch);
      if (this.#watchers.size > 0) return;
      this.#cancel?.();
      this.#cancel = undefined;
    };
  }

  #lookIn(ms: number): void {
    const cancel = this.#later(ms, async () => {
      const nodes = await this.#look();
      // Everybody has gone meanwhile; who came since has a look of his own.
      if (this.#cancel !== cancel) return;
      for (const watch of [...this.#watchers]) watch(nodes);
      if (this.#cancel === cancel) this.#lookIn(lookMs);
    });
    this.#cancel = cancel;
  }
}
