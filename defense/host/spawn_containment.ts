/**
 * The near side of the wall: starts the containment isolate with only the
 * permissions it needs, and speaks to it as a {@linkcode Containment}.
 *
 * Bound: {@linkcode waitingMax} questions wait for an answer; further leases are
 * refused as `full`. An isolate that died stays dead, because by then the
 * main isolate has given up the permissions to start another; every lease is
 * then refused as `firewall`, and what the kernel holds ends by itself.
 *
 * @module
 */
import { ContainmentError } from "../containment/containment_error.ts";
import type { Address } from "../address.ts";
import type { Rehearsal } from "../containment/rehearsal.ts";
import type { SteerPlan } from "../containment/steer_rules.ts";
import type { HostLease, HostOrder, HostOutcome } from "../host_lease.ts";
import type { Lease, Refusal } from "../lease.ts";
import type {
  Containment,
  LeaseOutcome,
  Mode,
  ProtectedEntry,
} from "../world.ts";
import { readablePaths, routeReader } from "./host_addresses.ts";
import { processPrograms } from "./process_control.ts";
import { portLister } from "./service_ports.ts";
import {
  type ContainmentIsolateReport,
  wallAnswer,
  wallCount,
  wallEntries,
  wallHostLeases,
  wallHostOutcome,
  wallLeases,
  wallOutcomes,
  wallRehearsal,
  wallReport,
  type WallRequest,
} from "./wall_messages.ts";

export type { ContainmentIsolateReport } from "./wall_messages.ts";

/** Our choice: a second's worth of the fastest alerts. */
const waitingMax = 1_024;

/** What the containment isolate may do, and nothing else (design §4). */
export const containmentPermissions = {
  run: ["nft", routeReader, portLister, ...processPrograms],
  read: [...readablePaths],
  sys: ["networkInterfaces"],
  net: false,
  write: false,
  env: false,
  ffi: false,
  import: false,
} as const satisfies Deno.PermissionOptionsObject | Record<string, unknown>;

/** How containment begins. */
export interface ContainmentStart {
  /** How it starts. */
  readonly mode: Mode;
  /** The operator's list, mesh members, … */
  readonly protected: readonly ProtectedEntry[];
  /** What the operator listed while an earlier agent ran; may be replaced. */
  readonly listed?: readonly ProtectedEntry[];
  /** Where the operator is logged in from: `SSH_CONNECTION` of the caller. */
  readonly adminAddresses: readonly string[];
  /** What `stop` does to the table. */
  readonly onExit: "remove" | "keep";
}

/** Containment in an isolate of its own. */
export interface ContainmentIsolate extends Containment {
  /** The whole never-block list. */
  protectedEntries(): Promise<ProtectedEntry[]>;
  /**
   * Replaces what the operator has listed while the agent runs, and that alone:
   * what was found, or protected at the start, stays. What is in force against
   * whoever is on the list now ends.
   *
   * @throws {Error} If it was not taken; the list stays.
   */
  list(entries: readonly ProtectedEntry[]): Promise<void>;
  /**
   * Starts or stops touching the kernel.
   *
   * @throws {ContainmentError} If the firewall cannot be used; the mode stays.
   */
  setMode(mode: Mode): Promise<void>;
  /** Carries out an order about this host itself, or says why not. */
  applyHost(order: HostOrder): Promise<HostOutcome>;
  /** Ends a measure on this host, by its key, or all; returns how many ended. */
  releaseHost(key: string): Promise<number>;
  /** Measures on this host that are in force. */
  hostLeases(): Promise<HostLease[]>;
  /** What a lease would cut, or why it would be refused; changes nothing. */
  rehearse(
    lease: Lease,
  ): Promise<Rehearsal & { readonly refusal?: Refusal }>;
  /**
   * Steers to these decoys from now on, or to none.
   *
   * @throws {ContainmentError} If the firewall refused it; the table stays.
   */
  steerTo(plan: SteerPlan | undefined): Promise<void>;
  /** How it stands. */
  report(): Promise<ContainmentIsolateReport>;
  /** Ends the isolate; the table goes or stays as `onExit` said. */
  stop(): Promise<void>;
}

/**
 * Starts the isolate.
 *
 * @throws {ContainmentError} If `enforce` is asked for and cannot be had.
 * @throws {Error} If the isolate cannot start, or its self-test failed.
 */
export async function spawnContainment(
  { mode, protected: entries, listed = [], adminAddresses, onExit }:
    ContainmentStart,
): Promise<ContainmentIsolate> {
  const wall = new Wall();
  try {
    await wall.ask({
      ask: "start",
      mode,
      protected: [...entries],
      listed: [...listed],
      adminAddresses: [...adminAddresses],
    });
  } catch (error) {
    wall.end("containment did not start");
    throw error;
  }
  return isolateBehind(wall, onExit);
}

