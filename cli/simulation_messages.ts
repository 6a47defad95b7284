/**
 * What is said over the wall of the isolate that plays simulations.
 *
 * @module
 */
import type { SimulationLine, SimulationReport } from "../dashboard/mod.ts";
import type { Scenario } from "../defense/mod.ts";

/** The one thing that is asked: play this. */
export interface SimulationStart {
  /** Name of the kind. */
  readonly kind: string;
  /** Of the virtual site. */
  readonly machines: number;
  /** Of the real clock, for what has no end of its own. */
  readonly seconds: number;
  /** What decides everything that is left to chance. */
  readonly seed: string;
  /** What the machines detect. */
  readonly scenarios: readonly Scenario[];
}

/** What the isolate says. */
export type SimulationWord =
  | {
    readonly type: "progress";
    /** From 0 to 1. */
    readonly done: number;
    /** What happened since the last word. */
    readonly lines: readonly SimulationLine[];
  }
  | { readonly type: "ended"; readonly report: SimulationReport }
  | { readonly type: "failed"; readonly reason: string };
