/**
 * Settings of several machines, stage by stage: a change is tried on some, by
 * the operator's word, then on more, and kept or taken back.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { OrderedChange } from "../../../../defense/mod.ts";
import type { RolloutView } from "../../../api/config_desk.ts";
import type { NodeView } from "../../../api/node_view.ts";
import { machinesOf } from "../../../api/rollout_machines.ts";
import { signalCommand } from "../../../api/signal_command.ts";
import { post } from "../../api.ts";
import { useLoaded } from "../../loaded.ts";
import { maySay } from "../../may.ts";
import { SignalDialog } from "../../signal_dialog.tsx";
import { Pending } from "../../state.tsx";
import { texts } from "../../texts.ts";
import { tryChange } from "./change.tsx";
import { changesHere, changeWords } from "./ordered_change.ts";
import { RolloutStatus, shortened } from "./rollout_status.tsx";
import type { PartProps } from "./settings.tsx";

const hourMs = 3_600_000;
/** What may be chosen, the usual first; bounds are the API's. */
const lengths = [hourMs, hourMs / 2, 4 * hourMs, 24 * hourMs];
/** Machines do not tell when they have done it: they are asked. Our choice. */
const againMs = 10_000;

type What = keyof typeof texts.rollout.whats | "last";

/** The part. */
export function Several({ settings }: PartProps) {
  const words = texts.rollout;
  const owner = maySay("trial");
  const read = useLoaded<{ rollout?: RolloutView }>("/config/rollout", {
    everyMs: againMs,
    news: ({ what }) => what === "signal" || what === "setting",
  });
  const nodes = useLoaded<{ nodes: NodeView[] }>("/nodes", {
    everyMs: 30_000,
  });
  const [what, setWhat] = useState<What>("enforce");
  const [network, setNetwork] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState("");
  const form = useRef<HTMLFormElement>(null);
  // What one change would do is not shown beside another.
  useEffect(() => setSaid(""), [what, network]);
  if (!read.value || !nodes.value) {
    return <Pending of={read.value ? nodes : read} />;
  }
  const { rollout } = read.value;
  const present = nodes.value.nodes.filter(({ state, observer }) =>
    state !== "revoked" && state !== "expired" && !observer
  );
  const here = changesHere(settings);
  const changes: readonly OrderedChange[] = what === "last"
    ? rollout?.changes ?? []
    : what === "here"
    ? here
    : what === "never"
    ? [{ name: "neverBlock", action: "add", value: network.trim() }]
    : [{ name: "mode", action: "set", value: what }];
  // Who was put out since it was chosen is not there any more.
  const machines = all
    ? "all"
    : present.map(({ node }) => node).filter((node) => chosen.has(node));
  const rehearse = async () => {
    try {
      const would = await tryChange(changes);
      const [wrong] = would.faults;
      setSaid(
        wrong
          ? words.rehearsedNot(wrong.reason)
          : would.changes === 0
          ? words.rehearsedNothing
          : words.rehearsed(would.begins.length, would.ends.length),
      );
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
  };
  const goOn = () => {
    if (!rollout) return;
    const before = machinesOf(rollout);
    setWhat("last");
    setAll(before === "all");
    setChosen(new Set(before === "all" ? [] : before));
    form.current?.scrollIntoView({ block: "nearest" });
    form.current?.querySelector<HTMLElement>(".machines input")?.focus();
  };
  const whats: readonly (readonly [What, string])[] = [
    ...(what === "last"
      ? [["last", words.last(changes.map(changeWords).join("; "))] as const]
      : []),
    ["enforce", words.whats.enforce],
    ["observe", words.whats.observe],
    ["never", words.whats.never],
    ...(here.length > 0 ? [["here", words.whats.here] as const] : []),
  ];
  return (
    <>
      {rollout
        ? (
          <RolloutStatus
            rollout={rollout}
            owner={owner}
            reload={read.reload}
            onGoOn={goOn}
          />
        )
        : <p class="soft">{words.none}</p>}
      {owner && (
        <section class="card" aria-labelledby="several">
          <h2 id="several">{words.newTitle}</h2>
          <p class="hint">{words.newWhat}</p>
          <form
            ref={form}
            class="stack"
            onSubmit={(event) => {
              event.preventDefault();
              setAsking(true);
            }}
          >
            <fieldset class="field">
              <legend>{words.what}</legend>
              {whats.map(([each, name]) => (
                <label key={each} class="choice">
                  <input
                    type="radio"
                    name="what"
                    checked={what === each}
                    onChange={() => setWhat(each)}
                  />
                  <span class="text">{name}</span>
                </label>
              ))}
              {what === "never" && (
                <label>
                  {texts.settings.network}
                  <input
                    required
                    maxLength={64}
                    value={network}
                    onInput={(event) => setNetwork(event.currentTarget.value)}
                  />
                </label>
              )}
              {what === "here" && (
                <ul>
                  {here.map((each) => (
                    <li key={changeWords(each)} class="text">
                      {changeWords(each)}
                    </li>
                  ))}
                </ul>
              )}
            </fieldset>
            <fieldset class="field machines">
              <legend>{words.where}</legend>
              <label class="choice">
                <input
                  type="checkbox"
                  checked={all}
                  onChange={(event) => setAll(event.currentTarget.checked)}
                />
                {words.all}
              </label>
              {!all &&
                present.map(({ node, name, state }) => (
                  <label key={node} class="choice">
                    <input
                      type="checkbox"
                      checked={chosen.has(node)}
                      onChange={() =>
                        setChosen(toggled(chosen, node))}
                    />
                    <span class="text">
                      {name || node.slice(0, 8)}
                      {state === "here" && (
                        <span class="soft">({words.here})</span>
                      )}
                    </span>
                  </label>
                ))}
            </fieldset>
            <div class="row">
              <button
                type="submit"
                class="strong"
                disabled={changes.length === 0 || machines.length === 0}
              >
                {words.go}
              </button>
              <button
                type="button"
                disabled={changes.length === 0}
                onClick={() => void rehearse()}
              >
                {words.rehearse}
              </button>
              <span class="said" role="status">{said}</span>
            </div>
          </form>
        </section>
      )}
      {asking && (
        <SignalDialog
          title={words.goAsk(machines === "all" ? -1 : machines.length)}
          verb={words.go}
          whom="all"
          lengths={lengths}
          command={({ forMs }) =>
            signalCommand({
              what: "trial",
              changes,
              machines: shortened(machines),
              forMs,
            })}
          act={async ({ forMs, passphrase }) => {
            const order = { what: "trial", changes, machines, forMs };
            await post("/signals", { ...order, passphrase });
            setSaid(words.said);
            read.reload();
          }}
          onClose={() => setAsking(false)}
        >
          <ul>
            {changes.map((each) => (
              <li key={changeWords(each)} class="text">{changeWords(each)}</li>
            ))}
          </ul>
        </SignalDialog>
      )}
    </>
  );
}

function toggled(
  all: ReadonlySet<string>,
  one: string,
): ReadonlySet<string> {
  const next = new Set(all);
  if (!next.delete(one)) next.add(one);
  return next;
}
