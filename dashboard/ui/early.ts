/**
 * What the first page reads: asked for as soon as its code runs, all of it at
 * once, where the page itself would ask for one thing after the other.
 *
 * (Naming them in `Link` headers for the browser to preload made the page no
 * faster on a slow processor: the answers then wait for the code.)
 *
 * @module
 */
import { readAhead } from "./api.ts";

/** Rows of the list of what was seen last, whose place is kept. */
export const recentMax = 8;

/** Paths below `/api/v1`. */
export const early = {
  status: "/status",
  recent: `/alerts?limit=${recentMax}`,
  day: "/alerts?limit=500",
} as const;

/** Asks, where the first page is the one that is opened. */
export function readEarly(): void {
  if (location.pathname !== "/") return;
  for (const path of Object.values(early)) readAhead(path);
}
