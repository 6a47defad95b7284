/**
 * Keeps the focus near where it was: a button that goes with its row, or that
 * can be pressed no more, would leave it at the top of the page. It goes to the
 * nearest part around that is still there.
 *
 * @module
 */

/** What may take the focus for something inside of it. */
const parts = "section, .card, form, main";

/** What had the focus last, and what was around it. */
let around: readonly HTMLElement[] = [];
/** The same of what a question was asked from, while it is open. */
let behind: readonly HTMLElement[] = [];
let looking = false;

/** Begins to watch the page. */
export function keepFocus(): void {
  addEventListener("focusin", ({ target }) => {
    const now = ancestorsOf(target);
    const question = now.find((each) => each.matches("dialog"));
    if (question && !around.includes(question)) behind = around;
    around = now;
  });
  // Whoever clicks beside everything wants it nowhere.
  addEventListener("pointerdown", () => around = []);
  new MutationObserver(lookSoon).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ["disabled"],
  });
}

/** A browser takes the focus off what is gone with its next frame. */
function lookSoon(): void {
  if (looking || around.length === 0) return;
  looking = true;
  requestAnimationFrame(() =>
    setTimeout(() => {
      looking = false;
      look();
    })
  );
}

function look(): void {
  const [last] = around;
  const at = document.activeElement;
  if (isThere(last) || (at !== document.body && at !== last)) return;
  const question = around.find((each) => each.matches("dialog"));
  const part = (question?.isConnected === false ? behind : around)
    .find((each) => each.isConnected && each.matches(parts));
  if (!part) return;
  if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
  part.focus({ preventScroll: true });
}

function isThere(target: EventTarget | null | undefined): boolean {
  return target instanceof HTMLElement && target.isConnected &&
    !target.matches(":disabled");
}

/** It and all around it, the nearest first, as they are now. */
function ancestorsOf(target: EventTarget | null): HTMLElement[] {
  const found: HTMLElement[] = [];
  let at = target instanceof HTMLElement ? target : null;
  for (; at; at = at.parentElement) found.push(at);
  return found;
}
