/**
 * Plays simulations for the dashboard, one at a time, each in an isolate of
 * its own.
 *
 * Bounds: `waitingMax` runs wait, the next is refused; {@linkcode playedMsMax}
 * for one run, then it has failed; `storyMax` lines of a story are kept and
 * told, the others counted; what has ended is the store's to keep.
 *
 * @module
 */
import {
  type Choice,
  type SimulationDesk,
  type SimulationDetail,
  type SimulationKind,
  type SimulationLine,
  type SimulationNews,
  type SimulationOrder,
  type SimulationRefusal,
  type SimulationReport,
  type SimulationRun,
  type SimulationStore,
  storyMax,
  waitingMax,
} from "../dashboard/mod.ts";
import type { Scenario } from "../defense/mod.ts";
import type { SimulationWord } from "./simulation_messages.ts";
import type { PlayedSimulation, SpawnSimulation } from "./spawn_simulation.ts";

/** The largest that is offered takes a tenth of it. Our choice. */
const playedMsMax = 1_200_000;
const idBytes = 6;

/** What the desk stands on. */
export interface SimulationDeskParts {
  readonly kinds: readonly SimulationKind[];
  /** What the virtual machines detect. */
  readonly scenarios: () => readonly Scenario[];
  readonly spawn: SpawnSimulation;
  readonly store: SimulationStore;
  readonly wallMs: () => number;
  /** Fills bytes; for ids and seeds. */
  readonly fill: (bytes: Uint8Array) => void;
  /** Runs `wake` later; the returned function cancels it. */
  readonly later: (ms: number, wake: () => void) => () => void;
}

/** A run that waits or is played. */
interface Open {
  run: SimulationRun;
  readonly story: SimulationLine[];
  storyDropped: number;
}

/** The desk, and its end. */
export interface OwnSimulationDesk extends SimulationDesk {
  /** Ends what is played; what waits is forgotten. */
  stop(): void;
}

/** Opens the desk. */
export function simulationDesk(parts: SimulationDeskParts): OwnSimulationDesk {
  return new Desk(parts);
}

class Desk implements OwnSimulationDesk {
  readonly #parts: SimulationDeskParts;
  readonly #hearers = new Set<(news: SimulationNews) => void>();
  /** The first is the one that is played. */
  #open: Open[] = [];
  #played: PlayedSimulation | undefined;
  #cancelLate: () => void = () => {};
  /** A run tells 5 news a second; wall time grows faster, over restarts, too. */
  #seq: number;

  constructor(parts: SimulationDeskParts) {
    this.#parts = parts;
    this.#seq = Math.floor(parts.wallMs());
  }

  kinds(): readonly SimulationKind[] {
    return this.#parts.kinds;
  }

