/**
 * Two runs of one kind side by side, with what differs in words.
 *
 * @module
 */
import type { SimulationComparison } from "../../api/simulation_comparison.ts";
import type { SimulationRun } from "../../api/simulation_desk.ts";
import { useLoaded } from "../loaded.ts";
import { go, place } from "../place.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { clockText } from "../when.tsx";
import { figureName, figureValue } from "./figure_words.ts";

/**
 * Chooses the other one; the last of the same kind, unless the address says
 * otherwise: `?run=ID&with=ID`.
 */
export function Comparison({ run, others }: {
  readonly run: SimulationRun;
  readonly others: readonly SimulationRun[];
}) {
  const words = texts.exercises;
  const alike = others.filter(({ id, kind, state }) =>
    id !== run.id && kind === run.kind && state === "ended"
  );
  const before = alike.find(({ orderedMs }) => orderedMs < run.orderedMs);
  const wanted = place.value.searchParams.get("with");
  const chosen = alike.find(({ id }) => id === wanted);
  const other = (chosen ?? before ?? alike[0])?.id;
  return (
    <section aria-labelledby="compare">
      <h3 id="compare">{words.compare}</h3>
      {other === undefined ? <p class="soft">{words.compareNone}</p> : (
        <>
          <label>
            {words.compareWith}
            <select
              value={other}
              onChange={(event) =>
                go(
                  `/exercises?run=${run.id}&with=${event.currentTarget.value}`,
                  true,
                )}
            >
              {alike.map(({ id, machines, seconds, seed, orderedMs }) => (
                <option key={id} value={id}>
                  {words.compareRun(
                    words.sizeOf(machines, seconds),
                    seed,
                    clockText(orderedMs),
                  )}
                </option>
              ))}
            </select>
          </label>
          <SideBySide first={run.id} second={other} />
        </>
      )}
    </section>
  );
}

function SideBySide({ first, second }: {
  readonly first: string;
  readonly second: string;
}) {
  const words = texts.exercises;
  const loaded = useLoaded<SimulationComparison>(
    `/simulations/compare?first=${first}&second=${second}`,
  );
  const both = loaded.value;
  if (!both) return <Pending of={loaded} />;
  const count = (verdict: string) =>
    both.figures.filter((figure) => figure.verdict === verdict).length;
  const unlike = both.first.machines !== both.second.machines ||
    both.first.seed !== both.second.seed;
  return (
    <>
      <p>
        {words.summary(count("first_better"), count("second_better"))}{" "}
        {unlike && <span class="soft">{words.unlike}</span>}
      </p>
      <div
        class="scroll compared"
        tabIndex={0}
        role="region"
        aria-labelledby="compare"
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{words.what}</th>
              <th scope="col">{words.thisRun}</th>
              <th scope="col">{words.otherRun}</th>
              <th scope="col">{words.difference}</th>
            </tr>
          </thead>
          <tbody>
            {both.figures.map((figure) => (
              <tr key={`${figure.part} ${figure.name}`}>
                <th scope="row" class="text">{figureName(figure)}</th>
                <td class="number">{figureValue(figure, figure.first)}</td>
                <td class="number">{figureValue(figure, figure.second)}</td>
                <td class={toneOf(figure.verdict)}>
                  {words.differences[figure.verdict] ?? figure.verdict}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function toneOf(verdict: string): string {
  if (verdict === "first_better") return "good";
  return verdict === "second_better" ? "warn-text" : "soft";
}
