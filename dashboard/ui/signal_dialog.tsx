/**
 * A question before something is said to this machine or to all: what will
 * happen, for how long, and, where it is for all, the operator's key. It closes
 * when it is said; what stands in the way is shown in it.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { SignalsView } from "../api/signal_desk.ts";
import { Dialog } from "./dialog.tsx";
import { useLoaded } from "./loaded.ts";
import { useOnce } from "./once.ts";
import { texts } from "./texts.ts";

/** What was chosen. */
export interface SignalChoice {
  /** On all machines, and not on this one alone. */
  readonly everywhere: boolean;
  /** How long, in milliseconds; 0 where nobody is asked. */
  readonly forMs: number;
  /** Of the operator's key, where it is sealed. */
  readonly passphrase?: string;
}

/** What is asked. */
export interface SignalDialogProps {
  readonly title: string;
  /** What will happen. */
  readonly children: ComponentChildren;
  /** What the button says. */
  readonly verb: string;
  /** Whom it is for; `choose` lets the viewer say. */
  readonly whom: "all" | "here" | "choose";
  /** Lengths to choose from, in milliseconds, the usual one first. */
  readonly lengths?: readonly number[];
  /** What says the same where the operator's key is. */
  readonly command: (choice: SignalChoice) => string;
  /** Says it. */
  readonly act: (choice: SignalChoice) => Promise<void>;
  readonly onClose: () => void;
}

/** Shown as long as it is rendered. */
export function SignalDialog(
  { title, children, verb, whom, lengths, command, act, onClose }:
    SignalDialogProps,
) {
  const words = texts.signals;
  const signals = useLoaded<SignalsView>("/signals");
  const [everywhere, setEverywhere] = useState(whom === "all");
  const [forMs, setForMs] = useState(lengths?.[0] ?? 0);
  const [passphrase, setPassphrase] = useState("");
  const [failure, setFailure] = useState("");
  const once = useOnce();
  const key = everywhere ? signals.value?.operatorKey : "open";
  const sealed = key === "sealed";
  const choice = {
    everywhere,
    forMs,
    ...(sealed && { passphrase }),
  };
  const submit = async () => {
    setFailure("");
    try {
      await act(choice);
      onClose();
    } catch (error) {
      setFailure(texts.state.failed + (error as Error).message);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void once(submit);
        }}
      >
        {children}
        {whom === "choose" && (
          <fieldset>
            <legend>{words.where}</legend>
            {[false, true].map((all) => (
              <label key={String(all)} class="choice">
                <input
                  type="radio"
                  name="whom"
                  checked={everywhere === all}
                  onChange={() => setEverywhere(all)}
                />
                {all ? words.everywhere : words.here}
              </label>
            ))}
          </fieldset>
        )}
        {lengths && (
          <label>
            {words.howLong}
            <select
              value={String(forMs)}
              onChange={(event) => setForMs(Number(event.currentTarget.value))}
            >
              {lengths.map((ms) => (
                <option key={ms} value={String(ms)}>{words.span(ms)}</option>
              ))}
            </select>
          </label>
        )}
        {sealed && (
          <label>
            {words.passphrase}
            <input
              type="password"
              required
              autocomplete="off"
              value={passphrase}
              onInput={(event) => setPassphrase(event.currentTarget.value)}
            />
            <span class="soft">{words.passphraseWhat}</span>
          </label>
        )}
        {key === "absent" && (
          <div role="status">
            <p>{words.noKey}</p>
            <pre tabIndex={0}>{command(choice)}</pre>
          </div>
        )}
        <p class="said" role="alert">{failure}</p>
        <div class="row">
          <button
            type="submit"
            class="strong"
            disabled={key === undefined || key === "absent"}
          >
            {verb}
          </button>
          <button type="button" onClick={onClose}>{words.cancel}</button>
        </div>
      </form>
    </Dialog>
  );
}
