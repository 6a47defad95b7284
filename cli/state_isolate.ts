/**
 * The state isolate: the only one that may write while the agent runs, and
 * only into the state directory. Main hands it rosters to keep; it tells main
 * when `stealthmesh keys` has changed the files.
 *
 * Why it exists: Deno can take a permission away, but not narrow a wide one to
 * a directory that is known only at run time. A worker can be made with it.
 *
 * Bound: one save at a time and one waiting; a newer roster replaces the one
 * that waits, because it contains it.
 *
 * @module
 */
import { StateStore } from "../mesh/host/mod.ts";
import type {
  FromStateIsolate,
  StateSnapshot,
  ToStateIsolate,
} from "./state_message.ts";

/** Several files change in one command; our choice. */
const settleMs = 50;
const watched = /\/(?:keys|invites|roster)\.cbor$/;

/** The part of a dedicated worker's scope that is used here. */
interface IsolateScope {
  postMessage(message: FromStateIsolate): void;
  onmessage: ((event: MessageEvent<ToStateIsolate>) => void) | null;
  close(): void;
}

class StateKeeper {
  readonly #store: StateStore;
  readonly #say: (message: FromStateIsolate) => void;
  readonly #watcher: Deno.FsWatcher;
  /** Entries that main knows, as hex: what it gave us and what we gave it. */
  #known = new Set<string>();
  #told = "";
  #waiting: readonly Uint8Array[] | undefined;
  #saving: Promise<void> | undefined;
  #settle: ReturnType<typeof setTimeout> | undefined;

  constructor(store: StateStore, say: (message: FromStateIsolate) => void) {
    this.#store = store;
    this.#say = say;
    this.#watcher = Deno.watchFs(store.directory, { recursive: false });
  }

  /** Takes what is there now as known; tells later changes. */
  async start(): Promise<void> {
    const state = await this.#read();
    this.#note(state);
    this.#watch();
  }

  save(entries: readonly Uint8Array[]): void {
    for (const entry of entries) this.#known.add(entry.toHex());
    this.#waiting = entries;
    this.#saving ??= this.#saveAll().finally(() => this.#saving = undefined);
  }

  async inviteUsed(id: Uint8Array): Promise<void> {
    const used = id.toHex();
    await this.#attempt(() =>
      this.#store.updateInvites((invites) =>
        invites.filter((invite) => invite.id.toHex() !== used)
      )
    );
  }

  /** Tells main what the files say, changed or not. */
  async reload(): Promise<void> {
    await this.#attempt(async () => {
      const state = await this.#read();
      this.#note(state);
      this.#say({ type: "changed", state });
    });
  }

  async stop(socket: string): Promise<void> {
    this.#watcher.close();
    clearTimeout(this.#settle);
    await this.#saving;
    try {
      await Deno.remove(`${this.#store.directory}/${socket}`);
    } catch {
      // The server took it away already.
    }
    this.#say({ type: "stopped" });
  }

  async #saveAll(): Promise<void> {
    while (this.#waiting !== undefined) {
      const entries = this.#waiting;
      this.#waiting = undefined;
      await this.#attempt(async () => {
        // `keys` may have added an entry that main has not heard of yet.
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
      this.#settle = setTimeout(() => this.#changed(), settleMs);
    }
  }

  async #changed(): Promise<void> {
    await this.#attempt(async () => {
      const state = await this.#read();
      if (this.#note(state)) this.#say({ type: "changed", state });
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

  /** Whether main has something new to hear. */
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
      const message = error instanceof Error ? error.message : String(error);
      this.#say({ type: "trouble", message });
    }
  }
}

const scope = self as unknown as IsolateScope;
let keeper: StateKeeper | undefined;

scope.onmessage = async ({ data }) => {
  switch (data.type) {
    case "open": {
      const store = await StateStore.open(data.directory);
      keeper = new StateKeeper(store, (message) => scope.postMessage(message));
      await keeper.start();
      return scope.postMessage({ type: "opened" });
    }
    case "save_roster":
      return keeper?.save(data.entries);
    case "invite_used":
      return await keeper?.inviteUsed(data.id);
    case "reload":
      return await keeper?.reload();
    case "stop":
      await keeper?.stop(data.socket);
  }
};
