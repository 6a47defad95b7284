/**
 * Exercises: simulations beside the mesh, and drills on it. Which is looked at
 * stands in the address: `?run=ID`, `?drill`, `?drill=ID`.
 *
 * @module
 */
import type { SimulationRun } from "../../api/simulation_desk.ts";
import { Choose } from "../exercises/choose.tsx";
import { DrillTab } from "../exercises/drill_tab.tsx";
import { kindName, outcomeOf } from "../exercises/figure_words.ts";
import { RunView } from "../exercises/run_view.tsx";
import { useSimulations } from "../exercises/use_simulations.ts";
import { may } from "../may.ts";
import { go, place } from "../place.ts";
import { Pending } from "../state.tsx";
import { Tabs } from "../tabs.tsx";
import { texts } from "../texts.ts";
import { When } from "../when.tsx";

/** The page. */
export function Exercises() {
  const words = texts.exercises;
  const query = place.value.searchParams;
  const drill = query.get("drill");
  const tabs = [
    {
      href: "/exercises",
      name: words.tabs.simulation,
      here: drill === null,
    },
    { href: "/exercises?drill", name: words.tabs.drill, here: drill !== null },
  ];
  return (
    <>
      <h1>{words.title}</h1>
      <p class="soft">{words.intro}</p>
      <Tabs label={words.title} tabs={tabs} />
      {drill === null
        ? <Simulations chosen={query.get("run") ?? undefined} />
        : <DrillTab chosen={drill === "" ? undefined : drill} />}
    </>
  );
}

function Simulations({ chosen }: { readonly chosen: string | undefined }) {
  const loaded = useSimulations();
  const view = loaded.value;
  if (!view) {
    return (
      <section class="card">
        <Pending of={loaded} />
      </section>
    );
  }
  const shown = chosen ?? view.runs[0]?.id;
  return (
    <>
      {may("POST", "/v1/simulations") && (
        <Choose
          kinds={view.kinds}
          onStarted={({ id }) => {
            // Whoever went elsewhere meanwhile stays there.
            if (place.value.pathname !== "/exercises") return;
            go(`/exercises?run=${id}`, true);
          }}
        />
      )}
      {shown !== undefined && (
        <RunView key={shown} id={shown} others={view.runs} />
      )}
      <Runs runs={view.runs} shown={shown} />
    </>
  );
}

function Runs({ runs, shown }: {
  readonly runs: readonly SimulationRun[];
  readonly shown: string | undefined;
}) {
  const words = texts.exercises;
  return (
    <section class="card scroll" tabIndex={0} aria-labelledby="runs">
      <h2 id="runs">{words.runs}</h2>
      {runs.length === 0 ? <p class="soft">{words.noRuns}</p> : (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.what}</th>
              <th scope="col" class="wide">{words.size}</th>
              <th scope="col" class="wide">{words.when}</th>
              <th scope="col">{words.came}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => {
              const { text, tone } = outcomeOf(run);
              return (
                <tr key={run.id}>
                  <td class="text">
                    <a
                      href={`/exercises?run=${run.id}`}
                      aria-current={run.id === shown ? "true" : undefined}
                    >
                      {kindName(run.kind)}
                    </a>
                  </td>
                  <td class="wide">
                    {words.sizeOf(run.machines, run.seconds)},{" "}
                    {words.seedOf(run.seed)}
                  </td>
                  <td class="wide">
                    <When ms={run.orderedMs} />
                  </td>
                  <td class={`text ${tone}`}>{text}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
