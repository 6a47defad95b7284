/**
 * Numbers as bars, each with its name and its number in words: read as a list,
 * looked at as a chart.
 *
 * @module
 */

/** One bar. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The number in words. */
  readonly text: string;
  /** Whether it is the one that is meant. */
  readonly strong?: boolean;
}

/** Of the drawing, in its own units. */
const width = 100;

/** The bars, as long as their numbers. */
export function BarList({ bars, label }: {
  readonly bars: readonly Bar[];
  readonly label: string;
}) {
  const most = Math.max(...bars.map(({ value }) => value), 1);
  return (
    <ul class="plain barlist" aria-label={label}>
      {bars.map(({ name, value, text, strong }) => (
        <li key={name}>
          <span class={strong ? "at" : ""}>{name}</span>
          <svg
            class={strong ? "series0" : "series4"}
            viewBox={`0 0 ${width} 8`}
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            <rect width={Math.max(0.5, value / most * width)} height="8" />
          </svg>
          <span class="number">{text}</span>
        </li>
      ))}
    </ul>
  );
}
