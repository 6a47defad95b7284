/**
 * What a simulation showed: what the attacker gained, what innocents suffered,
 * a small chart, and machine by machine.
 *
 * @module
 */
import type {
  SimulationDetail,
  SimulationFigure,
  SimulationReport,
} from "../../api/simulation_desk.ts";
import { texts } from "../texts.ts";
import { figureName, figureValue } from "./figure_words.ts";
import { ReachChart, type ReachLine } from "./reach_chart.tsx";

/** The whole report. */
export function ReportView({ report }: {
  readonly report: NonNullable<SimulationDetail["report"]>;
}) {
  const words = texts.exercises;
  const { figures, breaches, replay } = report;
  const sides = [
    ["attacker", words.gained],
    ["innocent", words.suffered],
    ["mesh", words.mesh],
  ] as const;
  return (
    <>
      {breaches.length > 0 && (
        <section aria-labelledby="broken">
          <h3 id="broken" class="bad-text">{words.broken}</h3>
          <ul>
            {breaches.map((breach) => (
              <li key={breach} class="text">{breach}</li>
            ))}
          </ul>
        </section>
      )}
      <div class="cards">
        {sides.map(([side, title]) => {
          const own = figures.filter((figure) => figure.side === side);
          return own.length > 0 && (
            <Figures key={side} title={title} figures={own} />
          );
        })}
        <Chart report={report} />
      </div>
      <Table report={report} />
      <p class="soft">{words.replay}</p>
      <pre tabIndex={0}>{replay}</pre>
    </>
  );
}

function Figures({ title, figures }: {
  readonly title: string;
  readonly figures: readonly SimulationFigure[];
}) {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="figures">
        {figures.map((figure) => (
          <div key={`${figure.part} ${figure.name}`}>
            <dt>{figureName(figure)}</dt>
            <dd class="number">{figureValue(figure, figure.value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Columns that say when a machine did something about the attacker. */
const actColumns = ["cautiousMs", "throttledMs", "blockedMs"];

/** When machines acted; of a large mesh, when they heard. */
function Chart({ report }: { readonly report: SimulationReport }) {
  const words = texts.exercises;
  const { columns, rows } = report.table;
  const timesOf = (column: string) => {
    const at = columns.indexOf(column);
    return at < 0 ? [] : rows.flatMap(({ cells }) => cells[at] ?? []);
  };
  const alert = rows.find(({ name }) => name === "alert");
  if (alert && columns.includes("p50Ms")) {
    const [half = 0, , , , last = 0] = alert.cells;
    const shares = [50, 90, 95, 99, 100];
    const atMs = shares.flatMap((share, place) =>
      Array.from(
        { length: share - (shares[place - 1] ?? 0) },
        () => alert.cells[place] ?? 0,
      )
    );
    return (
      <ReachChart
        id="reach"
        title={words.chartSpread}
        summary={words.chartSpreadOf(
          words.units.ms(half ?? 0),
          words.units.ms(last ?? 0),
        )}
        lines={[{ name: words.chartSpread, atMs }]}
        of={100}
        untilText={words.units.ms}
      />
    );
  }
  const acts = actColumns.filter((column) => columns.includes(column));
  if (acts.length === 0) return null;
  const lines: ReachLine[] = acts.map((column) => ({
    name: words.columns[column] ?? column,
    atMs: timesOf(column),
  })).filter(({ atMs }) => atMs.length > 0);
  const firsts = rows.map(({ cells }) =>
    Math.min(
      ...acts.map((column) => cells[columns.indexOf(column)] ?? Infinity),
    )
  ).filter(Number.isFinite);
  const acted = firsts.length;
  const lastMs = Math.max(0, ...firsts);
  return (
    <ReachChart
      id="reach"
      title={words.chart}
      summary={words.chartOf(acted, rows.length, words.units.ms(lastMs))}
      lines={lines}
      of={rows.length}
      untilText={words.units.ms}
    />
  );
}

function Table({ report }: { readonly report: SimulationReport }) {
  const words = texts.exercises;
  const { rows } = report.table;
  if (rows.length === 0) return null;
  // What came to nobody says nothing.
  const columns = report.table.columns.map((name, at) => ({ name, at }))
    .filter(({ at }) => rows.some(({ cells }) => cells[at] !== null));
  const has = (name: string) => columns.some((each) => each.name === name);
  const title = has("times")
    ? words.tableTimes
    : has("p50Ms")
    ? words.tableSpread
    : words.table;
  const parts = rows.some(({ part }) => part !== "");
  return (
    <section
      class="scroll"
      tabIndex={0}
      aria-labelledby="machines"
    >
      <h3 id="machines">{title}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.machine}</th>
            {parts && <th scope="col">{words.part}</th>}
            {columns.map(({ name }) => (
              <th scope="col" key={name}>{words.columns[name] ?? name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, part, cells }) => (
            <tr key={`${part} ${name}`}>
              <th scope="row" class="text">{words.rows[name] ?? name}</th>
              {parts && <td class="text">{part}</td>}
              {columns.map((column) => (
                <td key={column.name} class="number">
                  {cellWords(column.name, cells[column.at] ?? null)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function cellWords(column: string, cell: number | null): string {
  const { units } = texts.exercises;
  if (cell === null) return "–";
  return column.endsWith("Ms") ? units.ms(cell) : units.count(cell);
}
