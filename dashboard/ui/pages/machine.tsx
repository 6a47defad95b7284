/**
 * One machine: how it stands for this one, what it says of itself when it is
 * asked over the mesh, and what can be done about its membership.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import type { SelfWord } from "../../../defense/mod.ts";
import type { MemberDetail } from "../../api/agent_desk.ts";
import type { NodeView } from "../../api/node_view.ts";
import { useLoaded } from "../loaded.ts";
import { may } from "../may.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { Ago, spanText, When } from "../when.tsx";
import { FindingList, Findings } from "./findings.tsx";
import { HostKeys } from "./host_keys.tsx";
import { Leaks } from "./leaks.tsx";
import { MachineOrders } from "./machine_orders.tsx";
import { nodeStateOf } from "./member_state.ts";
import { Quarantine } from "./quarantine.tsx";

/** The page. */
export function Machine({ node, onDone }: {
  readonly node: NodeView;
  readonly onDone: () => void;
}) {
  const words = texts.machines;
  const isPresent = node.state !== "revoked" && node.state !== "expired";
  return (
    <>
      <p>
        <a href="/machines">{words.back}</a>
      </p>
      <h1 class="text">{node.name || node.node.slice(0, 8)}</h1>
      <Standing node={node} isPresent={isPresent} />
      {isPresent && !node.observer && (
        <Quarantine
          node={node}
          onDone={onDone}
        />
      )}
      {node.host
        ? (
          <>
            <Said
              word={{ ...node.host, mode: modeOf(node), findings: [] }}
              sensorsOnly
            />
            <Findings />
            <div class="cards">
              {may("GET", "/v1/keys") && <HostKeys />}
              <Leaks />
            </div>
          </>
        )
        : isPresent && <Asked node={node} />}
      {may("POST", "/v1/members") && (
        <MachineOrders node={node} onDone={onDone} />
      )}
    </>
  );
}

function modeOf({ observer, host }: NodeView): SelfWord["mode"] {
  return observer
    ? "observer"
    : host?.mode === "enforce"
    ? "enforce"
    : "observe";
}

/** How it stands, as this machine sees it. */
function Standing({ node, isPresent }: {
  readonly node: NodeView;
  /** Whether its word counts for anything. */
  readonly isPresent: boolean;
}) {
  const words = texts.machines;
  const state = nodeStateOf(node);
  const { link } = node;
  return (
    <section class="card" aria-labelledby="standing">
      <h2 id="standing">{words.standing}</h2>
      <dl class="facts">
        <Fact name={words.state}>
          <span class={state.tone}>{state.text}</span>
        </Fact>
        <Fact name={words.role}>
          {!isPresent
            ? "–"
            : node.custodian
            ? words.isCustodian
            : node.observer
            ? words.isObserver
            : words.isMember}
        </Fact>
        <Fact name={words.heartbeat}>
          {node.heartbeatAgoMs === undefined
            ? "–"
            : <Ago ms={node.heartbeatAgoMs} />}
        </Fact>
        <Fact name={words.links}>
          {node.state === "here" || !isPresent
            ? "–"
            : link
            ? words.linked(spanText(link.upMs), link.periodMs)
            : words.notLinked}
        </Fact>
        <Fact name={words.addresses}>
          {node.addresses.join(", ") || words.dialsOnly}
        </Fact>
        <Fact name={words.membership}>
          {new Date(node.membershipUntilMs).toLocaleDateString()}
        </Fact>
        <Fact name={words.keysAge}>
          {texts.keys.generation(node.generation)},{" "}
          <When ms={node.keysSinceMs} />
        </Fact>
        <Fact name={words.id}>
          <code>{node.node}</code>
        </Fact>
      </dl>
      {node.muted && (
        <p class="warn-text">
          {words.muted} <When ms={node.muted.sinceMs} />.
        </p>
      )}
    </section>
  );
}

function Fact({ name, children }: {
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="text">{children}</dd>
    </div>
  );
}

/** What it says when it is asked. */
function Asked({ node }: { readonly node: NodeView }) {
  const words = texts.machines;
  const read = useLoaded<MemberDetail>(`/nodes/${node.node}`);
  const view = read.value;
  return (
    <>
      <section class="card" aria-labelledby="asked">
        <h2 id="asked">{words.asked}</h2>
        {!view && read.error === undefined && (
          <p class="soft" role="status">{words.asking}</p>
        )}
        {!view && read.error !== undefined && <Pending of={read} />}
        {view && (
          <p>
            {view.ping.answered
              ? words.answered(
                Math.round(view.ping.roundTripMs),
                view.ping.hops,
                skewText(view.ping.clockAheadMs, view.ping.roundTripMs),
              )
              : words.silent}
          </p>
        )}
        {view && !view.word && <p class="soft">{words.saysNothing}</p>}
        <button
          type="button"
          disabled={!view && read.error === undefined}
          onClick={read.reload}
        >
          {words.askAgain}
        </button>
      </section>
      {view?.word && <Said word={view.word.word} atMs={view.word.atMs} />}
    </>
  );
}

/** Within the round trip nobody can tell the clocks apart. */
function skewText(aheadMs: number, roundTripMs: number): string {
  const words = texts.machines;
  if (Math.abs(aheadMs) <= Math.max(1_000, roundTripMs / 2)) {
    return words.clockRight;
  }
  const span = spanText(Math.abs(aheadMs));
  return aheadMs > 0 ? words.clockAhead(span) : words.clockBehind(span);
}

function Said({ word, atMs, sensorsOnly = false }: {
  readonly word: SelfWord;
  readonly atMs?: number;
  /** Where the findings stand elsewhere on the page. */
  readonly sensorsOnly?: boolean;
}) {
  const words = texts.machines;
  return (
    <section class="card" aria-labelledby="said">
      <h2 id="said">{words.runs}</h2>
      {atMs !== undefined && (
        <p class="soft">
          {words.itsWord} <When ms={atMs} />.
        </p>
      )}
      <dl class="facts">
        <Fact name={words.version}>{word.version}</Fact>
        <Fact name={words.mode}>{words.modes[word.mode]}</Fact>
        <Fact name={words.profile}>{word.profile}</Fact>
        <Fact name={words.started}>
          <When ms={word.startedAtMs} />
        </Fact>
        <Fact name={words.measures}>{word.measures}</Fact>
      </dl>
      <h3>{words.sensors}</h3>
      {word.sensors.length === 0 && <p class="soft">{words.noSensors}</p>}
      <ul class="plain">
        {word.sensors.map(({ name, trouble }) => (
          <li key={name} class="text">
            <span class={trouble === undefined ? "good" : "bad-text"}>
              {trouble === undefined ? words.sees : words.seesNot}
            </span>{" "}
            {name}{" "}
            {trouble !== undefined && <span class="soft">{trouble}</span>}
          </li>
        ))}
      </ul>
      {!sensorsOnly && (
        <>
          <h3>{words.lacks}</h3>
          <FindingList findings={word.findings} />
        </>
      )}
    </section>
  );
}
