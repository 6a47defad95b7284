/**
 * Every measure in force, and a form to order one, which shows what it would do
 * before it does it.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { ContainAnswer, StatusView } from "../../api/agent_desk.ts";
import { post } from "../api.ts";
import { useLoaded } from "../loaded.ts";
import { measureWords } from "../measure_words.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { nowMs, spanText, When } from "../when.tsx";

/** The page. */
export function Measures() {
  const status = useLoaded<StatusView>("/status", {
    everyMs: 2_000,
    news: ({ what }) => what === "lease",
  });
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
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.subject}</th>
                  <th scope="col">{words.measure}</th>
                  <th scope="col">{words.left}</th>
                  <th scope="col" class="wide">{words.since}</th>
                  <th scope="col" class="wide">{words.why}</th>
                </tr>
              </thead>
              <tbody>
                {view.agent.leases.map((lease) => (
                  <tr key={`${lease.subject} ${lease.cause}`}>
                    <td class="text">
                      <a href={`/subject/${encodeURIComponent(lease.subject)}`}>
                        {lease.subject}
                      </a>
                    </td>
                    <td>{measureWords(lease)}</td>
                    <td class="number">
                      {spanText(lease.untilMs - nowMs.value)}
                    </td>
                    <td class="wide">
                      <When ms={lease.sinceMs} />
                    </td>
                    <td class="wide">
                      {words.causes[lease.cause] ?? lease.cause}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
      </div>
      <Order onDone={status.reload} />
    </>
  );
}

function Order({ onDone }: { readonly onDone: () => void }) {
  const words = texts.measures;
  const [address, setAddress] = useState("");
  const [measure, setMeasure] = useState("block");
  const [minutes, setMinutes] = useState(10);
  const [said, setSaid] = useState("");
  const order = async (dryRun: boolean) => {
    try {
      const answer = await post<ContainAnswer>("/contain", {
        address,
        measure,
        forMs: minutes * 60_000,
        dryRun,
      });
      const { outcome, ruleset } = answer;
      setSaid(
        ruleset ??
          (outcome && !outcome.applied ? JSON.stringify(outcome.refusal) : ""),
      );
      if (!dryRun) onDone();
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
  };
  return (
    <section class="card" aria-labelledby="order">
      <h2 id="order">{words.contain}</h2>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void order(false);
        }}
      >
        <label>
          {words.address}
          <input
            required
            value={address}
            onInput={(event) => setAddress(event.currentTarget.value)}
          />
        </label>
        <label>
          {words.measure}
          <select
            value={measure}
            onChange={(event) => setMeasure(event.currentTarget.value)}
          >
            {Object.entries(words.names).map(([name, text]) => (
              <option key={name} value={name}>{text}</option>
            ))}
          </select>
        </label>
        <label>
          {words.minutes}
          <input
            type="number"
            min={1}
            max={240}
            value={minutes}
            onInput={(event) => setMinutes(Number(event.currentTarget.value))}
          />
        </label>
        <button type="button" onClick={() => void order(true)}>
          {words.rehearse}
        </button>
        <button type="submit" class="strong">{words.go}</button>
      </form>
      {said !== "" && <pre role="status" tabIndex={0}>{said}</pre>}
    </section>
  );
}
