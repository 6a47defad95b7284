/**
 * What undoes a decision: for each way the request of this API and the command
 * that does the same on the host.
 *
 * @module
 */
import { type Explanation, subjectText } from "../../defense/mod.ts";

const dayMs = 86_400_000;

/** One way back. */
export interface UndoView {
  /**
   * `release`: end the measures, and dismiss the evidence up to now;
   * `never_contain`: put it on the list of whom nothing here contains, for 30
   * days; without an end is a matter of the configuration.
   */
  readonly kind: "release" | "never_contain";
  /** What to ask of this API; absent where it has to be done on the host. */
  readonly request?: {
    readonly method: "POST";
    readonly path: string;
    readonly body: Readonly<Record<string, unknown>>;
  };
  /** What to type, or to write into the configuration. */
  readonly command: string;
}

/** What undoes the measures against a subject; nothing where there are none. */
export function undoOf({ subject, leases }: Explanation): UndoView[] {
  if (leases.length === 0) return [];
  const network = subjectText(subject);
  return [{
    kind: "release",
    request: {
      method: "POST",
      path: "/v1/release",
      body: { address: subject },
    },
    command: `stealthmesh release ${subject}`,
  }, {
    kind: "never_contain",
    request: {
      method: "POST",
      path: "/v1/signals",
      body: { what: "never", network, scope: "host", forMs: 30 * dayMs },
    },
    command: `stealthmesh signal never ${network} --for 30d`,
  }];
}
