/**
 * What an observer of the wire computes about one direction of one link in one
 * window of time; the only place where features are made. An observer that
 * knows more than we give it would be a better one, so everything it can see
 * is in here: counts, sizes and gaps of cells, acknowledgements and repeats,
 * the place of cells on the link's clock as far as it can be recovered, what
 * else the sender sent at about the same time, and what all nodes did.
 *
 * Which link and which node a row is about is left out: what is constant over
 * time cannot tell one time from another.
 *
 * @module
 */
import type { MeshRecord } from "./recording.ts";
import type { Flow, Wire } from "./wire.ts";

/** The columns, in order. Times in milliseconds. */
export const featureNames = [
  // This direction, then the one back.
  ...["cells", "bytes", "acks", "odd", "repeats"].flatMap((name) => [
    `out_${name}`,
    `in_${name}`,
  ]),
  // Gaps between cells, the last one before the window included.
  ...["min", "mean", "max", "spread"].map((name) => `gap_${name}`),
  // From the beginning of the window.
  "first_out",
  "last_out",
  "first_in",
  // Where cells lie in the link's period, from the earliest place ever seen.
  "phase_mean",
  "phase_min",
  "phase_max",
  // From a cell to the next segment back.
  "answer_mean",
  "answer_max",
  // Everything the sender sent and got, on all its links.
  ...["node_out", "node_in", "node_gap_min", "node_gap_mean", "node_pairs"],
  // Everything on the wire.
  ...["all_segments", "all_gap_min", "all_pairs"],
] as const;

/** Rows of features and what they are about. */
export interface FeatureTable {
  /** Row by row, `featureNames.length` numbers each. */
  readonly values: Float32Array<ArrayBuffer>;
  /** For each row: number of the trial, sender, receiver. */
  readonly about: Int32Array<ArrayBuffer>;
}

/** Numbers per row of `FeatureTable.about`. */
export const aboutFields = 3;

/** Two segments so close belong to one piece of work: our choice. */
const pairMs = 1;

/** Makes one row for each trial of the storm and each direction of a link. */
export function extractFeatures(
  { trials, pace, periodMs }: MeshRecord,
  wire: Wire,
): FeatureTable {
  const flows = wire.flows().map((flow) => new Direction(flow, periodMs));
  const byPair = new Map(flows.map((each) => [each.name, each]));
  const all = Timeline.of(flows.map(({ flow }) => flow));
  const nodes = new Set(flows.map(({ flow }) => flow.from));
  const sent = new Map<number, Timeline>();
  const got = new Map<number, Timeline>();
  for (const node of nodes) {
    const out = flows.filter(({ flow }) => flow.from === node);
    const back = flows.filter(({ flow }) => flow.to === node);
    sent.set(node, Timeline.of(out.map(({ flow }) => flow)));
    got.set(node, Timeline.of(back.map(({ flow }) => flow)));
  }
  const values: number[] = [];
  const about: number[] = [];
  for (const [number, { phase, atMs }] of trials.entries()) {
    if (phase !== "storm") continue;
    const endMs = atMs + pace.windowMs;
    const everything = all.window(atMs, endMs);
    const ofNode = new Map([...nodes].map((node) => [node, {
      out: sent.get(node)!.window(atMs, endMs),
      in: got.get(node)!.window(atMs, endMs),
    }]));
    for (const direction of flows) {
      const { from, to } = direction.flow;
      const back = byPair.get(`${to} ${from}`);
      if (!back) continue;
      const own = ofNode.get(from)!;
      values.push(
        ...direction.columns(back, atMs, endMs),
        own.out.count,
        own.in.count,
        own.out.gapMin,
        own.out.gapMean,
        own.out.pairs,
        everything.count,
        everything.gapMin,
        everything.pairs,
      );
      about.push(number, from, to);
    }
  }
  return { values: Float32Array.from(values), about: Int32Array.from(about) };
}

/** One direction of a link with what its whole history gives away. */
class Direction {
  readonly flow: Flow;
  readonly name: string;
  readonly #cellAtMs: number[] = [];
  readonly #repeated: ReadonlySet<number>;
  readonly #periodMs: number;
  readonly #phaseOriginMs: number;

  constructor(flow: Flow, periodMs: number) {
    this.flow = flow;
    this.name = `${flow.from} ${flow.to}`;
    this.#periodMs = periodMs;
    this.#repeated = new Set(flow.repeated);
    for (const [index, atMs] of flow.atMs.entries()) {
      if (flow.cells[index]! > 0) this.#cellAtMs.push(atMs);
    }
    this.#phaseOriginMs = phaseOriginOf(this.#cellAtMs, periodMs);
  }

