/**
 * The pace of the links, which may change once a day.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { ProfileAnswer, ProfileView } from "../../../api/agent_desk.ts";
import { post } from "../../api.ts";
import { useLoaded } from "../../loaded.ts";
import { Pending } from "../../state.tsx";
import { texts } from "../../texts.ts";
import { clockText, When } from "../../when.tsx";
import type { PartProps } from "./settings.tsx";

/** The part. */
export function Pace({ owner }: PartProps) {
  const words = texts.settings;
  const profile = useLoaded<ProfileView>("/profile", { everyMs: 10_000 });
  const [wanted, setWanted] = useState<string | undefined>(undefined);
  const [said, setSaid] = useState("");
  const [refused, setRefused] = useState(false);
  const view = profile.value;
  if (!view) return <Pending of={profile} />;
  const chosen = wanted ??
    (view.chosenBy === "operator" ? view.inForce : "configured");
  const order = async (force: boolean) => {
    setRefused(false);
    try {
      const answer = await post<ProfileAnswer>("/profile", {
        profile: chosen,
        force,
      });
      setRefused(answer.type === "refused");
      setSaid(
        answer.type === "refused"
          ? words.paceRefused(clockText(answer.notBeforeMs))
          : answer.type === "unchanged"
          ? words.unchanged
          : words.paceDone(answer.to),
      );
      profile.reload();
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
  };
  return (
    <section class="card" aria-labelledby="pace">
      <h2 id="pace">{words.paceNow(view.inForce)}</h2>
      <p>
        {words.paceBy[view.chosenBy]}, {words.paceSince}{" "}
        <When ms={view.sinceMs} />. {view.next &&
          words.paceNext(view.next.profile, clockText(view.next.atMs))}
      </p>
      <p class="hint">{words.paceWhat}</p>
      {owner && (
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            void order(false);
          }}
        >
          <label>
            {words.paceChoose}
            <select
              value={chosen}
              onChange={(event) => {
                setWanted(event.currentTarget.value);
                setRefused(false);
                setSaid("");
              }}
            >
              {Object.entries(words.paces).map(([name, text]) => (
                <option key={name} value={name}>
                  {name === "configured" ? `${text}: ${view.configured}` : text}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" class="strong">{words.paceGo}</button>
          {refused && (
            <button type="button" onClick={() => void order(true)}>
              {words.paceForce}
            </button>
          )}
        </form>
      )}
      <p class="said" role="status">{said}</p>
    </section>
  );
}
