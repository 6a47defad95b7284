/**
 * What a port of the lab is told when it starts: plain data that crosses
 * process and isolate walls.
 *
 * @module
 */
import type { CoverPageSettings } from "../../../mesh/host/cover_page.ts";
import type { ListenerOptions } from "../../../mesh/host/listener.ts";
import type { MeshStart } from "../../../mesh/mesh.ts";

/** Everything a node, or the page without one, starts with. */
export interface PortPlan {
  readonly listen: ListenerOptions;
  readonly page: CoverPageSettings;
  readonly start: MeshStart;
}

/** What the timed isolate measured since it was last asked. */
export interface Lateness {
  /** By how much timers fired after they were due, milliseconds, ascending. */
  readonly lateMs: readonly number[];
  /** Counters of the node. */
  readonly counters: Readonly<Record<string, number>>;
  /** Open links. */
  readonly links: number;
}
