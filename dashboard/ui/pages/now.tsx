/**
 * Is the business safe: what is contained and until when, what needs a
 * decision, who is there.
 *
 * @module
 */
import type { AlertPage, StatusView } from "../../api/agent_desk.ts";
import { useLoaded } from "../loaded.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { nowMs, spanText, When } from "../when.tsx";
import { stateOf } from "./member_state.ts";

/** The page. */
export function Now() {
  const status = useLoaded<StatusView>("/status", 2_000);
  const alerts = useLoaded<AlertPage>("/alerts?limit=8", 2_000);
  const view = status.value;
  if (!view) return <Pending of={status} />;
  const leases = view.agent.leases;
  return (
    <>
      <h1>{texts.pages.now}</h1>
      <Verdict view={view} />
      <div class="cards">
        <section class="card" aria-labelledby="in-force">
          <h2 id="in-force">
            {view.agent.mode === "observe"
              ? texts.now.wouldBe
              : texts.now.inForce}
          </h2>
          {leases.length === 0 ? <p class="soft">{texts.now.nobody}</p> : (
            <ul>
              {leases.map((lease) => (
                <li key={`${lease.subject} ${lease.cause}`}>
                  <a href={`/subject/${encodeURIComponent(lease.subject)}`}>
                    {lease.subject}
                  </a>{" "}
                  {texts.measures.names[lease.measure] ?? lease.measure},{" "}
                  <span class="number">
                    {spanText(lease.untilMs - nowMs.value)}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </section>
        <section class="card" aria-labelledby="recent">
          <h2 id="recent">{texts.now.recent}</h2>
          {alerts.value?.alerts.length === 0 && (
            <p class="soft">{texts.now.quiet}</p>
          )}
          <ul>
            {alerts.value?.alerts.map((alert) => (
              <li key={`${alert.atMs} ${alert.subject} ${alert.node}`}>
                <a href={`/subject/${encodeURIComponent(alert.subject)}`}>
                  {alert.summary || `${alert.subject}: ${alert.scenario}`}
                </a>{" "}
                <span class="soft">
                  <When ms={alert.atMs} />
                </span>
              </li>
            ))}
          </ul>
        </section>
        <section class="card" aria-labelledby="members">
          <h2 id="members">{texts.now.members}</h2>
          <ul>
            {view.members.filter(({ revoked }) => !revoked).map((member) => {
              const state = stateOf(member, view);
              return (
                <li key={member.node}>
                  {member.name} <span class={state.tone}>{state.text}</span>
                </li>
              );
            })}
          </ul>
        </section>
      </div>
    </>
  );
}

function Verdict({ view }: { readonly view: StatusView }) {
  const { agent, shortcomings } = view;
  const contained = new Set(agent.leases.map(({ subject }) => subject)).size;
  const lost = view.members
    .filter((member) => !member.revoked && stateOf(member, view).lost)
    .map(({ name }) => name);
  const watching = agent.mode === "observe";
  const tone = lost.length > 0 ? "bad" : watching || contained ? "warn" : "";
  return (
    <section class={`card verdict ${tone}`} aria-live="polite">
      {watching && (
        <p>
          <strong>{texts.now.watching}</strong> {texts.now.enforce}
        </p>
      )}
      {contained > 0 && (
        <p>
          {watching
            ? texts.now.would(contained)
            : texts.now.contained(contained)}
        </p>
      )}
      {lost.length > 0 && <p>{texts.now.lost(lost.join(", "))}</p>}
      {!watching && contained === 0 && lost.length === 0 && (
        <p>{texts.now.calm}</p>
      )}
      {shortcomings.length > 0 && (
        <details>
          <summary>{texts.now.lacks}</summary>
          <ul>
            {shortcomings.map(({ what, works }) => (
              <li key={what}>
                {what}. <span class="soft">{texts.now.works}{works}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
