/**
 * Drills on the real mesh: begin one, see who hears it, compare it with the
 * last.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { DrillDetail, DrillView } from "../../api/drill_view.ts";
import { post } from "../api.ts";
import { useLoaded } from "../loaded.ts";
import { may } from "../may.ts";
import { useOrder } from "../order.ts";
import { go, place } from "../place.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { When } from "../when.tsx";
import { DrillReport } from "./drill_report.tsx";

/** While answers come in, they are news; the end of waiting is not. */
const everyMs = 5_000;

/** @param chosen The drill that is looked at; the newest if absent. */
export function DrillTab({ chosen }: { readonly chosen: string | undefined }) {
  const loaded = useLoaded<{ readonly drills: readonly DrillView[] }>(
    "/drills",
    { everyMs, news: ({ what }) => what.startsWith("drill") },
  );
  const drills = loaded.value?.drills;
  const shown = chosen ?? drills?.[0]?.id;
  const place = drills?.findIndex(({ id }) => id === shown) ?? -1;
  return (
    <>
      {may("POST", "/v1/drills") && <Begin onBegun={loaded.reload} />}
      {!drills
        ? (
          <section class="card">
            <Pending of={loaded} />
          </section>
        )
        : (
          <>
            {shown !== undefined && (
              <OneDrill
                key={shown}
                id={shown}
                before={place < 0 ? undefined : drills[place + 1]}
              />
            )}
            <List drills={drills} shown={shown} />
          </>
        )}
    </>
  );
}

function Begin({ onBegun }: { readonly onBegun: () => void }) {
  const words = texts.exercises.drill;
  const [address, setAddress] = useState("");
  const order = useOrder();
  const begin = () =>
    order.run(async () => {
      await post("/drills", address === "" ? {} : { address });
      // Whoever went elsewhere meanwhile stays there.
      if (place.value.pathname === "/exercises") go("/exercises?drill", true);
      onBegun();
      return words.begun;
    });
  return (
    <section class="card" aria-labelledby="begin">
      <h2 id="begin">{words.title}</h2>
      <p>{words.what}</p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void begin();
        }}
      >
        <label>
          {words.address}
          <input
            value={address}
            maxLength={64}
            aria-describedby="nobodys"
            onInput={(event) => setAddress(event.currentTarget.value.trim())}
          />
        </label>
        <button type="submit" class="strong">{words.begin}</button>
      </form>
      <p id="nobodys" class="soft">{words.addressHint}</p>
      <p class="said" role="status">{order.said}</p>
    </section>
  );
}

function OneDrill({ id, before }: {
  readonly id: string;
  readonly before: DrillView | undefined;
}) {
  const loaded = useLoaded<DrillDetail>(`/drills/${id}`, {
    everyMs,
    news: ({ detail }) => detail["drill"] === id,
  });
  return (
    <section class="card drill" aria-labelledby="drill">
      {loaded.value
        ? <DrillReport drill={loaded.value} before={before} />
        : <Pending of={loaded} />}
    </section>
  );
}

function List({ drills, shown }: {
  readonly drills: readonly DrillView[];
  readonly shown: string | undefined;
}) {
  const words = texts.exercises.drill;
  return (
    <section class="card" aria-labelledby="drills">
      <h2 id="drills">{words.list}</h2>
      {drills.length === 0 && <p class="soft">{words.none}</p>}
      <ul>
        {drills.map(({ id, subject, heard, of, toldMs, running }) => (
          <li key={id} class="text">
            <a
              href={`/exercises?drill=${id}`}
              aria-current={id === shown ? "true" : undefined}
            >
              {words.about(subject)}
            </a>
            {": "}
            {words.heard(heard, of)}
            {running && `; ${words.running}`}{" "}
            <span class="soft">
              <When ms={toldMs} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
