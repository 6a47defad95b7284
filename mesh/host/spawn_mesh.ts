/**
 * Starts the mesh isolate and answers for it: commands go over the wall, events
 * come back, and what goes wrong in there is heard here.
 *
 * @module
 */
import type { Mesh, MeshCommand, MeshEvent } from "../mesh.ts";
import type {
  FromIsolate,
  IsolateStart,
  ToIsolate,
} from "./isolate_message.ts";
import { TransportError } from "./transport_error.ts";

/** A mesh that runs in its own isolate. */
export interface SpawnedMesh extends Mesh {
  /** `host:port` it listens on; empty for a node that only dials. */
  readonly address: string;
  /** Stops the node, then ends the isolate; resolves when both are gone. */
  stop(): Promise<void>;
}

/** What a spawned mesh needs besides what its node needs. */
export interface SpawnOptions extends IsolateStart {
  /**
   * Called once if the isolate ends by an error after its start. The mesh is
   * gone then; commands go nowhere.
   */
  onFailure(error: MeshIsolateError): void;
}

/** The mesh isolate ended by an error of its own. */
export class MeshIsolateError extends Error {
  /** Of the class. */
  override readonly name = "MeshIsolateError";
  /** Stable name of what happened. */
  readonly code = "isolate_failed";

  /** Says what the isolate ended with. */
  constructor(what: string, options?: { cause: unknown }) {
    super(`Cannot run the mesh: its isolate failed: ${what}`, options);
  }
}

/**
 * What the isolate may do. All of the network, because whom to dial is not
 * known when a worker is made: members join and move while it runs, and the
 * roster says so, not the configuration. Nothing else: no files, no programs,
 * no environment, no native libraries, no code but that of this program.
 */
export const meshIsolatePermissions: Deno.PermissionOptionsObject = {
  net: true,
  read: false,
  write: false,
  run: false,
  env: false,
  ffi: false,
  sys: false,
  import: false,
};

/** How long a stopping node may take before its isolate is ended: our choice. */
const stopMsMax = 3_000;
/** Events kept until the owner listens; further ones are dropped. */
const earlyEventsMax = 1_024;

/**
 * Starts a node in an isolate of its own.
 *
 * @throws {TransportError} If the port cannot be opened.
 * @throws {MeshIsolateError} If the isolate fails before it listens.
 */
export function spawnMesh(options: SpawnOptions): Promise<SpawnedMesh> {
  const { onFailure, ...start } = options;
  // The `deno` option is only typed with `--unstable-worker-options`.
  const walls: WorkerOptions & { deno: { permissions: unknown } } = {
    type: "module",
    name: "mesh",
    deno: { permissions: meshIsolatePermissions },
  };
  const url = new URL("./mesh_isolate.ts", import.meta.url);
  const worker = new Worker(url, walls as WorkerOptions);
  const mesh = new WorkerMesh(worker, onFailure);
  worker.postMessage({ type: "start", options: start } satisfies ToIsolate);
  return mesh.listening;
}

class WorkerMesh implements SpawnedMesh {
  address = "";
  readonly listening: Promise<SpawnedMesh>;
  readonly #worker: Worker;
  readonly #stopped = Promise.withResolvers<void>();
  #early: MeshEvent[] = [];
  #listener: ((event: MeshEvent) => void) | undefined;
  #running = true;

  constructor(worker: Worker, onFailure: (error: MeshIsolateError) => void) {
    this.#worker = worker;
    const listening = Promise.withResolvers<SpawnedMesh>();
    this.listening = listening.promise;
    let started = false;

    worker.onmessage = ({ data }: MessageEvent<FromIsolate>) => {
      if (data.type === "event") return this.#heard(data.event);
      if (data.type === "refused") {
        this.#end();
        return listening.reject(refusalOf(data));
      }
      started = true;
      this.address = data.address;
      listening.resolve(this);
    };
    const failed = (error: MeshIsolateError) => {
      if (!this.#running) return;
      this.#end();
      if (started) onFailure(error);
      else listening.reject(error);
    };
    worker.onerror = (event) => {
      // Or the runtime would end this isolate as well.
      event.preventDefault();
      failed(new MeshIsolateError(event.message, { cause: event.error }));
    };
    worker.onmessageerror = () => {
      failed(new MeshIsolateError("a message could not be read"));
    };
  }

  send(command: MeshCommand): void {
    if (!this.#running) return;
    this.#worker.postMessage({ type: "command", command } satisfies ToIsolate);
  }

  onEvent(listener: (event: MeshEvent) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const event of early) listener(event);
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    const timer = setTimeout(() => this.#stopped.resolve(), stopMsMax);
    this.send({ type: "stop" });
    await this.#stopped.promise;
    clearTimeout(timer);
    this.#end();
  }

  #heard(event: MeshEvent): void {
    if (this.#listener) this.#listener(event);
    else if (this.#early.length < earlyEventsMax) this.#early.push(event);
    if (event.type === "stopped") this.#stopped.resolve();
  }

  #end(): void {
    this.#running = false;
    this.#worker.terminate();
    this.#stopped.resolve();
  }
}

function refusalOf(
  refusal: Extract<FromIsolate, { type: "refused" }>,
): TransportError | MeshIsolateError {
  return refusal.code
    ? new TransportError(refusal.code, refusal.address)
    : new MeshIsolateError(refusal.message);
}
