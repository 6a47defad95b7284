/**
 * Alerts by hour and technique, for the last 24 hours that the viewer's clock
 * has begun.
 *
 * @module
 */

/** What is counted. */
export interface CountedAlert {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  readonly technique: string;
}

/** One kind of alert over the hours. */
export interface HourSeries {
  /** The technique; empty for all that have no series of their own. */
  readonly technique: string;
  /** By hour, the oldest first. */
  readonly counts: readonly number[];
}

/** What a chart shows. */
export interface AlertHours {
  /** Wall clock milliseconds when each hour began, the oldest first. */
  readonly startsMs: readonly number[];
  /** The most frequent, by the name of the technique; the rest last. */
  readonly series: readonly HourSeries[];
  /** By hour. */
  readonly totals: readonly number[];
}

const hours = 24;
const hourMs = 3_600_000;
/** More techniques than colours one can tell apart are counted together. */
const seriesMax = 5;

/**
 * Counts; what is older or from a clock that is ahead is left out.
 *
 * @param nowMs Any moment of the last hour.
 */
export function alertHours(
  alerts: Iterable<CountedAlert>,
  nowMs: number,
): AlertHours {
  const firstMs = new Date(nowMs).setMinutes(0, 0, 0) - (hours - 1) * hourMs;
  const byTechnique = new Map<string, number[]>();
  const totals = noHours();
  for (const { atMs, technique } of alerts) {
    const hour = Math.floor((atMs - firstMs) / hourMs);
    if (hour < 0 || hour >= hours) continue;
    const counts = byTechnique.get(technique) ?? noHours();
    byTechnique.set(technique, counts);
    counts[hour]!++;
    totals[hour]!++;
  }
  const all = [...byTechnique]
    .map(([technique, counts]) => ({ technique, counts }))
    .sort((a, b) => sum(b.counts) - sum(a.counts));
  const fits = all.length <= seriesMax;
  // A colour stays with its technique while the counts change.
  const series = (fits ? all : all.slice(0, seriesMax - 1))
    .toSorted((a, b) => a.technique < b.technique ? -1 : 1);
  if (!fits) {
    const rest = noHours();
    for (const { counts } of all.slice(seriesMax - 1)) {
      counts.forEach((count, hour) => rest[hour]! += count);
    }
    series.push({ technique: "", counts: rest });
  }
  return {
    startsMs: totals.map((_, hour) => firstMs + hour * hourMs),
    series,
    totals,
  };
}

function noHours(): number[] {
  return new Array<number>(hours).fill(0);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
