/**
 * What was seen, newest first: new ones wait behind a button, so that nothing
 * moves under the reader; the filter is in the address bar; j, k and Enter move.
 *
 * @module
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import type {
  AlertPage,
  AlertRecord,
  StatusView,
} from "../../api/agent_desk.ts";
import { alertOf } from "../alert_event.ts";
import { get } from "../api.ts";
import { follow } from "../live.ts";
import { useLoaded } from "../loaded.ts";
import { go, place } from "../place.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { When } from "../when.tsx";

/** The page. */
export function Alerts() {
  const first = useLoaded<AlertPage>("/alerts?limit=100");
  const status = useLoaded<StatusView>("/status");
  const [older, setOlder] = useState<readonly AlertRecord[]>([]);
  const [next, setNext] = useState<number | undefined>(undefined);
  const [waiting, setWaiting] = useState(0);
  const [at, setAt] = useState(0);
  const wanted = place.value.searchParams.get("q") ?? "";
  useEffect(() => {
    setOlder([]);
    setNext(first.value?.next);
  }, [first.value]);
  useEffect(() =>
    follow((event) => {
      if (alertOf(event)) setWaiting((count) => count + 1);
    }), []);
  const shown = useMemo(
    () =>
      [...first.value?.alerts ?? [], ...older]
        .filter((alert) => fits(alert, wanted)),
    [first.value, older, wanted],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement) return;
      if (event.key === "j") {
        setAt((row) => Math.min(row + 1, shown.length - 1));
      }
      if (event.key === "k") setAt((row) => Math.max(row - 1, 0));
      const chosen = shown[at];
      if (event.key === "Enter" && chosen && event.target === document.body) {
        go(`/subject/${encodeURIComponent(chosen.subject)}`);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [shown, at]);
  if (!first.value) return <Pending of={first} />;
  const nameOf = (node: string) =>
    node === ""
      ? texts.alerts.thisMachine
      : status.value?.members.find((member) => member.node === node)?.name ??
        node.slice(0, 8);
  const more = async () => {
    const page = await get<AlertPage>(`/alerts?limit=100&before=${next}`);
    setOlder([...older, ...page.alerts]);
    setNext(page.next);
  };
  const refresh = () => {
    setWaiting(0);
    setAt(0);
    first.reload();
  };
  return (
    <>
      <h1>{texts.alerts.title}</h1>
      <form
        class="row"
        role="search"
        onSubmit={(event) => event.preventDefault()}
      >
        <label>
          {texts.alerts.filter}
          <input
            type="search"
            value={wanted}
            placeholder={texts.alerts.filterHint}
            onInput={(event) => {
              const text = event.currentTarget.value;
              go(
                text ? `/alerts?q=${encodeURIComponent(text)}` : "/alerts",
                true,
              );
            }}
          />
        </label>
        {waiting > 0 && (
          <button type="button" class="strong" onClick={refresh}>
            {texts.alerts.waiting(waiting)}
          </button>
        )}
      </form>
      <p class="soft">{texts.alerts.keys}</p>
      <div class="card scroll">
        {shown.length === 0
          ? <p class="soft">{wanted ? texts.alerts.none : texts.now.quiet}</p>
          : (
            <table>
              <thead>
                <tr>
                  <th scope="col">{texts.alerts.when}</th>
                  <th scope="col">{texts.alerts.who}</th>
                  <th scope="col">{texts.alerts.what}</th>
                  <th scope="col" class="wide">{texts.alerts.where}</th>
                  <th scope="col" class="wide">{texts.alerts.how}</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((alert, row) => (
                  <tr
                    key={`${alert.atMs} ${alert.subject} ${alert.node} ${row}`}
                    aria-selected={row === at}
                  >
                    <td>
                      <When ms={alert.atMs} />
                    </td>
                    <td class="text">
                      <a href={`/subject/${encodeURIComponent(alert.subject)}`}>
                        {alert.subject}
                      </a>
                    </td>
                    <td class="text">{alert.summary || alert.scenario}</td>
                    <td class="wide text">{nameOf(alert.node)}</td>
                    <td class="wide">{alert.technique}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
      </div>
      {next !== undefined && (
        <button type="button" onClick={more}>{texts.alerts.older}</button>
      )}
    </>
  );
}

function fits(alert: AlertRecord, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const { subject, technique, scenario, summary, evidence } = alert;
  const whole = [subject, technique, scenario, summary, evidence].join(" ")
    .toLowerCase();
  return words.every((word) => whole.includes(word));
}
