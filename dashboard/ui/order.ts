/**
 * An order that somebody gives with a button: one at a time, and what came of
 * it in words.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { useOnce } from "./once.ts";
import { texts } from "./texts.ts";

/** What came of one button, or of several of which one is pressed at a time. */
export interface Order {
  /** What to tell, for a live region. */
  readonly said: string;
  /** Does it, once; `act` gives the words of its success. */
  readonly run: (act: () => Promise<string>) => Promise<void>;
}

/** Keeps it. */
export function useOrder(): Order {
  const [said, setSaid] = useState("");
  const once = useOnce();
  const run = (act: () => Promise<string>) =>
    once(async () => {
      setSaid("");
      try {
        setSaid(await act());
      } catch (failure) {
        setSaid(texts.state.failed + (failure as Error).message);
      }
    });
  return { said, run };
}
