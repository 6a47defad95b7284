/**
 * What the operator said to all machines and still holds, and the two words that
 * are wanted in a hurry: raise caution, stand down.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { SignalView } from "../../../defense/mod.ts";
import type { StatusView } from "../../api/agent_desk.ts";
import { signalCommand } from "../../api/signal_command.ts";
import { post } from "../api.ts";
import { maySay } from "../may.ts";
import { SignalDialog } from "../signal_dialog.tsx";
import { signalSource, signalWords } from "../signal_words.ts";
import { texts } from "../texts.ts";
import { Left } from "../when.tsx";

const hourMs = 3_600_000;
/** What may be chosen, the usual first; bounds are the API's. */
const lengths = {
  caution: [hourMs, 4 * hourMs, 8 * hourMs, 24 * hourMs],
  stand_down: [hourMs / 2, hourMs, 2 * hourMs, 4 * hourMs],
} as const;

type Question =
  | { readonly what: "caution" | "stand_down" }
  | { readonly what: "cancel"; readonly signal: SignalView };

/** The strip. */
export function SignalStrip({ view, onDone }: {
  readonly view: StatusView;
  readonly onDone: () => void;
}) {
  const words = texts.signals;
  const { agent, members } = view;
  const [asked, setAsked] = useState<Question | undefined>(undefined);
  const [said, setSaid] = useState("");
  const nameOf = (node: string) =>
    members.find((member) => member.node === node)?.name || node.slice(0, 8);
  const done = (text: string) => {
    setSaid(text);
    onDone();
  };
  return (
    <section
      class={`card strip ${agent.alertness}`}
      aria-labelledby="signals"
    >
      <h2 id="signals">{words.title}</h2>
      <p aria-live="polite">{words.alertness[agent.alertness]}</p>
      {agent.signals.length > 0 && (
        <ul>
          {agent.signals.map((signal) => (
            <li key={signal.id}>
              <span class="text">{signalWords(signal, nameOf)}</span>{" "}
              <span class="soft">
                {signalSource(signal)}, {texts.subject.endsIn}{" "}
                <Left untilMs={signal.untilMs} />
              </span>{" "}
              {maySay(signal.order.what, signal.scope) && (
                <button
                  type="button"
                  aria-label={words.endOf(signalWords(signal, nameOf))}
                  onClick={() => setAsked({ what: "cancel", signal })}
                >
                  {words.end}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <div class="row">
        {maySay("caution", "mesh", agent.alertness) && (
          <button
            type="button"
            onClick={() => setAsked({ what: "caution" })}
          >
            {words.raise}
          </button>
        )}
        {maySay("stand_down") && (
          <button
            type="button"
            onClick={() => setAsked({ what: "stand_down" })}
          >
            {words.standDown}
          </button>
        )}
        <span class="said" role="status">{said}</span>
      </div>
      {asked && asked.what !== "cancel" && (
        <Raise
          what={asked.what}
          onDone={done}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked?.what === "cancel" && (
        <Cancel
          signal={asked.signal}
          what={signalWords(asked.signal, nameOf)}
          onDone={done}
          onClose={() => setAsked(undefined)}
        />
      )}
    </section>
  );
}

function Raise({ what, onDone, onClose }: {
  readonly what: "caution" | "stand_down";
  readonly onDone: (said: string) => void;
  readonly onClose: () => void;
}) {
  const words = texts.signals;
  const standsDown = what === "stand_down";
  const will = standsDown ? words.standDownWill : words.raiseWill;
  return (
    <SignalDialog
      title={standsDown ? words.standDownAsk : words.raiseAsk}
      verb={standsDown ? words.standDown : words.raise}
      whom="all"
      lengths={lengths[what]}
      command={({ forMs }) => signalCommand({ what, forMs })}
      act={async ({ forMs, passphrase }) => {
        await post("/signals", { what, forMs, passphrase });
        onDone(words.done);
      }}
      onClose={onClose}
    >
      <ul>
        {will.map((each) => <li key={each}>{each}</li>)}
      </ul>
    </SignalDialog>
  );
}

function Cancel({ signal, what, onDone, onClose }: {
  readonly signal: SignalView;
  readonly what: string;
  readonly onDone: (said: string) => void;
  readonly onClose: () => void;
}) {
  const words = texts.signals;
  const { id, scope } = signal;
  return (
    <SignalDialog
      title={scope === "mesh" ? words.endAsk : words.endAskHere}
      verb={words.end}
      whom={scope === "mesh" ? "all" : "here"}
      command={() => `stealthmesh signal cancel ${id.slice(0, 12)}`}
      act={async ({ passphrase }) => {
        await post(`/signals/${id}/cancel`, { passphrase });
        onDone(words.ended);
      }}
      onClose={onClose}
    >
      <p class="text">{what}</p>
      <p>{scope === "mesh" ? words.endWhat : words.endHere}</p>
    </SignalDialog>
  );
}
