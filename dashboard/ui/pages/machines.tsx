/**
 * The machines of the mesh: who is there, letting one in, what was found about
 * this one, and its keys. Loaded when somebody opens it.
 *
 * @module
 */
import type { NodeView } from "../../api/node_view.ts";
import { useLoaded } from "../loaded.ts";
import { may } from "../may.ts";
import { place } from "../place.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { Ago } from "../when.tsx";
import { Findings } from "./findings.tsx";
import { HostKeys } from "./host_keys.tsx";
import { Join } from "./join.tsx";
import { Leaks } from "./leaks.tsx";
import { Machine } from "./machine.tsx";
import { CutOffMark } from "../cut_off_mark.tsx";
import { nodeStateOf } from "./member_state.ts";

/** What a change of the members, or of who is cut off, is in the record. */
const memberNews = /^(member_|(quarantine|signal)$)/;

/** The page, or that of one machine. */
export function Machines() {
  const nodes = useLoaded<{ nodes: readonly NodeView[] }>("/nodes", {
    everyMs: 5_000,
    mesh: true,
    news: ({ what }) => memberNews.test(what),
  });
  const words = texts.machines;
  const wanted = /^\/machines\/([^/]+)$/.exec(place.value.pathname)?.[1];
  const all = nodes.value?.nodes;
  if (!all) {
    return (
      <>
        <h1>{words.title}</h1>
        <Pending of={nodes} />
      </>
    );
  }
  if (wanted !== undefined) {
    const node = all.find((each) => each.node === wanted);
    return node
      ? <Machine key={wanted} node={node} onDone={nodes.reload} />
      : (
        <>
          <h1>{words.title}</h1>
          <p role="alert">{words.nobody}</p>
          <a href="/machines">{words.back}</a>
        </>
      );
  }
  return (
    <>
      <h1>{words.title}</h1>
      <List nodes={all} />
      {may("POST", "/v1/invites") && <Join />}
      <Findings />
      <div class="cards">
        {may("GET", "/v1/keys") && <HostKeys />}
        <Leaks />
      </div>
    </>
  );
}

function List({ nodes }: { readonly nodes: readonly NodeView[] }) {
  const words = texts.machines;
  return (
    <div
      class="card scroll"
      tabIndex={0}
      role="region"
      aria-label={words.title}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.state}</th>
            <th scope="col" class="wide">{words.heartbeat}</th>
            <th scope="col" class="wide">{words.addresses}</th>
            <th scope="col" class="wide">{words.membership}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => {
            const state = nodeStateOf(node);
            return (
              <tr key={node.node}>
                <td class="text" title={node.node}>
                  <a href={`/machines/${node.node}`}>
                    {node.name || node.node.slice(0, 8)}
                  </a>{" "}
                  {node.custodian && (
                    <span class="soft">{words.custodian}</span>
                  )}
                  {node.observer && <span class="soft">{words.observer}</span>}
                </td>
                <td>
                  <span class={state.tone}>{state.text}</span>
                  {node.cutOff.length > 0 && (
                    <>
                      , <CutOffMark words={node.cutOff} />
                    </>
                  )}
                </td>
                <td class="wide number">
                  {node.heartbeatAgoMs === undefined
                    ? "–"
                    : <Ago ms={node.heartbeatAgoMs} />}
                </td>
                <td class="wide text">{node.addresses.join(", ")}</td>
                <td class="wide">
                  {new Date(node.membershipUntilMs).toLocaleDateString()}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
