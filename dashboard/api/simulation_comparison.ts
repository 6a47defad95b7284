/**
 * Two reports of one kind side by side: figure by figure, and which of the two
 * fared better.
 *
 * @module
 */
import type {
  KeptSimulation,
  SimulationFigure,
  SimulationRun,
} from "./simulation_desk.ts";

/** How two values of one figure stand to each other. */
export const comparisonVerdicts = [
  "same",
  "first_better",
  "second_better",
  "different",
] as const;

/** One figure of both. */
export interface ComparedFigure extends Omit<SimulationFigure, "value"> {
  /** In the first run; `null`: it never came to that, or it has none. */
  readonly first: number | null;
  /** In the second. */
  readonly second: number | null;
  /** Which fared better. */
  readonly verdict: typeof comparisonVerdicts[number];
}

/** Both runs and their figures. */
export interface SimulationComparison {
  /** The first of the two. */
  readonly first: SimulationRun;
  /** The second of the two. */
  readonly second: SimulationRun;
  /** In the order of the reports. */
  readonly figures: readonly ComparedFigure[];
}

/**
 * Compares.
 *
 * @returns Why they cannot be compared, as a text.
 */
export function compareSimulations(
  first: KeptSimulation,
  second: KeptSimulation,
): SimulationComparison | string {
  if (!first.report || !second.report) {
    return "only runs that have ended by themselves have a report";
  }
  if (first.run.kind !== second.run.kind) {
    return `${first.run.kind} and ${second.run.kind} have nothing in common; choose two of one kind`;
  }
  const others = new Map(
    second.report.figures.map((figure) => [keyOf(figure), figure]),
  );
  const both = first.report.figures.map((figure): ComparedFigure => {
    const other = others.get(keyOf(figure));
    others.delete(keyOf(figure));
    return compared(figure, figure.value, other?.value ?? null);
  });
  const added = [...others.values()].map((figure) =>
    compared(figure, null, figure.value)
  );
  return {
    first: first.run,
    second: second.run,
    figures: [...both, ...added],
  };
}

function compared(
  { value: _value, ...figure }: SimulationFigure,
  first: number | null,
  second: number | null,
): ComparedFigure {
  return {
    ...figure,
    first,
    second,
    verdict: verdictOf(figure, first, second),
  };
}

function verdictOf(
  { wish }: Pick<SimulationFigure, "wish">,
  first: number | null,
  second: number | null,
): ComparedFigure["verdict"] {
  if (first === second) return "same";
  if (wish === "neither") return "different";
  // What never came is later than everything.
  const [a, b] = [first ?? Infinity, second ?? Infinity];
  return (a < b) === (wish === "less") ? "first_better" : "second_better";
}

function keyOf({ part, name }: SimulationFigure): string {
  return `${part}\n${name}`;
}
