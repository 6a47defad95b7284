/**
 * Where the samples of a scenario stand in its file, so that who tests them is
 * told the line.
 *
 * @module
 */
import { isNode, LineCounter, parseDocument } from "yaml";

/** Places in a scenario's text, 1-based lines. */
export interface SamplePlaces {
  /** Where a sample begins. */
  sample(index: number): number;
  /** Where an alert of a sample is written. */
  alert(sample: number, index: number): number;
  /** Where a line of a sample's log stands. */
  logLine(sample: number, line: number): number;
}

/** Finds places in a text that is known to be a scenario. */
export function samplePlaces(text: string): SamplePlaces {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
  });
  const lineOf = (path: readonly (string | number)[]): number => {
    const node = document.getIn(path, true);
    if (!isNode(node) || !node.range) return 1;
    return Math.max(1, lines.linePos(node.range[0]).line);
  };
  return {
    sample: (index) => lineOf(["sample", index]),
    alert: (sample, index) => lineOf(["sample", sample, "alerts", index]),
    // The text of a block begins on the line below its mark.
    logLine: (sample, line) => lineOf(["sample", sample, "log"]) + line,
  };
}
