/**
 * The state directory of a running agent: keeps the roster as the mesh tells
 * it, and hears when `stealthmesh keys` has changed the files.
 *
 * It works with the few paths that `wiring.ts` leaves to main, see
 * `StateStore.pathsOfRunningAgent`.
 *
 * Bound: one save at a time and one waiting; a newer roster replaces the one
 * that waits, because it contains it.
 *
 * @module
 */
import type { NodeKeys, OpenInvite } from "../mesh/mod.ts";
import type { StateStore } from "../mesh/host/mod.ts";

/** What the files of the state directory say. */
export interface StateSnapshot {
  /** The generation in use. Secret. */
  readonly keys: NodeKeys;
  /** Secret. */
  readonly invites: readonly OpenInvite[];
  readonly roster: readonly Uint8Array[];
}

/** How its owner hears of it. */
export interface StateListener {
  /** Somebody else changed the files, or `reload` was asked. */
  onChanged(state: StateSnapshot): void;
  /** Something could not be read or written; what was there is unharmed. */
  onTrouble(message: string): void;
}

/** Several files change in one command; our choice. */
const settleMs = 50;
const watched = /\/(?:keys|invites|roster)\.cbor$/;

/** Keeps one state directory until it is stopped. */
export class StateKeeper {
  readonly #store: StateStore;
  readonly #listener: StateListener;
  readonly #watcher: Deno.FsWatcher;
  /** Entries that the owner knows, as hex: what it gave and what it was given. */
  readonly #known = new Set<string>();
  #told = "";
  #waiting: readonly Uint8Array[] | undefined;
  #saving: Promise<void> | undefined;
  #settle: ReturnType<typeof setTimeout> | undefined;

  private constructor(store: StateStore, listener: StateListener) {
    this.#store = store;
    this.#listener = listener;
    this.#watcher = Deno.watchFs(store.directory, { recursive: false });
  }

  /**
   * Takes what is there now as known, and tells later changes.
   *
   * @throws {StateError} If the files cannot be read.
   */
  static async start(
    store: StateStore,
    listener: StateListener,
  ): Promise<StateKeeper> {
    const keeper = new StateKeeper(store, listener);
    try {
      keeper.#note(await keeper.#read());
    } catch (error) {
      keeper.#watcher.close();
      throw error;
    }
    void keeper.#watch();
    return keeper;
  }

  /** Keeps these entries, and what `keys` has added meanwhile. */
  saveRoster(entries: readonly Uint8Array[]): void {
    for (const entry of entries) this.#known.add(entry.toHex());
    this.#waiting = entries;
    this.#saving ??= this.#saveAll().finally(() => this.#saving = undefined);
  }

  /** Forgets an invite. */
  async inviteUsed(id: Uint8Array): Promise<void> {
    const used = id.toHex();
    await this.#attempt(() =>
      this.#store.updateInvites((invites) =>
        invites.filter((invite) => invite.id.toHex() !== used)
      )
    );
  }

  /** Tells what the files say, changed or not. */
  async reload(): Promise<void> {
    await this.#attempt(async () => {
      const state = await this.#read();
      this.#note(state);
      this.#listener.onChanged(state);
    });
  }

  /** Ends when what waits is written. */
  async stop(): Promise<void> {
    this.#watcher.close();
    clearTimeout(this.#settle);
    await this.#saving;
  }

  async #saveAll(): Promise<void> {
    while (this.#waiting !== undefined) {
      const entries = this.#waiting;
      this.#waiting = undefined;
      await this.#attempt(async () => {
        // `keys` may have added an entry that the mesh has not heard of yet.
        const kept = await this.#store.readRoster();
        const ours = new Set(entries.map((entry) => entry.toHex()));
        const others = kept.filter((entry) => {
          const name = entry.toHex();
          return !ours.has(name) && !this.#known.has(name);
        });
        await this.#store.writeRoster([...entries, ...others]);
      });
    }
  }

  async #watch(): Promise<void> {
    for await (const { paths } of this.#watcher) {
      if (!paths.some((path) => watched.test(path))) continue;
      clearTimeout(this.#settle);
      this.#settle = setTimeout(() => void this.#changed(), settleMs);
    }
  }

  async #changed(): Promise<void> {
    await this.#attempt(async () => {
      const state = await this.#read();
      if (this.#note(state)) this.#listener.onChanged(state);
    });
  }

  async #read(): Promise<StateSnapshot> {
    const { current } = await this.#store.readKeys();
    return {
      keys: current,
      invites: await this.#store.readInvites(),
      roster: await this.#store.readRoster(),
    };
  }

  /** Whether the owner has something new to hear. */
  #note({ keys, invites, roster }: StateSnapshot): boolean {
    const before = this.#known.size;
    for (const entry of roster) this.#known.add(entry.toHex());
    const rest = JSON.stringify([
      keys.generation,
      invites.map(({ id }) => id.toHex()).sort(),
    ]);
    const news = this.#known.size > before || rest !== this.#told;
    this.#told = rest;
    return news;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#listener.onTrouble(
        error instanceof Error ? error.message : String(error),
      );
    }
  }
}
