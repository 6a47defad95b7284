/**
 * Choose a simulation in plain words, and start it.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type {
  Choice,
  SimulationKind,
  SimulationRun,
} from "../../api/simulation_desk.ts";
import { post } from "../api.ts";
import { useOrder } from "../order.ts";
import { texts } from "../texts.ts";
import { kindName } from "./figure_words.ts";

/** A form and what came of it. */
export function Choose({ kinds, onStarted }: {
  readonly kinds: readonly SimulationKind[];
  readonly onStarted: (run: SimulationRun) => void;
}) {
  const words = texts.exercises;
  const [name, setName] = useState(kinds[0]?.name ?? "");
  const [machines, setMachines] = useState<number | undefined>(undefined);
  const [seconds, setSeconds] = useState<number | undefined>(undefined);
  const [seed, setSeed] = useState("");
  const order = useOrder();
  const kind = kinds.find((each) => each.name === name);
  const start = () =>
    order.run(async () => {
      const run = await post<SimulationRun>("/simulations", {
        kind: name,
        ...(kind?.machines && {
          machines: machines ?? kind.machines.usual,
        }),
        ...(kind?.seconds && { seconds: seconds ?? kind.seconds.usual }),
        ...(seed !== "" && { seed }),
      });
      onStarted(run);
      return run.state === "waiting" ? words.queued : words.started;
    });
  return (
    <section class="card" aria-labelledby="choose">
      <h2 id="choose">{words.choose}</h2>
      <p class="soft">{words.virtual}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <fieldset class="kinds">
          <legend class="unseen">{words.choose}</legend>
          {kinds.map((each) => (
            <label key={each.name} class="kind">
              <input
                type="radio"
                name="kind"
                value={each.name}
                checked={each.name === name}
                onChange={() => {
                  setName(each.name);
                  setMachines(undefined);
                  setSeconds(undefined);
                }}
              />
              <span>
                <strong>{kindName(each.name)}</strong>
                <span class="soft">
                  {words.kinds[each.name]?.what ?? each.title}
                </span>
              </span>
            </label>
          ))}
        </fieldset>
        <div class="row options">
          {kind?.machines && (
            <Count
              label={words.machines(kind.machines.least, kind.machines.most)}
              choice={kind.machines}
              value={machines}
              onChange={setMachines}
            />
          )}
          {kind?.seconds && (
            <Count
              label={words.seconds(kind.seconds.least, kind.seconds.most)}
              choice={kind.seconds}
              value={seconds}
              onChange={setSeconds}
            />
          )}
          <label title={words.seedHint}>
            {words.seed}
            <input
              value={seed}
              maxLength={32}
              pattern="[A-Za-z0-9._\-]*"
              onInput={(event) => setSeed(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="strong">{words.start}</button>
        </div>
      </form>
      <p class="said" role="status">{order.said}</p>
    </section>
  );
}

function Count({ label, choice, value, onChange }: {
  readonly label: string;
  readonly choice: Choice;
  readonly value: number | undefined;
  readonly onChange: (value: number) => void;
}) {
  return (
    <label>
      {label}
      <input
        type="number"
        required
        min={choice.least}
        max={choice.most}
        value={value ?? choice.usual}
        onInput={(event) => onChange(Number(event.currentTarget.value))}
      />
    </label>
  );
}
