/**
 * An order that somebody gives with a button: one at a time, and what came of
 * it in words.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { texts } from "./texts.ts";

/** The state of one button and its answer. */
export interface Order {
  /** What to tell, for a live region. */
  readonly said: string;
  readonly busy: boolean;
  /** Does it; `act` gives the words of its success. */
  readonly run: (act: () => Promise<string>) => Promise<void>;
}

/** Keeps it. */
export function useOrder(): Order {
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const run = async (act: () => Promise<string>) => {
    setBusy(true);
    setSaid("");
    try {
      setSaid(await act());
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return { said, busy, run };
}
