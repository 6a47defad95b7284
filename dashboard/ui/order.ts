/**
 * An order that somebody gives with a button: one at a time, and what came of
 * it in words.
 *
 * @module
 */
import { useRef, useState } from "preact/hooks";
import { texts } from "./texts.ts";

/** What came of one button, or of several of which one is pressed at a time. */
export interface Order {
  /** What to tell, for a live region. */
  readonly said: string;
  /**
   * Does it; `act` gives the words of its success. Nothing while the last one
   * is under way: a button that were disabled would lose the focus.
   */
  readonly run: (act: () => Promise<string>) => Promise<void>;
}

/** Keeps it. */
export function useOrder(): Order {
  const [said, setSaid] = useState("");
  const busy = useRef(false);
  const run = async (act: () => Promise<string>) => {
    if (busy.current) return;
    busy.current = true;
    setSaid("");
    try {
      setSaid(await act());
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    } finally {
      busy.current = false;
    }
  };
  return { said, run };
}
