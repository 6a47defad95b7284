/**
 * The fields by which alerts are found; each change goes into the address bar.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { StatusView } from "../../api/agent_desk.ts";
import {
  type AlertFilter,
  type FilterField,
  isFiltered,
  placeOf,
  spans,
} from "../alert_filter.ts";
import { go } from "../place.ts";
import { techniqueIds, techniqueOf } from "../texts/techniques.ts";
import { texts } from "../texts.ts";

/** Who types is not asked after every letter. */
const typingMs = 250;

/** The form. */
export function AlertFilterForm({ filter, members }: {
  readonly filter: AlertFilter;
  readonly members: StatusView["members"];
}) {
  const words = texts.alerts;
  const [typed, setTyped] = useState(filter.q);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // What is chosen while a search waits is not undone by it.
  const latest = useRef(filter);
  latest.current = filter;
  // Whoever goes back with the browser sees what was asked then.
  useEffect(() => setTyped(filter.q), [filter.q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const find = (q: string, pauseMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => go(placeOf(latest.current, { q }), true),
      pauseMs,
    );
  };
  const choice = (
    field: FilterField,
    label: string,
    options: readonly (readonly [value: string, text: string])[],
  ) => (
    <label>
      {label}
      <select
        value={filter[field]}
        onChange={(event) =>
          go(placeOf(filter, { [field]: event.currentTarget.value }))}
      >
        <option value="">{words.any}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>{text}</option>
        ))}
      </select>
    </label>
  );
  return (
    <form
      class="row"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        find(typed, 0);
      }}
    >
      <label>
        {words.filter}
        <input
          type="search"
          value={typed}
          maxLength={256}
          placeholder={words.filterHint}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            find(event.currentTarget.value, typingMs);
          }}
        />
      </label>
      {choice(
        "within",
        words.when,
        spans.map((hours) => [String(hours), words.within(hours)]),
      )}
      {choice(
        "technique",
        words.how,
        techniqueIds.map((id) => [id, `${techniqueOf(id).name} ${id}`]),
      )}
      {choice("node", words.where, [
        ["here", words.thisMachine],
        ...members.map(({ node, name }) =>
          [node, name || node.slice(0, 8)] as const
        ),
      ])}
      {choice(
        "evidence",
        texts.subject.evidence,
        Object.entries(texts.subject.evidences)
          .map(([id, { name }]) => [id, `${name} (${id})`]),
      )}
      {choice("state", texts.machines.state, [
        ["contained", words.contained],
        ["free", words.free],
      ])}
      {isFiltered(filter) && (
        <button
          type="button"
          onClick={() => {
            clearTimeout(timer.current);
            setTyped("");
            go("/alerts");
          }}
        >
          {words.all}
        </button>
      )}
    </form>
  );
}
