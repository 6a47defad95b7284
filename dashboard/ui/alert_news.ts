/**
 * Alerts that came since the page was read, painted once a frame however many
 * there are.
 *
 * Bounds: as many are kept as the page asks for; `numbersMax` numbers, by which
 * those that a later reading holds are told apart. Of more than that none is.
 *
 * @module
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { AlertPage, AlertRecord } from "../api/agent_desk.ts";
import { alertOf } from "../api/alert_event.ts";
import type { Loaded } from "./loaded.ts";
import { follow } from "./live.ts";

/** What came. */
export interface AlertNews {
  /** How many. */
  readonly count: number;
  /** The newest of them, newest first; as many as were asked for at most. */
  readonly newer: readonly AlertRecord[];
  /** The first of `newer`. */
  readonly newest: AlertRecord | undefined;
  /** Whether others may have come of which nothing is known here. */
  readonly missed: boolean;
  /** Forgets them: they were read. */
  readonly clear: () => void;
}

const numbersMax = 4_096;

/** What waits, as it comes: oldest first. */
class Waiting {
  count = 0;
  missed = false;
  #newest: AlertRecord[] = [];
  #numbers: number[] = [];

  add(alert: AlertRecord, keptMax: number): void {
    this.count++;
    this.#newest.push(alert);
    if (this.#newest.length > keptMax) this.#newest.shift();
    this.#numbers.push(alert.seq);
    if (this.#numbers.length > 2 * numbersMax) {
      this.#numbers = this.#numbers.slice(-numbersMax);
    }
  }

  /** Forgets those up to a number: they were read. */
  forget(upTo: number): void {
    const numbers = this.#numbers.filter((seq) => seq > upTo);
    if (numbers.length < this.#numbers.length) this.count = numbers.length;
    this.#numbers = numbers;
    this.#newest = this.#newest.filter(({ seq }) => seq > upTo);
    this.missed = false;
  }

  seen(): Omit<AlertNews, "clear"> {
    const newer = this.#newest.toReversed();
    return {
      count: this.count,
      newer,
      newest: newer[0],
      missed: this.missed,
    };
  }
}

/**
 * @param read What the page shows, newest first; it is read again when events
 * may have been missed before the first was heard.
 * @param keptMax Alerts that are kept; the others are only counted.
 * @param wanted Which count; all, if not said.
 */
export function useAlertNews(
  { value, reload }: Loaded<AlertPage>,
  keptMax: number,
  wanted?: (alert: AlertRecord) => boolean,
): AlertNews {
  const isWanted = useRef(wanted);
  isWanted.current = wanted;
  const waiting = useRef(new Waiting());
  const [news, setNews] = useState(() => waiting.current.seen());
  useEffect(() => {
    if (!value) return;
    waiting.current.forget(value.alerts[0]?.seq ?? 0);
    setNews(waiting.current.seen());
  }, [value]);
  useEffect(() => {
    let frame = 0;
    const paint = () => {
      frame = 0;
      setNews(waiting.current.seen());
    };
    const leave = follow((event) => {
      const alert = alertOf(event);
      if (!alert || isWanted.current?.(alert) === false) return;
      waiting.current.add(alert, keptMax);
      frame ||= requestAnimationFrame(paint);
    }, ({ atFirst }) => {
      if (atFirst) return reload();
      waiting.current.missed = true;
      frame ||= requestAnimationFrame(paint);
    });
    return () => {
      leave();
      cancelAnimationFrame(frame);
    };
  }, [keptMax, reload]);
  const clear = useCallback(() => {
    waiting.current = new Waiting();
    setNews(waiting.current.seen());
  }, []);
  return { ...news, clear };
}
