/**
 * What the dashboard asks of whoever can play simulations. It knows none of
 * them: kinds, bounds and figures are data, and `cli/` builds the real desk
 * over an isolate. Nothing here touches the mesh or the agent.
 *
 * Bounds: {@linkcode waitingMax} runs wait; {@linkcode storyMax} lines of a
 * story are kept, the later ones counted.
 *
 * @module
 */

/** Runs that may wait for the one that is played. Our choice. */
export const waitingMax = 4;
/** Lines of one story. Our choice: some ten screens. */
export const storyMax = 400;

/** A number that may be chosen. */
export interface Choice {
  /** The smallest. */
  readonly least: number;
  /** The largest. */
  readonly most: number;
  /** What is played unless something else is asked for. */
  readonly usual: number;
}

/** One kind of simulation. */
export interface SimulationKind {
  /** `portscan`, `soak`, …; pages have their words for it. */
  readonly name: string;
  /** One line for people, without a full stop. */
  readonly title: string;
  /** Machines of the virtual site; absent where chance decides. */
  readonly machines?: Choice;
  /** How long it is played, in seconds of the real clock; absent: to its end. */
  readonly seconds?: Choice;
}

/** What is to be played. */
export interface SimulationOrder {
  /** Name of the kind. */
  readonly kind: string;
  /** As the kind allows; its usual number if absent. */
  readonly machines?: number | undefined;
  /** As the kind allows; its usual number if absent. */
  readonly seconds?: number | undefined;
  /** The same seed gives the same report; drawn if absent. */
  readonly seed?: string | undefined;
}

/** How far a run is. */
export const simulationStates = [
  "waiting",
  "running",
  "ended",
  "cancelled",
  "failed",
] as const;
/** One of them. */
export type SimulationState = typeof simulationStates[number];

/** One run, without what it showed. */
export interface SimulationRun {
  /** 12 hex characters. */
  readonly id: string;
  /** Name of the kind. */
  readonly kind: string;
  /** 0 where chance decides. */
  readonly machines: number;
  /** 0 where it is played to its end. */
  readonly seconds: number;
  /** What decided everything that was left to chance. */
  readonly seed: string;
  /** Who asked for it. */
  readonly by: string;
  /** How far it is. */
  readonly state: SimulationState;
  /** From 0 to 1. */
  readonly done: number;
  /** Wall clock milliseconds when it was asked for. */
  readonly orderedMs: number;
  /** Wall clock milliseconds; absent before. */
  readonly startedMs?: number;
  /** Wall clock milliseconds; absent before. */
  readonly endedMs?: number;
  /** Bounds and invariants that were broken; absent before the end. */
  readonly broken?: number;
  /** Why it failed. */
  readonly error?: string;
}

/** One moment of the story. */
export interface SimulationLine {
  /** Virtual milliseconds since the first move. */
  readonly atMs: number;
  /** Name of the machine that says so. */
  readonly host: string;
  /** For people. */
  readonly text: string;
}

/** What a figure counts. */
export const figureUnits = ["count", "ms", "share", "megabytes"] as const;
/** What a figure counts. */
export type FigureUnit = typeof figureUnits[number];
/** Whom a figure is about. */
export const figureSides = ["attacker", "innocent", "mesh"] as const;
/** Whom a figure is about. */
export type FigureSide = typeof figureSides[number];
/** Which way is the good one. */
export const figureWishes = ["less", "more", "neither"] as const;
/** Which way is the good one. */
export type FigureWish = typeof figureWishes[number];

/** One number of a report. */
export interface SimulationFigure {
  /** Stable; pages have their words for it. */
  readonly name: string;
  /** Part of the run it belongs to; empty for the whole. */
  readonly part: string;
  /** Whom it is about. */
  readonly side: FigureSide;
  /** What it counts. */
  readonly unit: FigureUnit;
  /** Which way is the good one. */
  readonly wish: FigureWish;
  /** `null`: it never came to that. */
  readonly value: number | null;
}

/** A table of a report: machines, or sizes of a mesh. */
export interface SimulationTable {
  /** Stable names of columns; those that end in `Ms` are milliseconds. */
  readonly columns: readonly string[];
  /** Rows, with as many cells as columns; `null`: it never came to that. */
  readonly rows: readonly {
    readonly name: string;
    /** Part of the run it belongs to; empty for the whole. */
    readonly part: string;
    readonly cells: readonly (number | null)[];
  }[];
}

/** What a run showed. */
export interface SimulationReport {
  /** What the attacker gained, what the innocent suffered, what it cost. */
  readonly figures: readonly SimulationFigure[];
  /** Machine by machine. */
  readonly table: SimulationTable;
  /** Bounds and invariants that were broken; empty in a good run. */
  readonly breaches: readonly string[];
  /** The command that plays the same again. */
  readonly replay: string;
}

/** One run with what it showed, as it is kept. */
export interface KeptSimulation {
  /** Which. */
  readonly run: SimulationRun;
  /** What happened, in order. */
  readonly story: readonly SimulationLine[];
  /** Lines that found no room. */
  readonly storyDropped: number;
  /** Absent before the end. */
  readonly report?: SimulationReport;
}

/** One run with everything that is known of it. */
export interface SimulationDetail extends KeptSimulation {
  /** Number of the last news; whatever news up to it said is in here. */
  readonly seq: number;
}

/** Something changed about a run. */
export interface SimulationNews {
  /** Grows with each news, also over a restart; a cursor. */
  readonly seq: number;
  /** As it is now. */
  readonly run: SimulationRun;
  /** Lines of the story that came since the last news about it. */
  readonly lines: readonly SimulationLine[];
}

/** Why a run cannot be had. */
export type SimulationRefusal =
  /** No such kind, or a number that the kind does not allow. */
  | { readonly refused: "malformed"; readonly detail: string }
  /** Too many wait. */
  | { readonly refused: "full"; readonly detail: string };

/** Whoever plays. */
export interface SimulationDesk {
  /** What can be played. */
  kinds(): readonly SimulationKind[];
  /** Runs that wait, are played or were kept, newest first. */
  runs(): readonly SimulationRun[];
  /** One of them. */
  detail(id: string): SimulationDetail | undefined;
  /**
   * Plays, or has it wait.
   *
   * @param by Who asks.
   */
  start(order: SimulationOrder, by: string): SimulationRun | SimulationRefusal;
  /** Ends a run early. */
  cancel(id: string): SimulationRun | "unknown" | "ended";
  /** Calls `hear` for each news until the returned function is called. */
  watch(hear: (news: SimulationNews) => void): () => void;
}

/** Where runs that have ended are kept. */
export interface SimulationStore {
  /** What is kept, newest first. */
  list(): readonly SimulationRun[];
  /** One of them. */
  find(id: string): KeptSimulation | undefined;
  /** Keeps one; the oldest beyond the store's bound goes. */
  keep(detail: KeptSimulation): void;
}
