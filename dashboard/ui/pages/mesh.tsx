/**
 * The mesh as a picture and as a table: who is there, whom this machine is
 * linked with, who saw what, and how word of one address travelled. Loaded when
 * somebody opens it.
 *
 * @module
 */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { AlertPage, StatusView } from "../../api/agent_desk.ts";
import { MeshCharts } from "../chart/mesh_charts.tsx";
import { CutOffMark } from "../cut_off_mark.tsx";
import { cutOffShort } from "../cut_off_words.ts";
import { useLoaded } from "../loaded.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { type GraphNode, graphOf, type MeshGraph } from "../topology/graph.ts";
import { LivenessMark } from "../topology/liveness_mark.tsx";
import type { WordMoment } from "../topology/spread.ts";
import { TopologyView } from "../topology/topology_view.ts";
import { spanText } from "../when.tsx";
import { Spread } from "./spread.tsx";

/** The latest alerts that are looked through for who saw what. */
const alertsRead = 500;
const kinds = ["here", "up", "late", "gone", "unknown", "revoked"] as const;

/** The page. */
export function Mesh() {
  const status = useLoaded<StatusView>("/status", {
    everyMs: 5_000,
    mesh: true,
    news: ({ what }) => what === "quarantine" || what === "signal",
  });
  const alerts = useLoaded<AlertPage>(`/alerts?limit=${alertsRead}`, {
    everyMs: 30_000,
    news: ({ what }) => what === "alert" || what === "claim",
  });
  const [chosen, choose] = useState<string | undefined>(undefined);
  const [words, setWords] = useState<readonly WordMoment[]>([]);
  const view = status.value;
  const records = alerts.value?.alerts ?? [];
  const graph = useMemo(
    () => view ? graphOf(view, records) : { nodes: [], links: [] },
    [view, alerts.value],
  );
  const text = texts.mesh;
  if (!view) {
    return (
      <>
        <h1>{text.title}</h1>
        <Pending of={status} />
      </>
    );
  }
  const subjects = [...new Set(records.map(({ subject }) => subject))];
  return (
    <>
      <h1>{text.title}</h1>
      <p>{text.pace(view.profile.inForce, view.mesh.links.length)}</p>
      <section class="card" aria-labelledby="picture">
        <h2 id="picture">{text.picture}</h2>
        <Picture
          graph={graph}
          chosen={chosen}
          words={words}
          onChoose={choose}
        />
        <ul class="legend">
          {kinds.map((kind) => (
            <li key={kind}>
              <LivenessMark of={kind} /> {text.states[kind]}
            </li>
          ))}
          <li>
            <svg class="mark seer" viewBox="-8 -8 16 16" aria-hidden="true">
              <circle r="6" />
            </svg>{" "}
            {text.seer}
          </li>
          <li>
            <svg class="mark seer" viewBox="-8 -8 16 16" aria-hidden="true">
              <rect x="-6" y="-6" width="12" height="12" />
            </svg>{" "}
            {text.cutOff}
          </li>
        </ul>
        <p class="chosen" aria-live="polite">
          {describe(graph.nodes.find(({ id }) => id === chosen), graph)}
        </p>
        <p class="soft">{text.ownLinks}</p>
      </section>
      <Spread
        subjects={subjects}
        self={view.agent.self}
        nameOf={(node) =>
          graph.nodes.find(({ id }) => id === node)?.name ?? node.slice(0, 8)}
        onMoment={setWords}
        onPlay={() => document.getElementById("picture")?.scrollIntoView()}
      />
      <MeshCharts />
      <Members graph={graph} chosen={chosen} />
    </>
  );
}

function Picture({ graph, chosen, words, onChoose }: {
  readonly graph: MeshGraph;
  readonly chosen: string | undefined;
  readonly words: readonly WordMoment[];
  readonly onChoose: (id: string | undefined) => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<TopologyView | undefined>(undefined);
  const text = texts.mesh;
  useEffect(() => {
    if (!canvas.current) return;
    const opened = view.current = new TopologyView(canvas.current, {
      onSelect: onChoose,
    });
    return () => opened.close();
  }, []);
  useEffect(() => view.current?.show(graph), [graph]);
  useEffect(() => view.current?.select(chosen), [chosen]);
  useEffect(() => view.current?.showWords(words), [words]);
  return (
    <>
      <canvas
        ref={canvas}
        class="topology"
        tabIndex={0}
        role="application"
        aria-label={text.pictureOf(graph.nodes.length, graph.links.length)}
        aria-describedby="picture-keys"
      />
      <div class="row">
        <button type="button" onClick={() => view.current?.zoom(1.25)}>
          {text.closer}
        </button>
        <button type="button" onClick={() => view.current?.zoom(0.8)}>
          {text.further}
        </button>
        <button type="button" onClick={() => view.current?.fit()}>
          {text.whole}
        </button>
        <span id="picture-keys" class="soft">{text.keys}</span>
      </div>
    </>
  );
}

function describe(node: GraphNode | undefined, graph: MeshGraph): string {
  const text = texts.mesh;
  if (!node) return text.choose;
  const place = graph.nodes.indexOf(node);
  const link = graph.links.find(({ from, to }) =>
    from === place || to === place
  );
  return [
    `${node.name}: ${text.states[node.liveness]}`,
    cutOffShort(node.cutOff ?? []),
    node.liveness !== "here" && (link ? text.linked : text.notLinked),
    text.saw(node.saw),
  ].filter(Boolean).join(", ") + ".";
}

function Members({ graph, chosen }: {
  readonly graph: MeshGraph;
  readonly chosen: string | undefined;
}) {
  const text = texts.mesh;
  const linkAt = new Map(
    graph.links.flatMap((link) => [[link.from, link], [link.to, link]]),
  );
  return (
    <section class="card" aria-labelledby="members">
      <h2 id="members">{text.table}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="members">
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.machines.name}</th>
              <th scope="col">{texts.machines.state}</th>
              <th scope="col" class="wide">{text.link}</th>
              <th scope="col" class="wide">{text.heard}</th>
              <th scope="col">{text.sawShort}</th>
            </tr>
          </thead>
          <tbody>
            {graph.nodes.map((node, place) => {
              const link = node.liveness === "here"
                ? undefined
                : linkAt.get(place);
              return (
                <tr key={node.id} class={node.id === chosen ? "at" : ""}>
                  <th scope="row" class="text" title={node.id}>{node.name}</th>
                  <td>
                    <LivenessMark of={node.liveness} />{" "}
                    {text.states[node.liveness]}
                    {node.cutOff && (
                      <>
                        , <CutOffMark words={node.cutOff} />
                      </>
                    )}
                  </td>
                  <td class="wide number">
                    {link?.periodMs === undefined
                      ? "–"
                      : text.period(link.periodMs)}
                  </td>
                  <td class="wide number">
                    {node.heardAgoMs === undefined
                      ? "–"
                      : texts.time.ago(spanText(node.heardAgoMs))}
                  </td>
                  <td class="number">{node.saw}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
