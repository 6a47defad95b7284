/**
 * Whether a machine is cut off from everything but the mesh, until when and by
 * whose word; an owner cuts it off and lets it back in, by the operator's word to
 * all machines.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { NodeView } from "../../api/node_view.ts";
import { signalCommand } from "../../api/signal_command.ts";
import { post } from "../api.ts";
import { cutOffHere, cutOffSource } from "../cut_off_words.ts";
import { maySay } from "../may.ts";
import { SignalDialog } from "../signal_dialog.tsx";
import { texts } from "../texts.ts";
import { Left, When } from "../when.tsx";

const hourMs = 3_600_000;
/** What may be chosen, the usual first; bounds are the API's. */
const lengths = [hourMs, hourMs / 2, 2 * hourMs, 4 * hourMs];

interface QuarantineProps {
  readonly node: NodeView;
  readonly onDone: () => void;
}

/** The section. */
export function Quarantine({ node, onDone }: QuarantineProps) {
  const words = texts.quarantine;
  const [asked, setAsked] = useState<Asked["what"] | undefined>(undefined);
  const [said, setSaid] = useState("");
  const isCutOff = node.cutOff.length > 0;
  return (
    <section class="card" aria-labelledby="quarantine">
      <h2 id="quarantine">{words.title}</h2>
      {!isCutOff && <p>{words.none}</p>}
      {node.cutOff.map((word) => (
        <div key={word.by}>
          <p class="warn-text">
            {words.inForce}, {cutOffSource(word)}
            {word.sinceMs !== undefined && (
              <>
                , {words.since} <When ms={word.sinceMs} />
              </>
            )}; {texts.subject.endsIn} <Left untilMs={word.untilMs} />
          </p>
          {cutOffHere(word) && <p class="text">{cutOffHere(word)}</p>}
        </div>
      ))}
      {maySay("quarantine") && (
        <div class="row">
          {isCutOff
            ? (
              <button type="button" onClick={() => setAsked("readmit")}>
                {words.letIn}
              </button>
            )
            : (
              <button
                type="button"
                class="danger"
                onClick={() => setAsked("quarantine")}
              >
                {words.cutOff}
              </button>
            )}
          <span class="said" role="status">{said}</span>
        </div>
      )}
      {asked && (
        <Ask
          what={asked}
          node={node}
          onClose={() => setAsked(undefined)}
          onSaid={() => {
            setSaid(texts.signals.done);
            onDone();
          }}
        />
      )}
    </section>
  );
}

interface Asked {
  readonly what: "quarantine" | "readmit";
  readonly node: NodeView;
  readonly onClose: () => void;
  readonly onSaid: () => void;
}

function Ask({ what, node, onClose, onSaid }: Asked) {
  const words = texts.quarantine;
  const name = node.name || node.node.slice(0, 8);
  // An id is unique and needs no quotes; a name may not be, and may.
  const typed = node.node.slice(0, 12);
  const cutsOff = what === "quarantine";
  return (
    <SignalDialog
      title={cutsOff ? words.cutOffAsk(name) : words.letInAsk(name)}
      verb={cutsOff ? words.cutOff : words.letIn}
      whom="all"
      {...(cutsOff && { lengths })}
      command={({ forMs }) =>
        signalCommand(
          cutsOff
            ? { what: "quarantine", member: typed, forMs }
            : { what: "readmit", member: typed },
        )}
      act={async ({ forMs, passphrase }) => {
        const order = cutsOff
          ? { what, member: node.node, forMs }
          : { what, member: node.node };
        await post("/signals", { ...order, passphrase });
        onSaid();
      }}
      onClose={onClose}
    >
      {cutsOff
        ? (
          <ul>
            {words.cutOffWill.map((each) => <li key={each}>{each}</li>)}
          </ul>
        )
        : <p>{words.letInWill}</p>}
      {cutsOff && node.state === "here" && (
        <p class="warn-text">{words.cutOffHere}</p>
      )}
    </SignalDialog>
  );
}
