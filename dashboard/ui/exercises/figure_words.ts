/**
 * Numbers of a report in words.
 *
 * @module
 */
import type {
  SimulationFigure,
  SimulationRun,
} from "../../api/simulation_desk.ts";
import { texts } from "../texts.ts";

/** What a figure is called, with the part it belongs to. */
export function figureName(
  { name, part }: Pick<SimulationFigure, "name" | "part">,
): string {
  const words = texts.exercises.figures[name] ?? name;
  return part === "" ? words : `${words} (${part})`;
}

/** A value of it. */
export function figureValue(
  { unit }: Pick<SimulationFigure, "unit">,
  value: number | null,
): string {
  return value === null
    ? texts.exercises.never
    : texts.exercises.units[unit](value);
}

/** What came of a run, in a few words, and how that is to be taken. */
export function outcomeOf(
  run: SimulationRun,
): { readonly text: string; readonly tone: string } {
  const words = texts.exercises;
  switch (run.state) {
    case "ended":
      return run.broken
        ? { text: words.broke(run.broken), tone: "bad-text" }
        // A measurement has no bounds that could hold.
        : run.kind === "stress"
        ? { text: words.measured, tone: "" }
        : { text: words.held, tone: "good" };
    case "running":
      return { text: words.running(run.done), tone: "" };
    case "failed":
      return {
        text: `${words.states["failed"]}: ${run.error ?? ""}`,
        tone: "bad-text",
      };
    default:
      return { text: words.states[run.state] ?? run.state, tone: "soft" };
  }
}

/** What is played, in a few words. */
export function kindName(kind: string): string {
  return texts.exercises.kinds[kind]?.name ?? kind;
}
