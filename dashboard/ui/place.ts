/**
 * Where one is in the pages: the address bar is the state, so every view has a
 * link and the browser's buttons work.
 *
 * @module
 */
import { signal } from "@preact/signals";
import { beginPlace, keepPlace, restorePlace } from "./scroll_place.ts";

/** Path and query. */
export const place = signal(new URL(location.href));

/** Goes somewhere; `replace` leaves no trace in the history. */
export function go(to: string, replace = false): void {
  const url = new URL(to, location.href);
  if (replace) history.replaceState(null, "", url);
  else {
    keepPlace();
    history.pushState(null, "", url);
  }
  place.value = url;
}

// The browser would go there before the page has read what it shows.
history.scrollRestoration = "manual";
addEventListener("pagehide", keepPlace);
addEventListener("popstate", () => {
  place.value = new URL(location.href);
  restorePlace();
});
restorePlace();

addEventListener("click", (event) => {
  const link = (event.target as Element).closest("a");
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey &&
    !event.shiftKey;
  if (!link || !plain || link.origin !== location.origin) return;
  if (link.pathname.startsWith("/api/")) return;
  event.preventDefault();
  go(link.href);
  beginPlace();
  document.getElementById("content")?.focus({ preventScroll: true });
});
