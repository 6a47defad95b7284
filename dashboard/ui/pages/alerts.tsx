/**
 * What was seen, newest first: new ones wait behind a button, so that nothing
 * moves under the reader; the filter is in the address bar; j, k and Enter move.
 *
 * @module
 */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type {
  AlertPage,
  AlertRecord,
  StatusView,
} from "../../api/agent_desk.ts";
import { useAlertNews } from "../alert_news.ts";
import { get } from "../api.ts";
import { useLoaded } from "../loaded.ts";
import { go, place } from "../place.ts";
import { Pending } from "../state.tsx";
import { techniqueOf } from "../techniques.ts";
import { texts } from "../texts.ts";
import { When } from "../when.tsx";

/** The page. */
export function Alerts() {
  const first = useLoaded<AlertPage>("/alerts?limit=100");
  const status = useLoaded<StatusView>("/status");
  const [older, setOlder] = useState<readonly AlertRecord[]>([]);
  const [next, setNext] = useState<number | undefined>(undefined);
  const news = useAlertNews(1);
  const wanted = place.value.searchParams.get("q") ?? "";
  useEffect(() => {
    setOlder([]);
    setNext(first.value?.next);
  }, [first.value]);
  const shown = useMemo(
    () =>
      [...first.value?.alerts ?? [], ...older]
        .filter((alert) => fits(alert, wanted)),
    [first.value, older, wanted],
  );
  const rows = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    const onKey = (
      { key, target, ctrlKey, metaKey, altKey }: KeyboardEvent,
    ) => {
      if (target instanceof HTMLInputElement) return;
      const step = key === "j" ? 1 : key === "k" ? -1 : 0;
      if (step === 0 || ctrlKey || metaKey || altKey) return;
      const links = [...rows.current?.querySelectorAll("a") ?? []];
      const at = links.findIndex((link) => link === document.activeElement);
      links[Math.max(0, at + step)]?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  if (!first.value) {
    return (
      <>
        <h1>{texts.alerts.title}</h1>
        <Pending of={first} />
      </>
    );
  }
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
    news.clear();
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
      </form>
      <p class="soft">{texts.alerts.keys}</p>
      <div class="waiting" aria-live="polite">
        {news.count === 0 && <span class="soft">{texts.alerts.noNews}</span>}
        {news.count > 0 && (
          <button type="button" class="strong" onClick={refresh}>
            {texts.alerts.waiting(news.count)}
          </button>
        )}
      </div>
      <div
        class="card scroll"
        tabIndex={0}
        role="region"
        aria-label={texts.alerts.title}
      >
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
              <tbody ref={rows}>
                {shown.map((alert, row) => (
                  <tr
                    key={`${alert.atMs} ${alert.subject} ${alert.node} ${row}`}
                  >
                    <td>
                      <When ms={alert.atMs} />
                    </td>
                    <td class="text">
                      <a href={`/subject/${encodeURIComponent(alert.subject)}`}>
                        {alert.subject}
                      </a>
                    </td>
                    <td class="text">
                      {alert.summary ||
                        techniqueOf(alert.technique).deed(alert.observations)}
                    </td>
                    <td class="wide text">{nameOf(alert.node)}</td>
                    <td class="wide">
                      {techniqueOf(alert.technique).name} {alert.technique}
                    </td>
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
  const { name } = techniqueOf(technique);
  const whole = [subject, technique, name, scenario, summary, evidence]
    .join(" ").toLowerCase();
  return words.every((word) => whole.includes(word));
}
