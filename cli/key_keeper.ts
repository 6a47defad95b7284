/**
 * The keys of this node while its agent runs: how old they are, when they are
 * replaced, and replacing them, on the day that is due or when an operator says
 * so. The state directory is watched (`state_keeper.ts`), so new keys are in
 * force in the mesh as soon as they are written here.
 *
 * By itself it rotates only while the clock is proven by an open link, which
 * takes two clocks within a minute, or where there is nobody to be out of step
 * with: a rotation from the future is refused by the others until its time
 * comes, and who wrote it would be out until then.
 *
 * @module
 */
import type { HostOnly, RotationAnswer } from "../dashboard/mod.ts";
import type { StateStore } from "../mesh/host/mod.ts";
import {
  keysLiveMs,
  openOwnState,
  type OwnState,
  rotateOwnKeys,
} from "./own_state.ts";

/** What it leans on. */
export interface KeyKeeperParts {
  readonly store: StateStore;
  readonly wallMs: () => number;
  /** Whether a link to a member is open. */
  readonly isLinked: () => Promise<boolean>;
  /** Writes down what was done. */
  readonly note: (
    what: string,
    detail: Readonly<Record<string, unknown>>,
  ) => void;
  readonly onTrouble: (message: string) => void;
}

/** A day more or less does not matter. Our choice. */
const lookMs = 3_600_000;
/**
 * The others accept one former key, for a day (`overlapMs` of the roster): who
 * rotates twice in it loses what is still on its way under the first.
 */
const pauseMs = 86_400_000;

/** Keeps them until it is stopped. */
export class KeyKeeper {
  readonly #parts: KeyKeeperParts;
  #timer: ReturnType<typeof setInterval> | undefined;
  #turning: Promise<unknown> = Promise.resolve();

  constructor(parts: KeyKeeperParts) {
    this.#parts = parts;
  }

  /** Looks now and every hour whether it is time. */
  start(): void {
    const look = () =>
      this.rotateIfDue().catch((error) =>
        this.#parts.onTrouble(`cannot rotate the keys: ${error.message}`)
      );
    void look();
    this.#timer = setInterval(look, lookMs);
  }

  /** Settles when a rotation under way is written. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turning;
  }

  /** Rotates, or says why that should not be done. */
  rotate(): Promise<RotationAnswer | HostOnly> {
    return this.#inTurn(async () => {
      const { wallMs } = this.#parts;
      const state = await this.#state();
      const { generation } = state.keys;
      const sinceMs = keysSinceMs(state);
      if (generation > 0 && wallMs() - sinceMs < pauseMs) {
        return {
          refused: "the keys were rotated less than a day ago",
          nextStep:
            "Where it cannot wait, on this host: stealthmesh keys rotate",
        };
      }
      return await this.#rotate(state, "operator");
    });
  }

  /** Rotates where it is time; whether it did. */
  rotateIfDue(): Promise<boolean> {
    return this.#inTurn(async () => {
      const { wallMs, isLinked } = this.#parts;
      const state = await this.#state();
      if (wallMs() < keysSinceMs(state) + keysLiveMs) return false;
      const alone = state.roster.active(wallMs()).length === 1;
      if (!alone && !await isLinked()) return false;
      await this.#rotate(state, "age");
      return true;
    });
  }

  async #rotate(
    state: OwnState,
    why: "operator" | "age",
  ): Promise<RotationAnswer> {
    const { wallMs, note } = this.#parts;
    const before = state.keys.generation;
    const after = await rotateOwnKeys(state, wallMs());
    const { generation } = after.keys;
    note("keys_rotated", { why, from: before, to: generation });
    const sinceMs = keysSinceMs(after);
    return { generation, sinceMs, nextRotationMs: sinceMs + keysLiveMs };
  }

  #state(): Promise<OwnState> {
    return openOwnState(this.#parts.store, undefined, this.#parts.wallMs());
  }

  /** Two rotations at once would be two generations. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#turning.then(work);
    this.#turning = run.catch(() => {});
    return run;
  }
}

/** When the keys in use came into use; the beginning of time for a stranger. */
export function keysSinceMs(
  { roster, keys }: Pick<OwnState, "roster" | "keys">,
): number {
  return roster.member(keys.node)?.keysSinceMs ?? 0;
}
