/**
 * What was seen, newest first: new ones wait behind a button, so that nothing
 * moves under the reader; the filter is in the address bar; j and k move, Enter
 * opens, / goes to the search.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type {
  AlertPage,
  AlertRecord,
  StatusView,
} from "../../api/agent_desk.ts";
import { useAlertNews } from "../alert_news.ts";
import { AlertNewsBar } from "../alert_news_bar.tsx";
import { get } from "../api.ts";
import { isFiltered, isWanted, queryOf, readFilter } from "../alert_filter.ts";
import { useLoaded } from "../loaded.ts";
import { place } from "../place.ts";
import { Pending } from "../state.tsx";
import { techniqueOf } from "../texts/techniques.ts";
import { texts } from "../texts.ts";
import { WhenExactly } from "../when.tsx";
import { AlertFilterForm } from "./alert_filter_form.tsx";

const pageSize = 100;

/** The page. */
export function Alerts() {
  const openedMs = useRef(Date.now());
  const filter = readFilter(place.value.searchParams);
  const query = queryOf(filter, openedMs.current);
  const first = useLoaded<AlertPage>(`/alerts?limit=${pageSize}${query}`);
  const status = useLoaded<StatusView>("/status", { mesh: true });
  const [older, setOlder] = useState<readonly AlertRecord[]>([]);
  const [said, setSaid] = useState("");
  const [next, setNext] = useState<number | undefined>(undefined);
  const news = useAlertNews(first, 1, (alert) => isWanted(filter, alert));
  // What waits was counted by what was wanted before.
  useEffect(news.clear, [query]);
  const newest = useRef(first.value);
  useEffect(() => {
    newest.current = first.value;
    setOlder([]);
    setNext(first.value?.next);
  }, [first.value]);
  const shown = [...first.value?.alerts ?? [], ...older];
  const rows = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, target, ctrlKey, metaKey, altKey } = event;
      if (
        target instanceof HTMLInputElement ||
        target instanceof HTMLSelectElement
      ) return;
      if (key === "/") {
        event.preventDefault();
        document.querySelector<HTMLElement>("input[type=search]")?.focus();
        return;
      }
      const step = key === "j" ? 1 : key === "k" ? -1 : 0;
      if (step === 0 || ctrlKey || metaKey || altKey) return;
      const links = [...rows.current?.querySelectorAll("a") ?? []];
      const at = links.findIndex((link) => link === document.activeElement);
      links[Math.max(0, at + step)]?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const nameOf = (node: string) =>
    node === ""
      ? texts.alerts.thisMachine
      : status.value?.members.find((member) => member.node === node)?.name ??
        node.slice(0, 8);
  const more = async () => {
    setSaid("");
    try {
      const page = await get<AlertPage>(
        `/alerts?limit=${pageSize}&before=${next}${query}`,
      );
      // Another filter, or newer ones, came meanwhile: these belong to neither.
      if (newest.current !== first.value) return;
      setOlder([...older, ...page.alerts]);
      setNext(page.next);
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
  };
  const refresh = () => {
    news.clear();
    first.reload();
  };
  return (
    <>
      <h1>{texts.alerts.title}</h1>
      <AlertFilterForm
        filter={filter}
        members={(status.value?.members ?? []).filter(({ node }) =>
          // It is "this machine": the record knows its own alerts without id.
          node !== status.value?.agent.self
        )}
      />
      <p class="soft keys">{texts.alerts.keys}</p>
      <AlertNewsBar news={news} into="#alerts" onShow={refresh} />
      <div
        id="alerts"
        class="card scroll whole"
        tabIndex={0}
        role="region"
        aria-label={texts.alerts.title}
      >
        {!first.value
          ? <Pending of={first} />
          : shown.length === 0
          ? (
            <p class="soft">
              {isFiltered(filter) || next !== undefined
                ? texts.alerts.none
                : texts.now.quiet}
            </p>
          )
          : (
            <table class="stacked">
              <thead>
                <tr>
                  <th scope="col">{texts.alerts.when}</th>
                  <th scope="col">{texts.alerts.who}</th>
                  <th scope="col">{texts.alerts.what}</th>
                  <th scope="col">{texts.alerts.where}</th>
                  <th scope="col">{texts.alerts.how}</th>
                </tr>
              </thead>
              <tbody ref={rows}>
                {shown.map((alert) => (
                  <tr key={alert.seq}>
                    <td>
                      <WhenExactly ms={alert.atMs} />
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
                    <td class="text" data-name={texts.alerts.where}>
                      {nameOf(alert.node)}
                    </td>
                    <td data-name={texts.alerts.how}>
                      {techniqueOf(alert.technique).name} {alert.technique}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
      </div>
      {next !== undefined && (
        <button type="button" onClick={() => void more()}>
          {texts.alerts.older}
        </button>
      )}
      <p class="said" role="status">{said}</p>
    </>
  );
}
