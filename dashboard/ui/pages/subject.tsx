/**
 * Everything about one address: the story, who says so, what is done, and the
 * one click that undoes it.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { Explanation, JournalEntry } from "../../../defense/mod.ts";
import { post } from "../api.ts";
import { useLoaded } from "../loaded.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { nowMs, spanText, When } from "../when.tsx";

/** The page. */
export function Subject({ subject }: { readonly subject: string }) {
  const about = useLoaded<Explanation>(
    `/explain/${encodeURIComponent(subject)}`,
    2_000,
  );
  const [said, setSaid] = useState<string | undefined>(undefined);
  const view = about.value;
  const words = texts.subject;
  const release = async () => {
    setSaid(words.releasing);
    try {
      await post("/release", { address: subject });
      setSaid(words.released);
      about.reload();
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
  };
  if (!view) {
    return (
      <>
        <h1>{words.title(subject)}</h1>
        <Pending of={about} />
      </>
    );
  }
  return (
    <>
      <h1>{words.title(subject)}</h1>
      {view.protectedBy !== undefined && (
        <p class="card verdict">{words.protected(view.protectedBy)}</p>
      )}
      <section class="card" aria-labelledby="done">
        <h2 id="done">{words.measures}</h2>
        {view.leases.length === 0 && <p class="soft">{words.nothing}</p>}
        <ul>
          {view.leases.map((lease) => (
            <li key={lease.cause}>
              {texts.measures.names[lease.measure] ?? lease.measure}, on{" "}
              {texts.measures.causes[lease.cause] ?? lease.cause},{" "}
              <span class="number">
                {spanText(lease.untilMs - nowMs.value)}
              </span>{" "}
              <span class="soft">
                {texts.measures.states[lease.state] ?? lease.state}
              </span>
            </li>
          ))}
        </ul>
        {view.leases.length > 0 && (
          <button type="button" class="strong" onClick={release}>
            {words.release}
          </button>
        )}
        <p role="status">{said}</p>
      </section>
      <section class="card" aria-labelledby="votes">
        <h2 id="votes">{words.votes}</h2>
        <p>{words.have(view.have, view.needed)}</p>
        <ul>
          {view.votes.map((vote) => (
            <li key={vote.node}>
              {vote.own ? texts.machines.here : vote.name || vote.node}:{" "}
              {vote.scenario} ({vote.technique}, {vote.evidence}),{" "}
              <When ms={vote.atMs} />{" "}
              <span class="soft">
                {vote.counts ? words.counts : words.countsNot}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card" aria-labelledby="history">
        <h2 id="history">{words.history}</h2>
        <ol class="story">
          {view.history.map((entry, row) => (
            <li key={row}>
              <When ms={entry.atMs} />
              <span class="text">{wordsOf(entry)}</span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function wordsOf({ stage, what, detail }: JournalEntry): string {
  const { summary, measure, ended, untilMs } = detail;
  const parts = [
    `${stage}: ${what}`,
    measure,
    summary,
    typeof ended === "string" ? `ended (${ended})` : undefined,
    typeof untilMs === "number"
      ? `until ${new Date(untilMs).toLocaleTimeString()}`
      : undefined,
  ];
  return parts.filter((part) => typeof part === "string").join(" · ");
}
