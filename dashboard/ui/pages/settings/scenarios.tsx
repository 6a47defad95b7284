/**
 * What is looked for: each rule with a switch and its text, and lines of a log
 * tried on those that are on.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import type { ScenarioView, TrialView } from "../../../api/operator_desk.ts";
import { get, post } from "../../api.ts";
import { useLoaded } from "../../loaded.ts";
import { may } from "../../may.ts";
import { Pending } from "../../state.tsx";
import { texts } from "../../texts.ts";
import { useChanger } from "./change.tsx";
import type { PartProps } from "./settings.tsx";

type Listed = Omit<ScenarioView, "text">;

/** The part. */
export function Scenarios({ settings, reload, owner }: PartProps) {
  const words = texts.settings;
  const list = useLoaded<{ scenarios: Listed[] }>("/scenarios", {
    everyMs: 30_000,
    news: ({ what }) => what === "setting",
  });
  const { propose, said } = useChanger(settings, reload);
  /** Switches that were pressed, by how they shall stand. */
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const scenarios = list.value?.scenarios;
  useEffect(() => setTurned(new Map()), [scenarios]);
  if (!scenarios) return <Pending of={list} />;
  const turn = async ({ name, title, off }: Listed) => {
    // It is under way: drawn again as it is wanted.
    if (turned.has(name)) return setTurned((before) => new Map(before));
    setTurned((before) => new Map(before).set(name, off));
    await propose([{
      name: "scenarios.off",
      action: off ? "remove" : "add",
      value: name,
    }], words.switched(title, off));
    list.reload();
  };
  return (
    <>
      <p class="said" role="status">{said}</p>
      <div
        class="card scroll"
        tabIndex={0}
        role="region"
        aria-label={words.tabs["scenarios"]}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{words.on}</th>
              <th scope="col">{words.scenario}</th>
              <th scope="col" class="wide">{words.technique}</th>
              <th scope="col" class="wide">{words.origin}</th>
            </tr>
          </thead>
          <tbody>
            {scenarios.map((each) => (
              <tr key={each.name}>
                <td>
                  <input
                    type="checkbox"
                    role="switch"
                    aria-label={each.title}
                    checked={turned.get(each.name) ?? !each.off}
                    disabled={!owner}
                    onChange={() => void turn(each)}
                  />
                </td>
                <td class="text">
                  {each.title}
                  <Text of={each} />
                </td>
                <td class="wide">{each.technique}</td>
                <td class="wide">{each.builtIn ? words.builtIn : words.own}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {may("POST", "/v1/scenarios/try") && <Trial />}
    </>
  );
}

/** The rule itself, read when somebody wants to see it. */
function Text({ of: { name, title } }: { readonly of: Listed }) {
  const words = texts.settings;
  const [text, setText] = useState<string | undefined>(undefined);
  const read = () =>
    void get<ScenarioView>(`/scenarios/${name}`).then(
      (scenario) => setText(scenario.text),
      (failure) => setText(texts.state.failed + failure.message),
    );
  return (
    <details
      onToggle={(event) =>
        event.currentTarget.open && text === undefined && read()}
    >
      <summary aria-label={words.showOf(title)}>{words.show}</summary>
      <pre tabIndex={0}>{text ?? texts.state.loading}</pre>
    </details>
  );
}

/** Nothing that is pasted here is kept. */
function Trial() {
  const words = texts.settings;
  const [log, setLog] = useState("");
  const [trial, setTrial] = useState<TrialView | undefined>(undefined);
  const [said, setSaid] = useState("");
  const go = async () => {
    setTrial(undefined);
    try {
      const came = await post<TrialView>("/scenarios/try", { log });
      setTrial(came);
      setSaid(words.tried(came.lines, came.alerts.length));
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
  };
  return (
    <section class="card" aria-labelledby="try">
      <h2 id="try">{words.tryTitle}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <label>
          {words.tryLines}
          <textarea
            rows={5}
            required
            maxLength={262_144}
            spellcheck={false}
            value={log}
            onInput={(event) => setLog(event.currentTarget.value)}
          />
        </label>
        <p class="hint">{words.tryHint}</p>
        <button type="submit" class="strong">{words.tryGo}</button>
      </form>
      <div class="said" role="status">
        <p>{said}</p>
        <ul>
          {trial?.alerts.map(({ line, scenario, summary }) => (
            <li key={`${line} ${scenario}`} class="text">
              {words.triedAlert(line, summary)}{" "}
              <span class="soft">{scenario}</span>
            </li>
          ))}
        </ul>
        {trial && trial.unparsed.length > 0 && (
          <p>{words.unparsed(trial.unparsed.slice(0, 10).join(", "))}</p>
        )}
      </div>
    </section>
  );
}
