/**
 * How many machines had come so far, over time: a line that climbs a step with
 * each, with the same in words.
 *
 * @module
 */

/** Of the drawing, in its own units. */
const width = 480;
const height = 110;

/** One line of the chart. */
export interface ReachLine {
  /** What the machines had done. */
  readonly name: string;
  /** When each had, in milliseconds, in any order. */
  readonly atMs: readonly number[];
}

/** @param of Machines there are. */
export function ReachChart({ id, title, summary, lines, of, untilText }: {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly lines: readonly ReachLine[];
  readonly of: number;
  /** The end of the time shown, for people. */
  readonly untilText: (ms: number) => string;
}) {
  const lastMs = Math.max(1, ...lines.flatMap(({ atMs }) => atMs));
  return (
    <section class="chart" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <svg
        class="bars"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${title}: ${summary}`}
        preserveAspectRatio="none"
      >
        <line x1="0" y1={height} x2={width} y2={height} class="axis" />
        {lines.map(({ name, atMs }, place) => (
          <path
            key={name}
            class={`reach series${place}`}
            d={pathOf(atMs, lastMs, of)}
          />
        ))}
      </svg>
      <div class="hours" aria-hidden="true">
        <span>0</span>
        <span>{untilText(lastMs)}</span>
      </div>
      <p>{summary}</p>
      {lines.length > 1 && (
        <ul class="legend">
          {lines.map(({ name }, place) => (
            <li key={name}>
              <svg
                class={`series${place}`}
                viewBox="0 0 10 10"
                aria-hidden="true"
              >
                <rect width="10" height="10" />
              </svg>
              {name}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The area below the steps. */
function pathOf(
  atMs: readonly number[],
  lastMs: number,
  of: number,
): string {
  let path = `M0 ${height}`;
  let y = height;
  for (const [count, ms] of atMs.toSorted((a, b) => a - b).entries()) {
    // The last step is a little before the edge, so that it is seen.
    const x = 0.96 * width * ms / lastMs;
    path += `L${x.toFixed(1)} ${y.toFixed(1)}`;
    y = height - (height - 4) * (count + 1) / Math.max(1, of);
    path += `L${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return `${path}L${width} ${y.toFixed(1)}L${width} ${height}Z`;
}
