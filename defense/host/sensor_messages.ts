/**
 * What crosses the wall between main and the sensors isolate.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Alert } from "../alert.ts";
import type { FilterSensor } from "./filter_follow.ts";
import type { Canaries } from "../canaries.ts";
import type { Scenario } from "../detectors/scenario.ts";
import type { LentSuspicion } from "../detectors/told_refusals.ts";
import type { LogPlace } from "./log_place.ts";
import type { LogSource } from "./login_follow.ts";
import type { DecoyTouch } from "../observation.ts";
import type { Trace } from "../trace.ts";

/** How one source of observations is doing. */
export interface SourceReport {
  /** `packets`, a path, or `journal`. */
  readonly name: string;
  /** Why it sees nothing right now, if so. */
  readonly trouble?: string;
  /**
   * Since the start; names as the source gives them: `records`, `unparsed`,
   * `packets`, `dropped`, …
   */
  readonly counters: Readonly<Record<string, number>>;
}

/** How sensing is doing, for `status` and `doctor`. */
export interface SensorReport {
  /** Packets first, then logs; one more for a socket table in trouble. */
  readonly sources: readonly SourceReport[];
  /** What was seen since the start, by kind. */
  readonly observations: Readonly<Record<string, number>>;
  /** Subjects that detectors remember. */
  readonly subjects: number;
}

/** Look for other scenarios from now on. */
export interface WatchRequest {
  readonly type: "watch";
  /** Names of those that are not looked for; all others are. */
  readonly off: readonly string[];
  /** Whether odd connections lend suspicion. */
  readonly learning: boolean;
}

/**
 * What a {@linkcode WatchRequest} asks for, read as the far side reads it. A
 * name that no scenario has says nothing.
 *
 * @returns `undefined` for what is no such request: nothing is changed then.
 */
export function readWatch(
  { off, learning }: { readonly off?: unknown; readonly learning?: unknown },
):
  | { readonly off: ReadonlySet<string>; readonly learning: boolean }
  | undefined {
  if (!Array.isArray(off) || typeof learning !== "boolean") return undefined;
  if (!off.every((name) => typeof name === "string")) return undefined;
  return { off: new Set(off), learning };
}

/** From main. */
export type SensorRequest =
  | {
    readonly type: "start";
    /** Log files; empty: the journal. */
    readonly logs: readonly LogSource[];
    /** How far a former run read them. */
    readonly places: readonly LogPlace[];
    /** Logs read through filters of fail2ban. */
    readonly filters: readonly FilterSensor[];
    readonly device: string;
    /** Read by main: the YAML library asks for the environment. */
    readonly scenarios: readonly Scenario[];
    /** Names of those that are not looked for now. */
    readonly off: readonly string[];
    /** Of `LateralOptions`. */
    readonly learnMs?: number;
    /** Whether odd connections lend suspicion. */
    readonly learning: boolean;
    /** What was learned before; see `learned_parts.ts`. */
    readonly learned: Uint8Array | undefined;
    readonly canaries: Canaries & { readonly files: readonly string[] };
    /** Ports of our own decoys: no service, whatever the socket table says. */
    readonly decoyPorts: readonly number[];
  }
  | WatchRequest
  /** Our decoys listen on other ports from now on. */
  | { readonly type: "decoy_ports"; readonly ports: readonly number[] }
  /** Somebody touched a decoy by himself. */
  | { readonly type: "touched"; readonly touch: DecoyTouch }
  | {
    readonly type: "prior";
    readonly subject: Address;
    readonly nats: number;
  }
  /** What speaks against a source so far is forgotten. */
  | { readonly type: "forget"; readonly subject: Address }
  /** Suspicion that everybody begins with, in nats. */
  | { readonly type: "base_prior"; readonly nats: number }
  /** What other hosts' newcomers did, as `newcomer_tally.ts` writes it. */
  | {
    readonly type: "tally";
    readonly scenario: string;
    readonly tally: Uint8Array;
  }
  /** What other hosts' refusals show of a source's logins. */
  | {
    readonly type: "lend";
    readonly subject: Address;
    readonly lent: LentSuspicion;
  }
  | { readonly type: "report" }
  | { readonly type: "stop" };

/** To main. */
export type SensorNews =
  | { readonly type: "started" }
  | { readonly type: "detected"; readonly alert: Alert }
  /** What newcomers did here since the last time. */
  | {
    readonly type: "tally";
    readonly scenario: string;
    readonly tally: Uint8Array;
  }
  /** Too little for an alert; for the other hosts. */
  | { readonly type: "traced"; readonly trace: Trace }
  /** A log was read so far, and what that set off was told before. */
  | { readonly type: "place"; readonly place: LogPlace }
  | { readonly type: "report"; readonly report: SensorReport }
  /** To be kept, and given back at the next start. */
  | { readonly type: "learned"; readonly learned: Uint8Array }
  | { readonly type: "stopped" };
