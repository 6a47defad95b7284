/**
 * Alerts that came since the page was read, painted once a frame however many
 * there are.
 *
 * @module
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { AlertRecord } from "../api/agent_desk.ts";
import { alertOf } from "../api/alert_event.ts";
import { follow } from "./live.ts";

/** What came. */
export interface AlertNews {
  /** How many. */
  readonly count: number;
  /** The newest of them, newest first; as many as were asked for at most. */
  readonly newer: readonly AlertRecord[];
  /** The first of `newer`. */
  readonly newest: AlertRecord | undefined;
  /** Forgets them: they were read. */
  readonly clear: () => void;
}

const none = { count: 0, newer: [] as readonly AlertRecord[] };

/**
 * @param keptMax Alerts that are kept; the others are only counted.
 * @param wanted Which count; all, if not said.
 */
export function useAlertNews(
  keptMax: number,
  wanted?: (alert: AlertRecord) => boolean,
): AlertNews {
  const isWanted = useRef(wanted);
  isWanted.current = wanted;
  const [news, setNews] = useState(none);
  useEffect(() => {
    let fresh: AlertRecord[] = [];
    let count = 0;
    let frame = 0;
    const paint = () => {
      frame = 0;
      const [more, came] = [count, fresh];
      [count, fresh] = [0, []];
      setNews((before) => ({
        count: before.count + more,
        newer: [...came.reverse(), ...before.newer].slice(0, keptMax),
      }));
    };
    const leave = follow((event) => {
      const alert = alertOf(event);
      if (!alert || isWanted.current?.(alert) === false) return;
      count++;
      fresh.push(alert);
      if (fresh.length > keptMax) fresh.shift();
      frame ||= requestAnimationFrame(paint);
    });
    return () => {
      leave();
      cancelAnimationFrame(frame);
    };
  }, [keptMax]);
  const clear = useCallback(() => setNews(none), []);
  return { ...news, newest: news.newer[0], clear };
}
