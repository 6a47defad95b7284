/**
 * One press at a time: who presses twice means it once, and a button that were
 * disabled meanwhile would lose the focus.
 *
 * @module
 */
import { useRef } from "preact/hooks";

/** Does the work, unless the last one is still under way. */
export type Once = (work: () => Promise<void>) => Promise<void>;

/** Keeps whether it is. */
export function useOnce(): Once {
  const busy = useRef(false);
  return async (work) => {
    if (busy.current) return;
    busy.current = true;
    try {
      await work();
    } finally {
      busy.current = false;
    }
  };
}
