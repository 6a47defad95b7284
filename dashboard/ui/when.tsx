/**
 * Times for people: how long ago, in words, and exactly in a tooltip, in the
 * viewer's own zone.
 *
 * @module
 */
import { computed, signal } from "@preact/signals";
import { texts } from "./texts.ts";

/** The present, to a second; ticks while somebody looks. */
export const nowMs = signal(Date.now());
setInterval(() => {
  if (document.visibilityState === "visible") nowMs.value = Date.now();
}, 1_000);

/** The present, to an hour of the viewer's clock: what shows hours need not tick. */
export const hourMs = computed(() => new Date(nowMs.value).setMinutes(0, 0, 0));

/** `3 min`, `2 h`. */
export function spanText(ms: number): string {
  const { seconds, minutes, hours, days } = texts.time;
  const s = Math.max(0, Math.round(ms / 1_000));
  if (s < 90) return seconds(s);
  if (s < 5_400) return minutes(Math.round(s / 60));
  if (s < 172_800) return hours(Math.round(s / 3_600));
  return days(Math.round(s / 86_400));
}

/** How long ago, told as a span. */
export function Ago({ ms }: { readonly ms: number }) {
  return (
    <span class="number">
      {ms < 2_000 ? texts.time.now : texts.time.ago(spanText(ms))}
    </span>
  );
}

/** How long until a moment, as `3 min`; ticks by itself. */
export function Left({ untilMs }: { readonly untilMs: number }) {
  return <span class="number">{spanText(untilMs - nowMs.value)}</span>;
}

/**
 * A moment as a clock shows it; with its day, if that is not today.
 *
 * @param short Without the day in any case.
 */
export function clockText(ms: number, short = false): string {
  const at = new Date(ms);
  const today = short ||
    at.toDateString() === new Date(hourMs.value).toDateString();
  return at.toLocaleString(undefined, {
    timeStyle: "short",
    ...(!today && { dateStyle: "medium" }),
  });
}

/** The same with its clock: for what is held against other records. */
export function WhenExactly({ ms }: { readonly ms: number }) {
  return (
    <>
      <When ms={ms} /> <span class="soft number clock">{clockText(ms)}</span>
    </>
  );
}

/** A moment, as `3 min ago`. */
export function When({ ms }: { readonly ms: number }) {
  const span = nowMs.value - ms;
  const at = new Date(ms);
  return (
    <time
      class="number"
      dateTime={at.toISOString()}
      title={at.toLocaleString(undefined, {
        dateStyle: "full",
        timeStyle: "long",
      })}
    >
      {span < 2_000 ? texts.time.now : texts.time.ago(spanText(span))}
    </time>
  );
}
