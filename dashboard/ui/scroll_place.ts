/**
 * Where one was on a page that one comes back to: how far down, and on which
 * link the focus was. It is kept with the entry of the browser's history, so it
 * lasts as long as that and outlives a reload. A page that reads what it shows
 * grows late; until then, or until the reader moves, it is tried again.
 *
 * @module
 */

interface Kept {
  readonly down: number;
  readonly link?: string;
}

/** A page that has not grown back by then has become another. Our choice. */
const growMsMax = 3_000;

let stop: () => void = () => {};

/** Notes where one is, before one leaves. */
export function keepPlace(): void {
  const link = document.activeElement?.closest("main a")?.getAttribute("href");
  const kept: Kept = { down: scrollY, ...(link && { link }) };
  history.replaceState(kept, "");
}

/** Whether the focus is where a new page begins. */
function isNowhere(focused: Element | null): boolean {
  return focused === document.body || focused?.id === "content";
}

/** At the top of a page that is new. */
export function beginPlace(): void {
  stop();
  scrollTo(0, 0);
}

/** Goes where one was. */
export function restorePlace(): void {
  stop();
  const kept = history.state as Kept | null;
  if (kept === null || typeof kept.down !== "number") return;
  const { down, link } = kept;
  const leave = new AbortController();
  const { signal } = leave;
  const grown = new ResizeObserver(() => {
    const found = link !== undefined &&
      [...document.querySelectorAll<HTMLElement>("main a")]
        .find((each) => each.getAttribute("href") === link);
    if (found && isNowhere(document.activeElement)) {
      found.focus({ preventScroll: true });
    }
    scrollTo(0, down);
    if (scrollY >= down - 1 && (link === undefined || found)) stop();
  });
  const timer = setTimeout(() => stop(), growMsMax);
  stop = () => {
    grown.disconnect();
    clearTimeout(timer);
    leave.abort();
    stop = () => {};
  };
  for (const moved of ["wheel", "keydown", "pointerdown", "touchstart"]) {
    addEventListener(moved, () => stop(), { signal, passive: true });
  }
  grown.observe(document.body);
}
