/**
 * A day of alerts as bars, with the same in words and numbers for those who
 * read rather than look.
 *
 * @module
 */
import { techniqueOf } from "../texts/techniques.ts";
import { texts } from "../texts.ts";
import { clockText, hourMs } from "../when.tsx";
import { alertsMax, useAlertDay } from "./alert_day.ts";
import { type AlertHours, alertHours, type HourSeries } from "./alert_hours.ts";

/** Of the drawing, in its own units. */
const width = 480;
const height = 100;
const gap = 3;

/** Its place is as large while it loads as afterwards. */
export function AlertChart() {
  const alerts = useAlertDay();
  const hours = alertHours(alerts ?? [], hourMs.value);
  const total = hours.totals.reduce((sum, count) => sum + count, 0);
  const words = texts.now;
  const busiest = hours.totals.indexOf(Math.max(...hours.totals));
  const summary = alerts === undefined
    ? texts.state.loading
    : total === 0
    ? words.dayNone
    : words.dayTotal(total, clockText(hours.startsMs[busiest] ?? 0));
  return (
    <section class="card chart" aria-labelledby="day">
      <h2 id="day">{words.day}</h2>
      <Bars hours={hours} label={`${words.day}: ${summary}`} />
      <div class="hours" aria-hidden="true">
        {[0, 6, 12, 18, 23].map((hour) => (
          <span key={hour}>{clockText(hours.startsMs[hour] ?? 0, true)}</span>
        ))}
      </div>
      <p>
        {summary}
        {(alerts?.length ?? 0) >= alertsMax && ` ${words.dayCut(alertsMax)}`}
      </p>
      <ul class="legend">
        {hours.series.map((one, place) => (
          <li key={one.technique}>
            <svg
              class={`series${place}`}
              viewBox="0 0 10 10"
              aria-hidden="true"
            >
              <rect width="10" height="10" />
            </svg>
            {nameOf(one)}
          </li>
        ))}
      </ul>
      <Numbers hours={hours} />
    </section>
  );
}

function Bars({ hours, label }: {
  readonly hours: AlertHours;
  readonly label: string;
}) {
  const { totals, series, startsMs } = hours;
  const most = Math.max(1, ...totals);
  const step = width / totals.length;
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <line x1="0" y1={height} x2={width} y2={height} class="axis" />
      {totals.map((_, hour) => {
        let y = height;
        return (
          <g key={startsMs[hour]}>
            {series.map(({ technique, counts }, place) => {
              const tall = (counts[hour] ?? 0) / most * (height - 4);
              y -= tall;
              return tall > 0 && (
                <rect
                  key={technique}
                  class={`series${place}`}
                  x={hour * step + gap / 2}
                  y={y}
                  width={step - gap}
                  height={tall}
                />
              );
            })}
          </g>
        );
      })}
    </svg>
  );
}

function Numbers({ hours }: { readonly hours: AlertHours }) {
  const { startsMs, series, totals } = hours;
  return (
    <details class={totals.some((count) => count > 0) ? "" : "kept"}>
      <summary>{texts.now.dayTable}</summary>
      <div
        class="scroll"
        tabIndex={0}
        role="region"
        aria-label={texts.now.dayTable}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.now.hour}</th>
              {series.map((one) => (
                <th scope="col" key={one.technique}>{nameOf(one)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {startsMs.map((startMs, hour) =>
              (totals[hour] ?? 0) > 0 && (
                <tr key={startMs}>
                  <th scope="row">{clockText(startMs)}</th>
                  {series.map(({ technique, counts }) => (
                    <td key={technique} class="number">{counts[hour]}</td>
                  ))}
                </tr>
              )
            )}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function nameOf({ technique }: HourSeries): string {
  if (technique === "") return texts.now.other;
  return techniqueOf(technique).name || technique;
}