  columns(back: Direction, fromMs: number, toMs: number): number[] {
    const out = this.#sums(fromMs, toMs);
    const into = back.#sums(fromMs, toMs);
    const cells = this.#cellsIn(fromMs, toMs);
    const gaps = this.#gaps(fromMs, toMs);
    const phases = cells.map((atMs) =>
      modulo(atMs - this.#phaseOriginMs, this.#periodMs)
    );
    const answers = cells.map((atMs) => back.#nextAfter(atMs) - atMs);
    const missing = toMs - fromMs;
    return [
      ...out.flatMap((value, index) => [value, into[index] ?? 0]),
      Math.min(missing, ...gaps),
      meanOf(gaps, missing),
      Math.max(0, ...gaps),
      spreadOf(gaps),
      (cells[0] ?? toMs) - fromMs,
      (cells.at(-1) ?? toMs) - fromMs,
      (back.#cellsIn(fromMs, toMs)[0] ?? toMs) - fromMs,
      meanOf(phases, this.#periodMs),
      Math.min(this.#periodMs, ...phases),
      Math.max(0, ...phases),
      Math.min(missing, meanOf(answers, 0)),
      Math.min(missing, Math.max(0, ...answers)),
    ];
  }

  #sums(fromMs: number, toMs: number): number[] {
    const { atMs, bytes, cells } = this.flow;
    const sums = [0, 0, 0, 0, 0];
    const endAt = lowerBound(atMs, toMs);
    for (let at = lowerBound(atMs, fromMs); at < endAt; at++) {
      sums[0]! += cells[at]!;
      sums[1]! += bytes[at]!;
      if (bytes[at] === 0) sums[2]!++;
      else if (cells[at] === 0) sums[3]!++;
      if (this.#repeated.has(at)) sums[4]!++;
    }
    return sums;
  }

  #cellsIn(fromMs: number, toMs: number): number[] {
    const times = this.#cellAtMs;
    return times.slice(lowerBound(times, fromMs), lowerBound(times, toMs));
  }

  #gaps(fromMs: number, toMs: number): number[] {
    const times = this.#cellAtMs;
    const first = Math.max(1, lowerBound(times, fromMs));
    const gaps: number[] = [];
    for (let at = first; at < lowerBound(times, toMs); at++) {
      gaps.push(times[at]! - times[at - 1]!);
    }
    return gaps;
  }

  #nextAfter(ms: number): number {
    const { atMs } = this.flow;
    return atMs[lowerBound(atMs, ms)] ?? ms;
  }
}

/** Times of all segments of several flows. */
class Timeline {
  readonly #atMs: Float64Array;

  private constructor(atMs: Float64Array) {
    this.#atMs = atMs;
  }

  static of(flows: readonly Flow[]): Timeline {
    return new Timeline(
      Float64Array.from(flows.flatMap(({ atMs }) => atMs)).sort(),
    );
  }

  window(
    fromMs: number,
    toMs: number,
  ): { count: number; gapMin: number; gapMean: number; pairs: number } {
    const first = lowerBound(this.#atMs, fromMs);
    const end = lowerBound(this.#atMs, toMs);
    let gapMin = toMs - fromMs;
    let pairs = 0;
    for (let at = first + 1; at < end; at++) {
      const gap = this.#atMs[at]! - this.#atMs[at - 1]!;
      gapMin = Math.min(gapMin, gap);
      if (gap < pairMs) pairs++;
    }
    const count = end - first;
    return { count, gapMin, gapMean: (toMs - fromMs) / (count + 1), pairs };
  }
}

/**
 * Where a link's period begins, as an observer recovers it: cells fall into
 * one half of it, so the longest stretch without any ends there.
 */
function phaseOriginOf(times: readonly number[], periodMs: number): number {
  const phases = times.map((atMs) => modulo(atMs, periodMs))
    .sort((a, b) => a - b);
  let origin = phases[0] ?? 0;
  let longest = origin + periodMs - (phases.at(-1) ?? 0);
  for (let at = 1; at < phases.length; at++) {
    const gap = phases[at]! - phases[at - 1]!;
    if (gap > longest) [longest, origin] = [gap, phases[at]!];
  }
  return origin;
}

/** First index whose value is not below `value`. */
function lowerBound(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function meanOf(values: readonly number[], otherwise: number): number {
  if (values.length === 0) return otherwise;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function spreadOf(values: readonly number[]): number {
  const mean = meanOf(values, 0);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2), 0));
}