  runs(): readonly SimulationRun[] {
    const open = this.#open.map(({ run }) => run).reverse();
    return [...open, ...this.#parts.store.list()];
  }

  detail(id: string): SimulationDetail | undefined {
    const open = this.#open.find(({ run }) => run.id === id);
    const seq = this.#seq;
    if (!open) {
      const kept = this.#parts.store.find(id);
      return kept && { ...kept, seq };
    }
    const { run, story, storyDropped } = open;
    return { run, story: [...story], storyDropped, seq };
  }

  start(order: SimulationOrder, by: string): SimulationRun | SimulationRefusal {
    const { wallMs } = this.#parts;
    const kind = this.#parts.kinds.find(({ name }) => name === order.kind);
    if (!kind) {
      const names = this.#parts.kinds.map(({ name }) => name).join(", ");
      return malformed(`no simulation "${order.kind}"; there are ${names}`);
    }
    for (const name of ["machines", "seconds"] as const) {
      const wrong = wrongIn(name, kind[name], order[name]);
      if (wrong !== undefined) return malformed(wrong);
    }
    if (this.#open.length > waitingMax) {
      const detail = `${waitingMax} wait already; cancel one, or try again`;
      return { refused: "full", detail };
    }
    const run: SimulationRun = {
      id: this.#drawn(idBytes),
      kind: kind.name,
      machines: order.machines ?? kind.machines?.usual ?? 0,
      seconds: order.seconds ?? kind.seconds?.usual ?? 0,
      seed: order.seed ?? String(Number.parseInt(this.#drawn(3), 16)),
      by,
      state: "waiting",
      done: 0,
      orderedMs: wallMs(),
    };
    const open = { run, story: [], storyDropped: 0 };
    this.#open.push(open);
    if (this.#open.length === 1) this.#play(open);
    else this.#tell(open, []);
    return open.run;
  }

  cancel(id: string): SimulationRun | "unknown" | "ended" {
    const open = this.#open.find(({ run }) => run.id === id);
    if (!open) return this.#parts.store.find(id) ? "ended" : "unknown";
    this.#end(open, { state: "cancelled" });
    return open.run;
  }

  watch(hear: (news: SimulationNews) => void): () => void {
    this.#hearers.add(hear);
    return () => void this.#hearers.delete(hear);
  }

  stop(): void {
    const [playing] = this.#open;
    this.#open = playing ? [playing] : [];
    if (playing) this.#end(playing, { state: "cancelled" });
  }

  #play(open: Open): void {
    const { spawn, scenarios, wallMs, later } = this.#parts;
    open.run = { ...open.run, state: "running", startedMs: wallMs() };
    this.#tell(open, []);
    const { kind, machines, seconds, seed } = open.run;
    this.#cancelLate = later(playedMsMax, () => {
      const error = `it took longer than ${playedMsMax / 60_000} minutes`;
      this.#end(open, { state: "failed", error });
    });
    this.#played = spawn(
      { kind, machines, seconds, seed, scenarios: scenarios() },
      (word) => this.#heard(open, word),
    );
  }

  #heard(open: Open, word: SimulationWord): void {
    // What was on its way when the run was cancelled.
    if (this.#open[0] !== open) return;
    switch (word.type) {
      case "progress": {
        const lines = word.lines.slice(0, storyMax - open.story.length);
        open.story.push(...lines);
        open.storyDropped += word.lines.length - lines.length;
        open.run = { ...open.run, done: Math.min(1, Math.max(0, word.done)) };
        return this.#tell(open, lines);
      }
      case "ended": {
        const { report } = word;
        const broken = report.breaches.length;
        return this.#end(open, { state: "ended", done: 1, broken }, report);
      }
      case "failed":
        return this.#end(open, { state: "failed", error: word.reason });
    }
  }

  /** Ends one that waits or is played, and lets the next one begin. */
  #end(
    open: Open,
    change: Partial<SimulationRun>,
    report?: SimulationReport,
  ): void {
    const { store, wallMs } = this.#parts;
    const wasPlayed = this.#open[0] === open;
    if (wasPlayed) {
      this.#cancelLate();
      this.#played?.stop();
      this.#played = undefined;
    }
    this.#open = this.#open.filter((each) => each !== open);
    open.run = { ...open.run, ...change, endedMs: wallMs() };
    const { run, story, storyDropped } = open;
    try {
      store.keep({ run, story, storyDropped, ...(report && { report }) });
    } catch {
      // The disk is full or the file busy: without a report, but going on.
      open.run = { ...run, error: "its report could not be kept" };
    }
    this.#tell(open, []);
    const [next] = this.#open;
    if (wasPlayed && next) this.#play(next);
  }

  #tell({ run }: Open, lines: readonly SimulationLine[]): void {
    const news = { seq: ++this.#seq, run, lines };
    for (const hear of this.#hearers) hear(news);
  }

  #drawn(bytes: number): string {
    const drawn = new Uint8Array(bytes);
    this.#parts.fill(drawn);
    return drawn.toHex();
  }
}

/** What is wrong with a number that was chosen, if anything. */
function wrongIn(
  name: string,
  choice: Choice | undefined,
  value: number | undefined,
): string | undefined {
  if (value === undefined) return undefined;
  if (!choice) return `${name}: this kind has none; leave it out`;
  const { least, most } = choice;
  return value >= least && value <= most
    ? undefined
    : `${name}: expected ${least} to ${most}`;
}

function malformed(detail: string): SimulationRefusal {
  return { refused: "malformed", detail };
}
