/**
 * Everything about one address: the story, what is done and how to undo it,
 * who says so on what evidence, and the record.
 *
 * @module
 */
import type { Explanation, VoteView } from "../../../defense/mod.ts";
import type { StatusView } from "../../api/agent_desk.ts";
import { useLoaded } from "../loaded.ts";
import { measureWords } from "../measure_words.ts";
import { signalSource, signalWords } from "../signal_words.ts";
import { Pending } from "../state.tsx";
import { techniqueOf, techniquePage } from "../texts/techniques.ts";
import { texts } from "../texts.ts";
import { clockText, Left, When, WhenExactly } from "../when.tsx";
import { recordWords } from "./record_words.ts";
import { storyOf } from "./story.ts";
import { Undo } from "./undo.tsx";

/** The page. */
export function Subject({ subject }: { readonly subject: string }) {
  const about = useLoaded<Explanation>(
    `/explain/${encodeURIComponent(subject)}`,
    { everyMs: 2_000, news: (event) => event.subject === subject },
  );
  const status = useLoaded<StatusView>("/status", { everyMs: 10_000 });
  const words = texts.subject;
  const view = about.value;
  return (
    <>
      <p>
        <a href="/alerts">{texts.alerts.back}</a>
      </p>
      <h1 class="text">{words.title(subject)}</h1>
      {view && status.value
        ? <About view={view} status={status.value} onDone={about.reload} />
        : <Pending of={view ? status : about} />}
    </>
  );
}

function About({ view, status, onDone }: {
  readonly view: Explanation;
  readonly status: StatusView;
  readonly onDone: () => void;
}) {
  const words = texts.subject;
  const scene = { here: status.name, members: status.agent.members };
  const nameOf = (node: string) =>
    status.members.find((member) => member.node === node)?.name ||
    node.slice(0, 8);
  // Who pressed what is for the audit; what came of it has its own line.
  const history = view.history.filter(({ what }) => what !== "act");
  return (
    <>
      <section
        class={`card verdict ${view.votes.length > 0 ? "warn" : ""}`}
        aria-labelledby="story"
      >
        <h2 id="story">{words.story}</h2>
        {storyOf(view, scene, clockText).map((sentence) => (
          <p key={sentence} class="text">{sentence}</p>
        ))}
        {view.protectedBy !== undefined && (
          <p>{words.protected(view.protectedBy)}</p>
        )}
        {view.signals.map((signal) => (
          <p key={signal.id} class="text">
            {signalWords(signal, nameOf)}, {signalSource(signal)},{" "}
            {words.endsIn} <Left untilMs={signal.untilMs} />
          </p>
        ))}
      </section>
      <section class="card" aria-labelledby="done">
        <h2 id="done">{words.measures}</h2>
        {view.leases.length === 0 && <p class="soft">{words.nothing}</p>}
        <ul>
          {view.leases.map((lease) => (
            <li key={`${lease.cause} ${measureWords(lease)}`}>
              {measureWords(lease)},{" "}
              {words.onCause(texts.measures.causes[lease.cause] ?? lease.cause)}
              , {words.endsIn} <Left untilMs={lease.untilMs} />{" "}
              <span class="soft">
                {texts.measures.states[lease.state] ?? lease.state}
              </span>
            </li>
          ))}
        </ul>
        <Undo about={view} onDone={onDone} />
      </section>
      <section class="card" aria-labelledby="votes">
        <h2 id="votes">{words.votes}</h2>
        {view.votes.length === 0
          ? <p class="soft">{words.noVotes}</p>
          : <Votes view={view} {...scene} />}
      </section>
      <section class="card" aria-labelledby="history">
        <h2 id="history">{words.history}</h2>
        {history.length === 0 && <p class="soft">{words.noHistory}</p>}
        {scene.members > 1 && history.length > 0 && (
          <p>
            <a href={`/mesh?about=${encodeURIComponent(view.subject)}`}>
              {words.spread}
            </a>
          </p>
        )}
        <ol class="story">
          {history.map((entry, row) => (
            <li key={row}>
              <span>
                <WhenExactly ms={entry.atMs} />
              </span>
              <span class="text">{recordWords(entry, nameOf, clockText)}</span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Votes({ view, here, members }: {
  readonly view: Explanation;
  readonly here: string;
  readonly members: number;
}) {
  const words = texts.subject;
  const classes = new Set(view.votes.map(({ evidence }) => evidence));
  return (
    <>
      {members > 1 && <p>{words.have(view.have, view.needed)}</p>}
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="votes">
        <table class="stacked">
          <thead>
            <tr>
              <th scope="col">{words.who}</th>
              <th scope="col">{words.what}</th>
              <th scope="col">{words.evidence}</th>
              <th scope="col">{words.when}</th>
              <th scope="col">{words.vote}</th>
            </tr>
          </thead>
          <tbody>
            {view.votes.map((vote) => (
              <tr key={`${vote.node} ${vote.scenario}`}>
                <th scope="row" class="text">
                  {vote.own ? here : vote.name || vote.node.slice(0, 8)}
                </th>
                <td class="text" data-name={words.what}>
                  <Technique vote={vote} />
                </td>
                <td data-name={words.evidence}>
                  {words.evidences[vote.evidence]?.name ?? vote.evidence}
                </td>
                <td data-name={words.when}>
                  <When ms={vote.atMs} />
                </td>
                <td data-name={words.vote}>
                  {vote.counts ? words.counts : words.countsNot}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <dl>
        {[...classes].map((evidence) => (
          <div key={evidence}>
            <dt>{words.evidences[evidence]?.name ?? evidence} ({evidence})</dt>
            <dd class="soft">{words.evidences[evidence]?.why}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Technique({ vote }: { readonly vote: VoteView }) {
  const words = texts.subject;
  const { technique, scenario, observations } = vote;
  const page = techniquePage(technique);
  const { name } = techniqueOf(technique);
  return (
    <>
      {name || scenario}, {words.times(observations)} {page === undefined
        ? <span class="soft">{technique}</span>
        : (
          <a href={page} target="_blank" rel="noreferrer" title={words.newTab}>
            {technique}
          </a>
        )}
    </>
  );
}
