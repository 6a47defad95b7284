/**
 * Looks at the members once a second while anybody wants to know how they
 * change.
 *
 * Bound: one look at a time, however many watch; the API bounds those.
 *
 * @module
 */
import type { NodeView } from "../dashboard/mod.ts";
import type { Clock } from "../mesh/mod.ts";

/** Liveness is judged in seconds. Our choice. */
export const lookMs = 1_000;

type Watch = (nodes: readonly NodeView[]) => void;

/**
 * One timer for all who watch, none while nobody does. A look that fails shows
 * nothing; the next comes a second later.
 */
export class NodeWatch {
  readonly #look: () => Promise<readonly NodeView[]>;
  readonly #clock: Pick<Clock, "after">;
  readonly #watchers = new Set<Watch>();
  #cancel: (() => void) | undefined;

  /** @param look Every member, revoked ones included. */
  constructor(
    look: () => Promise<readonly NodeView[]>,
    clock: Pick<Clock, "after">,
  ) {
    this.#look = look;
    this.#clock = clock;
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
    const turn = async () => {
      const nodes = await this.#look().catch(() => undefined);
      // Everybody has gone meanwhile; who came since has a look of his own.
      if (this.#cancel !== cancel) return;
      if (nodes) {
        for (const watch of [...this.#watchers]) watch(nodes);
      }
      if (this.#cancel === cancel) this.#lookIn(lookMs);
    };
    const cancel = this.#clock.after(ms, () => void turn());
    this.#cancel = cancel;
  }
}