function isolateBehind(
  wall: Wall,
  onExit: "remove" | "keep",
): ContainmentIsolate {
  return {
    async apply(leases) {
      if (wall.full) return refuseAll(leases, { code: "full" });
      try {
        const answer = await wall.ask({ ask: "apply", leases: [...leases] });
        const outcomes = wallOutcomes.parse(answer);
        return leases.map((lease, index): LeaseOutcome => {
          const outcome = outcomes[index] ??
            { applied: false, refusal: { code: "full" } };
          return outcome.applied ? outcome : { ...outcome, lease };
        });
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        return refuseAll(leases, { code: "firewall", detail });
      }
    },
    async release(subject: Address | "all") {
      return wallCount.parse(await wall.ask({ ask: "release", subject }));
    },
    async held() {
      return wallLeases.parse(await wall.ask({ ask: "held" }));
    },
    protect(added) {
      // An unreadable entry is counted behind the wall; the rest is protected.
      wall.ask({ ask: "protect", entries: [...added] }).catch(() => {});
    },
    spare(entries) {
      wall.ask({ ask: "spare", entries: [...entries] }).catch(() => {});
    },
    beCautious(cautious) {
      wall.ask({ ask: "cautious", cautious }).catch(() => {});
    },
    async protectedEntries() {
      return wallEntries.parse(await wall.ask({ ask: "entries" }));
    },
    async list(entries) {
      await wall.ask({ ask: "list", entries: [...entries] });
    },
    async setMode(mode) {
      await wall.ask({ ask: "mode", mode });
    },
    async applyHost(order) {
      const answer = await wall.ask({ ask: "host_apply", order });
      return wallHostOutcome.parse(answer);
    },
    async releaseHost(key) {
      return wallCount.parse(await wall.ask({ ask: "host_release", key }));
    },
    async hostLeases() {
      return wallHostLeases.parse(await wall.ask({ ask: "host_leases" }));
    },
    async rehearse(lease) {
      return wallRehearsal.parse(await wall.ask({ ask: "rehearse", lease }));
    },
    async steerTo(plan) {
      await wall.ask({
        ask: "steer",
        plan: plan === undefined ? null : {
          services: plan.services.map(([asked, decoy]) => [asked, decoy]),
          others: plan.others,
          ...(plan.members && {
            members: {
              port: plan.members.port,
              addresses: [...plan.members.addresses],
            },
          }),
        },
      });
    },
    async report() {
      return wallReport.parse(await wall.ask({ ask: "report" }));
    },
    async stop() {
      try {
        await wall.ask({ ask: "stop", onExit });
      } finally {
        wall.end("containment was stopped");
      }
    },
  };
}

function refuseAll(
  leases: readonly Lease[],
  refusal: Extract<LeaseOutcome, { applied: false }>["refusal"],
): LeaseOutcome[] {
  return leases.map((lease) => ({ applied: false, lease, refusal }));
}

type Question = WallRequest extends infer Request
  ? Request extends { id: number } ? Omit<Request, "id"> : never
  : never;

/** Questions and answers of one worker. */
class Wall {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;
  /** Why nobody answers any more. */
  #ended: string | undefined;

  constructor() {
    const url = new URL("./containment_isolate.ts", import.meta.url);
    // The `deno` option is only typed with `--unstable-worker-options`.
    const options: WorkerOptions & { deno: { permissions: unknown } } = {
      type: "module",
      name: "containment",
      deno: { permissions: containmentPermissions },
    };
    this.#worker = new Worker(url, options as WorkerOptions);
    this.#worker.onmessage = ({ data }: MessageEvent<unknown>) =>
      this.#settle(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.end(`containment isolate ended: ${event.message}`);
    };
  }

  /** No further question is taken. */
  get full(): boolean {
    return this.#waiting.size >= waitingMax;
  }

  ask(question: Question): Promise<unknown> {
    if (this.#ended !== undefined) {
      return Promise.reject(new Error(this.#ended));
    }
    if (this.full && question.ask !== "stop") {
      return Promise.reject(new Error("containment has too much to do"));
    }
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ ...question, id });
    return waiting.promise;
  }

  end(reason: string): void {
    this.#ended ??= reason;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) {
      reject(new Error(this.#ended));
    }
    this.#waiting.clear();
  }

  #settle(data: unknown): void {
    const answer = wallAnswer.safeParse(data);
    // Only our own code answers; what does not read is a fault, not a question.
    if (!answer.success) return;
    const waiting = this.#waiting.get(answer.data.id);
    this.#waiting.delete(answer.data.id);
    if (answer.data.ok) return waiting?.resolve(answer.data.value);
    const { code, detail } = answer.data;
    waiting?.reject(
      code === "" ? new Error(detail) : new ContainmentError(code, {
        cause: detail,
      }),
    );
  }
}
