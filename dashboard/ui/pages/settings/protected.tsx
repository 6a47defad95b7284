/**
 * Whom this machine never contains: what people added, which can be taken off
 * again, and what it found by itself, which cannot.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { StatusView } from "../../../api/agent_desk.ts";
import type { SettingOrder } from "../../../api/config_desk.ts";
import { useLoaded } from "../../loaded.ts";
import { texts } from "../../texts.ts";
import { makeChange, tryChange } from "./change.tsx";
import type { PartProps } from "./settings.tsx";
import { sourceText } from "./source.tsx";

const name = "neverBlock";

/** The part. */
export function Protected({ settings, reload, owner }: PartProps) {
  const words = texts.settings;
  const setting = settings.find((each) => each.name === name)!;
  const items = setting.items ?? [];
  const status = useLoaded<StatusView>("/status", { everyMs: 10_000 });
  const [text, setText] = useState("");
  const [fault, setFault] = useState("");
  const [said, setSaid] = useState("");
  const [back, setBack] = useState<SettingOrder | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const order = async (change: SettingOrder) => {
    // A button that were disabled would lose the focus.
    if (busy) return;
    setBusy(true);
    setFault("");
    setSaid(words.saving);
    setBack(undefined);
    try {
      const would = await tryChange([change]);
      if (would.faults[0]) {
        setSaid("");
        setFault(would.faults[0].reason);
        return;
      }
      const { changes, ends } = await makeChange([change]);
      const item = String(change.value);
      const adds = change.action === "add";
      setSaid(
        changes === 0
          ? words.unchanged
          : adds
          ? words.added(item) + words.letGo(ends.length)
          : words.removed(item),
      );
      if (changes > 0) setBack({ ...change, action: adds ? "remove" : "add" });
      if (adds) setText("");
      reload();
      status.reload();
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    } finally {
      setBusy(false);
    }
  };
  const listed = new Set(items.map(({ value }) => value));
  const found = (status.value?.neverBlock ?? []).filter(({ network }) =>
    !listed.has(network)
  );
  return (
    <>
      <section class="card" aria-labelledby="listed">
        <h2 id="listed">{words.listed}</h2>
        {items.length === 0 ? <p class="soft">{words.listedNone}</p> : (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.network}</th>
                <th scope="col" class="wide">{words.source}</th>
                <th scope="col">
                  <span class="unseen">{words.remove}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.value}>
                  <td class="text">{item.value}</td>
                  <td class="text wide soft">
                    {sourceText({ ...item, change: "list" })}
                  </td>
                  <td>
                    {owner && item.removable && (
                      <button
                        type="button"
                        aria-label={words.removeOf(item.value)}
                        onClick={() =>
                          void order({
                            name,
                            action: "remove",
                            value: item.value,
                          })}
                      >
                        {words.remove}
                      </button>
                    )}
                    {owner && !item.removable && (
                      <span class="soft">{words.stands}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {owner && (
          <form
            class="row spaced"
            onSubmit={(event) => {
              event.preventDefault();
              void order({ name, action: "add", value: text.trim() });
            }}
          >
            <label>
              {words.network}
              <input
                required
                maxLength={64}
                value={text}
                aria-invalid={fault !== ""}
                aria-describedby="fault-network"
                onInput={(event) => {
                  setText(event.currentTarget.value);
                  setFault("");
                }}
              />
            </label>
            <button type="submit" class="strong">{words.add}</button>
          </form>
        )}
        <p class="wrong" id="fault-network">{fault}</p>
        <p class="hint">{words.addHint} {words.notes["listed_here_only"]}</p>
        <p class="said" role="status">
          {said} {back && !busy && (
            <button
              type="button"
              onClick={() => void order(back)}
            >
              {words.undo}
            </button>
          )}
        </p>
      </section>
      <section class="card" aria-labelledby="found">
        <h2 id="found">{words.found}</h2>
        <ul>
          {found.map(({ network, reason }) => (
            <li key={`${network} ${reason}`} class="text">
              {network} <span class="soft">{reason}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
