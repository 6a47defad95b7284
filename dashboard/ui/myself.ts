/**
 * Sessions of the dashboard, as far as whoever looks may see them.
 *
 * @module
 */
import { askDashboard } from "./api.ts";
import { type Loaded, useLoaded } from "./loaded.ts";

/** A session as the dashboard tells of it. */
export interface Session {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly address: string;
  readonly sinceMs: number;
  /** Whether it is this one. */
  readonly own: boolean;
}

/** Reads from the dashboard itself. */
export function readDashboard<T>(path: string): Promise<T> {
  return askDashboard<T>("GET", path);
}

/** Sessions that whoever looks may see. */
export function useSessions(): Loaded<{ readonly sessions: Session[] }> {
  return useLoaded("/sessions", { everyMs: 30_000, read: readDashboard });
}
