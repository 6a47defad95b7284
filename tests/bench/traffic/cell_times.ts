/**
 * How late cells are: from the slot that only the sender knows
 * (`slot_watch.ts`) to the packet on the wire. A storm must not move the mean;
 * the two halves of the idle phase, between which nothing changed, show how
 * far a mean wanders by itself.
 *
 * @module
 */
import { quantile } from "../quantile.ts";
import type { NodeDump } from "./mesh_node.ts";
import type { MeshRecord } from "./recording.ts";
import { fieldsPerCell } from "./slot_watch.ts";
import type { Trial } from "./storm.ts";
import type { Flow, Wire } from "./wire.ts";

/** Lateness of cells, milliseconds. */
export interface Lateness {
  readonly cells: number;
  readonly mean: number;
  readonly p99: number;
  readonly max: number;
}

/** What a mesh's cells did. All in milliseconds unless said otherwise. */
export interface CellTimes {
  /** From slot to wire. */
  readonly idle: Lateness;
  readonly storm: Lateness;
  /** Mean of the storm minus mean of the idle phase. */
  readonly shift: number;
  /** Difference between the halves of the idle phase. */
  readonly noise: number;
  /** Both for the median, which other work on the machine moves less. */
  readonly medianShift: number;
  readonly medianNoise: number;
  /** The same for the time at which the isolate let go of the cell. */
  readonly handedShift: number;
  readonly handedNoise: number;
  /** Within the storm: trials with an alert minus those without. */
  readonly alertShift: number;
  /** Standard error of `alertShift`, from the means of its trials. */
  readonly alertError: number;
  /** Slots that sent nothing, in each phase. */
  readonly skippedIdle: number;
  readonly skippedStorm: number;
  /** Share of the cells noted by senders that were found on the wire. */
  readonly matched: number;
}

interface Cell {
  readonly dueMs: number;
  readonly handedMs: number;
}

/** A clock read in another process may be so far off, and a cell so late. */
const earlyMaxMs = 5;
const lateMaxMs = 60;
/** A link is a flow's if most of its cells are on it. */
const matchedLeast = 0.5;

/** Puts senders' slots and the wire side by side. */
export function cellTimes(
  { trials, periodMs }: MeshRecord,
  dumps: readonly NodeDump[],
  wire: Wire,
): CellTimes {
  const [startMs, stormMs, endMs] = bounds(trials);
  const middleMs = (startMs + stormMs) / 2;
  const flows = wire.flows();
  const idle: number[][] = [[], []];
  const handedIdle: number[][] = [[], []];
  const storm: number[] = [];
  const handedStorm: number[] = [];
  const perTrial = trials.map((): number[] => []);
  const everyMs = (endMs - startMs) / trials.length;
  let noted = 0;
  let skippedIdle = 0;
  let skippedStorm = 0;
  for (const [node, dump] of dumps.entries()) {
    const own = flows.filter(({ from }) => from === node);
    for (const cells of linksOf(dump)) {
      const within = cells.filter(({ dueMs }) =>
        dueMs >= startMs && dueMs < endMs
      );
      if (within.length === 0) continue;
      noted += within.length;
      const times = bestMatch(within, own);
      for (const [index, { dueMs, handedMs }] of within.entries()) {
        const before = within[index - 1];
        if (before) {
          const slots = Math.round((dueMs - before.dueMs) / periodMs) - 1;
          // Jitter of T/2 makes neighbours up to 1.5 T apart.
          if (dueMs - before.dueMs > 1.5 * periodMs) {
            if (dueMs < stormMs) skippedIdle += slots;
            else skippedStorm += slots;
          }
        }
        const atMs = times[index];
        if (atMs === undefined) continue;
        const lateMs = atMs - dueMs;
        if (dueMs < stormMs) {
          const half = dueMs < middleMs ? 0 : 1;
          idle[half]!.push(lateMs);
          handedIdle[half]!.push(handedMs - dueMs);
        } else {
          storm.push(lateMs);
          handedStorm.push(handedMs - dueMs);
          perTrial[Math.floor((dueMs - startMs) / everyMs)]?.push(lateMs);
        }
      }
    }
  }
  const [first = [], second = []] = idle;
  const [handedFirst = [], handedSecond = []] = handedIdle;
  const told = trials.flatMap(({ phase, alert }, index) => {
    const late = perTrial[index] ?? [];
    return phase === "storm" && late.length > 0
      ? [{ alert, mean: mean(late) }]
      : [];
  });
  const loud = told.filter(({ alert }) => alert).map((each) => each.mean);
  const quiet = told.filter(({ alert }) => !alert).map((each) => each.mean);
  const all = [...first, ...second];
  return {
    idle: latenessOf(all),
    storm: latenessOf(storm),
    shift: mean(storm) - mean(all),
    noise: Math.abs(mean(first) - mean(second)),
    medianShift: quantile(storm, 0.5) - quantile(all, 0.5),
    medianNoise: Math.abs(quantile(first, 0.5) - quantile(second, 0.5)),
    handedShift: mean(handedStorm) - mean([...handedFirst, ...handedSecond]),
    handedNoise: Math.abs(mean(handedFirst) - mean(handedSecond)),
    alertShift: mean(loud) - mean(quiet),
    alertError: Math.hypot(errorOf(loud), errorOf(quiet)),
    skippedIdle,
    skippedStorm,
    matched: (all.length + storm.length) / noted,
  };
}

/** Beginning of the idle phase, of the storm, and the end. */
export function bounds(trials: readonly Trial[]): [number, number, number] {
  const first = trials[0];
  const second = trials[1];
  const last = trials.at(-1);
  if (!first || !second || !last) throw new RangeError("No trials");
  const storm = trials.find(({ phase }) => phase === "storm") ?? last;
  return [first.atMs, storm.atMs, last.atMs + (second.atMs - first.atMs)];
}

function linksOf({ cells }: NodeDump): Cell[][] {
  const links: Cell[][] = [];
  for (let at = 0; at < cells.length; at += fieldsPerCell) {
    const [link = 0, dueMs = 0, handedMs = 0] = cells.slice(
      at,
      at + fieldsPerCell,
    );
    (links[link] ??= []).push({ dueMs, handedMs });
  }
  return links.filter((link) => link !== undefined);
}

/** For each cell its time on the wire, from the flow that has most of them. */
function bestMatch(
  cells: readonly Cell[],
  flows: readonly Flow[],
): (number | undefined)[] {
  let best: (number | undefined)[] = [];
  let found = cells.length * matchedLeast;
  for (const flow of flows) {
    const times = flow.atMs.filter((_, index) => flow.cells[index]! > 0);
    let at = 0;
    const matched = cells.map(({ handedMs }) => {
      while (at < times.length && times[at]! < handedMs - earlyMaxMs) at++;
      const atMs = times[at];
      return atMs !== undefined && atMs < handedMs + lateMaxMs
        ? atMs
        : undefined;
    });
    const count = matched.filter((each) => each !== undefined).length;
    if (count > found) [best, found] = [matched, count];
  }
  return best;
}

function latenessOf(values: readonly number[]): Lateness {
  return {
    cells: values.length,
    mean: mean(values),
    p99: quantile(values, 0.99),
    max: quantile(values, 1),
  };
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function errorOf(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.map((value) => (value - centre) ** 2);
  return Math.sqrt(mean(squares) / (values.length - 1));
}
