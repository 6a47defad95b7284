/**
 * What came while somebody reads: it waits behind a button that has its place
 * already. A screen reader is told how many now and then, not of each.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { AlertNews } from "./alert_news.ts";
import { texts } from "./texts.ts";

/** Between two announcements. Our choice. */
const quietMs = 5_000;

/**
 * @param told What the newest one says; nothing where that is not shown.
 * @param onShow Shows them; the focus goes to what `into` finds, as the button
 * is gone then.
 */
export function AlertNewsBar({ news, told, into, onShow }: {
  readonly news: AlertNews;
  readonly told?: string | undefined;
  readonly into: string;
  readonly onShow: () => void;
}) {
  const { count, missed } = news;
  const words = texts.alerts;
  const announced = useSeldom(count);
  const show = () => {
    onShow();
    document.querySelector<HTMLElement>(into)?.focus({ preventScroll: true });
  };
  return (
    <div class="waiting">
      {count === 0 && !missed && <span class="soft">{words.noNews}</span>}
      {(count > 0 || missed) && (
        <button type="button" class="strong" onClick={show}>
          {missed
            ? words.missed
            : told === undefined
            ? words.waiting(count)
            : `${words.waiting(count)}: ${told}`}
        </button>
      )}
      <span class="unseen" role="status">
        {missed ? words.missed : words.came(announced)}
      </span>
    </div>
  );
}

/** A number that changes at most once in a while, and goes back to 0 at once. */
function useSeldom(value: number): number {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  latest.current = value;
  useEffect(() => {
    if (value === 0) {
      setShown(0);
      return;
    }
    if (timer.current !== undefined) return;
    setShown(value);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setShown(latest.current);
    }, quietMs);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return shown;
}
