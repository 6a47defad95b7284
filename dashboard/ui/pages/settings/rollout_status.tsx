/**
 * The settings that were ordered last for several machines: how they stand on
 * each, and what may be done about them.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { RolloutMachine, RolloutView } from "../../../api/config_desk.ts";
import { machinesOf } from "../../../api/rollout_machines.ts";
import { signalCommand } from "../../../api/signal_command.ts";
import { post } from "../../api.ts";
import { SignalDialog } from "../../signal_dialog.tsx";
import { signalAuthor } from "../../signal_words.ts";
import { texts } from "../../texts.ts";
import { clockText } from "../../when.tsx";
import { changeWords } from "./ordered_change.ts";

interface StatusProps {
  readonly rollout: RolloutView;
  readonly owner: boolean;
  /** Asks the machines again. */
  readonly reload: () => void;
  /** The next stage: these are chosen already. */
  readonly onGoOn: () => void;
}

/** The section. */
export function RolloutStatus(
  { rollout, owner, reload, onGoOn }: StatusProps,
) {
  const words = texts.rollout;
  const { by, kept, active, untilMs, changes } = rollout;
  // With the roll-out that was on the page then, whatever is said meanwhile.
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const [said, setSaid] = useState("");
  const who = signalAuthor(by);
  return (
    <section class="card" aria-labelledby="rollout">
      <h2 id="rollout">{words.lastTitle}</h2>
      <ul>
        {changes.map((each) => (
          <li key={changeWords(each)} class="text">{changeWords(each)}</li>
        ))}
      </ul>
      <p>
        {kept
          ? words.kept(who)
          : active
          ? words.trialUntil(who, clockText(untilMs))
          : words.trialOver(who)}
      </p>
      <Machines of={rollout.machines} />
      <p class="hint">{words.ownWords}</p>
      <div class="row">
        <button type="button" onClick={reload}>{words.again}</button>
        {owner && active && (
          <>
            <button type="button" onClick={onGoOn}>{words.goOn}</button>
            <button
              type="button"
              class="strong"
              onClick={() => setAsked({ what: "keep", rollout })}
            >
              {words.keep}
            </button>
            <button
              type="button"
              onClick={() => setAsked({ what: "cancel", rollout })}
            >
              {words.takeBack}
            </button>
          </>
        )}
        <span class="said" role="status">{said}</span>
      </div>
      {asked && (
        <Ask
          {...asked}
          onClose={() => setAsked(undefined)}
          onSaid={() => {
            setSaid(texts.signals.done);
            reload();
          }}
        />
      )}
    </section>
  );
}

function Machines({ of }: { readonly of: readonly RolloutMachine[] }) {
  const words = texts.rollout;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.machine}</th>
          <th scope="col">{words.state}</th>
        </tr>
      </thead>
      <tbody>
        {of.map(({ node, name, state, why }) => (
          <tr key={node}>
            <td class="text">{name || node.slice(0, 8)}</td>
            <td class="text">
              <span class={toneOf(state)}>{words.states[state]}</span>
              {why !== "" && <span class="soft">: {why}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function toneOf(state: RolloutMachine["state"]): string {
  switch (state) {
    case "trial":
    case "kept":
    case "same":
      return "";
    case "not_asked":
      return "soft";
    default:
      return "warn-text";
  }
}

interface Asked {
  readonly what: "keep" | "cancel";
  readonly rollout: RolloutView;
}

function Ask({ what, rollout, onClose, onSaid }: Asked & {
  readonly onClose: () => void;
  readonly onSaid: () => void;
}) {
  const words = texts.rollout;
  const keeps = what === "keep";
  const { id, changes } = rollout;
  const machines = machinesOf(rollout);
  return (
    <SignalDialog
      title={keeps ? words.keepAsk : words.takeBackAsk}
      verb={keeps ? words.keep : words.takeBack}
      whom="all"
      command={() =>
        keeps
          ? signalCommand({
            what: "keep",
            changes,
            machines: shortened(machines),
          })
          : `stealthmesh signal cancel ${id.slice(0, 12)}`}
      act={async ({ passphrase }) => {
        await (keeps
          ? post("/signals", { what, changes, machines, passphrase })
          : post(`/signals/${id}/cancel`, { passphrase }));
        onSaid();
      }}
      onClose={onClose}
    >
      <p>{keeps ? words.keepWhat : words.takeBackWhat}</p>
    </SignalDialog>
  );
}

/** As somebody can type them. */
export function shortened(
  machines: readonly string[] | "all",
): readonly string[] | "all" {
  return machines === "all"
    ? machines
    : machines.map((node) => node.slice(0, 12));
}
