/**
 * What an operator can do about an address: let it go or contain it, on this
 * machine or on all, and keep it out of all measures. Each after a question.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { Explanation } from "../../../defense/mod.ts";
import type { ContainAnswer } from "../../api/agent_desk.ts";
import { signalCommand } from "../../api/signal_command.ts";
import type { SignalAnswer } from "../../api/signal_desk.ts";
import { post } from "../api.ts";
import { Dialog } from "../dialog.tsx";
import { may, maySay } from "../may.ts";
import { SignalDialog } from "../signal_dialog.tsx";
import { texts } from "../texts.ts";
import { MeasureChoice } from "./measure_choice.tsx";
import { Foresight, outcomeText } from "./rehearsed.tsx";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** What may be chosen, the usual first; bounds are the API's. */
const containLengths = [10, 30, 60, 120, 240].map((each) => each * minuteMs);
const neverLengths = [30, 1, 7, 90, 366].map((each) => each * dayMs);

/** A whole /64 is written as its first address. */
function networkOf(subject: string): string {
  return subject.endsWith("::") ? `${subject}/64` : subject;
}

interface UndoProps {
  readonly about: Pick<Explanation, "subject" | "leases" | "protectedBy">;
  readonly onDone: () => void;
}

/** Three buttons and what came of them. */
export function Undo({ about, onDone }: UndoProps) {
  const words = texts.subject;
  const { leases } = about;
  const [open, setOpen] = useState<"release" | "contain" | "us" | undefined>(
    undefined,
  );
  const [said, setSaid] = useState("");
  const shared = {
    about,
    onClose: () => setOpen(undefined),
    onSaid: (text: string) => {
      setSaid(text);
      onDone();
    },
  };
  return (
    <>
      <div class="row">
        {may("POST", "/v1/release") && (
          <button
            type="button"
            class="strong"
            disabled={leases.length === 0}
            onClick={() => setOpen("release")}
          >
            {words.release}
          </button>
        )}
        {may("POST", "/v1/contain") && (
          <button
            type="button"
            onClick={() => setOpen("contain")}
          >
            {texts.measures.go}
          </button>
        )}
        {maySay("never", "host") && (
          <button
            type="button"
            onClick={() => setOpen("us")}
          >
            {words.us}
          </button>
        )}
      </div>
      <p class="said" role="status">{said}</p>
      {open === "release" && <Release {...shared} />}
      {open === "contain" && <Contain {...shared} />}
      {open === "us" && <ThisWasUs {...shared} />}
    </>
  );
}

/** Who may not say it to all is not asked whom it is for. */
function whomFor(what: string): "choose" | "here" {
  return maySay(what) ? "choose" : "here";
}

interface Asked {
  readonly about: Pick<UndoProps["about"], "subject">;
  readonly onClose: () => void;
  readonly onSaid: (text: string) => void;
}

/** Asks before an address is let go. */
export function Release({ about: { subject }, onClose, onSaid }: Asked) {
  const words = texts.subject;
  return (
    <SignalDialog
      title={words.releaseAsk(subject)}
      verb={words.release}
      whom={whomFor("release")}
      command={() =>
        signalCommand({ what: "release", address: subject, forMs: 0 })}
      act={async ({ everywhere, passphrase }) => {
        if (everywhere) {
          const order = { what: "release", address: subject, passphrase };
          await post("/signals", order);
          return onSaid(texts.signals.done);
        }
        const { ended } = await post<{ ended: number }>("/release", {
          address: subject,
          here: true,
        });
        onSaid(ended > 0 ? words.released : words.releasedNothing);
      }}
      onClose={onClose}
    >
      <p>{words.releaseWhat}</p>
    </SignalDialog>
  );
}

function Contain({ about: { subject }, onClose, onSaid }: Asked) {
  const words = texts.measures;
  const [measure, setMeasure] = useState<"block" | "steer" | "throttle">(
    "block",
  );
  return (
    <SignalDialog
      title={texts.signals.containAsk(subject)}
      verb={words.go}
      whom={whomFor("contain")}
      lengths={containLengths}
      command={({ forMs }) =>
        signalCommand({ what: "contain", address: subject, measure, forMs })}
      act={async ({ everywhere, forMs, passphrase }) => {
        const order = { address: subject, measure, forMs };
        if (!everywhere) {
          const answer = await post<ContainAnswer>("/contain", order);
          return onSaid(outcomeText(answer));
        }
        const { outcome } = await post<SignalAnswer>("/signals", {
          what: "contain",
          ...order,
          passphrase,
        });
        if (!outcome || outcome.applied) return onSaid(texts.signals.done);
        const { code } = outcome.refusal;
        onSaid(texts.signals.notHere(texts.subject.refusals[code] ?? code));
      }}
      onClose={onClose}
    >
      <p>{texts.signals.containWhat}</p>
      <MeasureChoice value={measure} onChange={setMeasure} />
      <Foresight
        order={{ address: subject, measure, forMs: containLengths[0]! }}
      />
    </SignalDialog>
  );
}

function ThisWasUs(
  { about, onClose, onSaid }: Asked & Pick<UndoProps, "about">,
) {
  const words = texts.subject;
  const { subject, protectedBy } = about;
  const [network, setNetwork] = useState(networkOf(subject));
  if (protectedBy !== undefined) {
    return (
      <Dialog title={words.usTitle(subject)} onClose={onClose}>
        <p>{words.usProtected}</p>
        <button type="button" onClick={onClose}>{words.close}</button>
      </Dialog>
    );
  }
  const orderOf = (everywhere: boolean, forMs: number) => ({
    what: "never" as const,
    network,
    scope: everywhere ? "mesh" as const : "host" as const,
    forMs,
  });
  return (
    <SignalDialog
      title={words.usTitle(subject)}
      verb={texts.signals.neverGo}
      whom={whomFor("never")}
      lengths={neverLengths}
      command={({ everywhere, forMs }) =>
        signalCommand(orderOf(everywhere, forMs))}
      act={async ({ everywhere, forMs, passphrase }) => {
        await post("/signals", { ...orderOf(everywhere, forMs), passphrase });
        onSaid(everywhere ? texts.signals.done : texts.signals.doneHere);
      }}
      onClose={onClose}
    >
      <p>{words.usWhat}</p>
      <label>
        {texts.signals.network}
        <input
          required
          value={network}
          onInput={(event) => setNetwork(event.currentTarget.value)}
        />
      </label>
      <details>
        <summary>{words.usForGood}</summary>
        <p>{words.usThen}</p>
        <pre tabIndex={0}>{`neverBlock:\n  - "${network}"`}</pre>
      </details>
    </SignalDialog>
  );
}
