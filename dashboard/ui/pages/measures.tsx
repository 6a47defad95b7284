/**
 * Every measure in force, and a form to order one, which shows what it would do
 * before it does it.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { LeaseView } from "../../../defense/mod.ts";
import type { StatusView } from "../../api/agent_desk.ts";
import { useLoaded } from "../loaded.ts";
import { may } from "../may.ts";
import { measureWords } from "../measure_words.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { Left, When } from "../when.tsx";
import { Order } from "./order.tsx";
import { Release } from "./undo.tsx";

/** The page. */
export function Measures() {
  const status = useLoaded<StatusView>("/status", {
    everyMs: 2_000,
    news: ({ what }) => what === "lease",
  });
  const [leaving, setLeaving] = useState<LeaseView["subject"] | undefined>(
    undefined,
  );
  const [said, setSaid] = useState("");
  const view = status.value;
  const words = texts.measures;
  if (!view) {
    return (
      <>
        <h1>{words.title}</h1>
        <Pending of={status} />
      </>
    );
  }
  return (
    <>
      <h1>{words.title}</h1>
      <div
        class="card scroll"
        tabIndex={0}
        role="region"
        aria-label={words.title}
      >
        {view.agent.leases.length === 0
          ? <p class="soft">{words.none}</p>
          : (
            <table class="stacked">
              <thead>
                <tr>
                  <th scope="col">{words.subject}</th>
                  <th scope="col">{words.measure}</th>
                  <th scope="col">{words.left}</th>
                  <th scope="col">{words.since}</th>
                  <th scope="col">{words.why}</th>
                  {may("POST", "/v1/release") && (
                    <th scope="col">
                      <span class="unseen">{texts.subject.release}</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {view.agent.leases.map((lease) => (
                  <tr
                    key={`${lease.subject} ${lease.cause} ${
                      measureWords(lease)
                    }`}
                  >
                    <td class="text">
                      <a href={`/subject/${encodeURIComponent(lease.subject)}`}>
                        {lease.subject}
                      </a>
                    </td>
                    <td>{measureWords(lease)}</td>
                    <td data-name={words.left}>
                      <Left untilMs={lease.untilMs} />
                    </td>
                    <td data-name={words.since}>
                      <When ms={lease.sinceMs} />
                    </td>
                    <td data-name={words.why}>
                      {words.causes[lease.cause] ?? lease.cause}
                    </td>
                    {may("POST", "/v1/release") && (
                      <td class="act">
                        <button
                          type="button"
                          aria-label={words.letGo(lease.subject)}
                          onClick={() => setLeaving(lease.subject)}
                        >
                          {texts.subject.release}
                        </button>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
      </div>
      <p class="said" role="status">{said}</p>
      {leaving !== undefined && (
        <Release
          about={{ subject: leaving }}
          onClose={() => setLeaving(undefined)}
          onSaid={(text) => {
            setSaid(text);
            status.reload();
          }}
        />
      )}
      {may("POST", "/v1/contain") && <Order onDone={status.reload} />}
    </>
  );
}
