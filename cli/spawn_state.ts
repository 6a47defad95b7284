/**
 * Starts the state isolate and answers for it.
 *
 * @module
 */
import type {
  FromStateIsolate,
  StateSnapshot,
  ToStateIsolate,
} from "./state_message.ts";

/** The state directory behind its wall. */
export interface StateIsolate {
  saveRoster(entries: readonly Uint8Array[]): void;
  inviteUsed(id: Uint8Array): void;
  /** Reads the files again; `onChanged` hears what they say. */
  reload(): Promise<void>;
  /** Removes the socket and ends the isolate. */
  stop(socket: string): Promise<void>;
}

/** How its owner hears of it. */
export interface StateListener {
  /** Somebody else changed the files. */
  onChanged(state: StateSnapshot): void;
  /** Something could not be read or written. */
  onTrouble(message: string): void;
}

/** A stopping isolate is given so long to write what waits. */
const stopMsMax = 3_000;

/** What the isolate may do: its directory, and ask who it is. */
export function stateIsolatePermissions(
  directory: string,
): Deno.PermissionOptionsObject {
  return {
    read: [directory],
    write: [directory],
    sys: ["uid"],
    net: false,
    run: false,
    env: false,
    ffi: false,
    import: false,
  };
}

/**
 * Starts the isolate over a state directory that exists.
 *
 * @throws {Error} When it cannot start.
 */
export async function spawnState(
  directory: string,
  listener: StateListener,
): Promise<StateIsolate> {
  // The `deno` option is only typed with `--unstable-worker-options`.
  const walls: WorkerOptions & { deno: { permissions: unknown } } = {
    type: "module",
    name: "state",
    deno: { permissions: stateIsolatePermissions(directory) },
  };
  const url = new URL("./state_isolate.ts", import.meta.url);
  const worker = new Worker(url, walls as WorkerOptions);
  const send = (message: ToStateIsolate) => worker.postMessage(message);
  const opened = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  let reloads: (() => void)[] = [];
  worker.onmessage = ({ data }: MessageEvent<FromStateIsolate>) => {
    switch (data.type) {
      case "opened":
        return opened.resolve();
      case "changed":
        listener.onChanged(data.state);
        break;
      case "trouble":
        listener.onTrouble(data.message);
        break;
      case "stopped":
        stopped.resolve();
    }
    for (const done of reloads) done();
    reloads = [];
  };
  worker.onerror = (event) => {
    // Or the runtime would end this isolate as well.
    event.preventDefault();
    const message = `the state isolate ended: ${event.message}`;
    opened.reject(new Error(`Cannot open the state directory: ${message}`));
    stopped.resolve();
    listener.onTrouble(message);
  };
  send({ type: "open", directory });
  await opened.promise;
  return {
    saveRoster: (entries) => send({ type: "save_roster", entries }),
    inviteUsed: (id) => send({ type: "invite_used", id }),
    reload() {
      const done = Promise.withResolvers<void>();
      reloads.push(done.resolve);
      send({ type: "reload" });
      return done.promise;
    },
    async stop(socket) {
      const timer = setTimeout(stopped.resolve, stopMsMax);
      send({ type: "stop", socket });
      await stopped.promise;
      clearTimeout(timer);
      worker.terminate();
    },
  };
}
