/**
 * What `status` says is missing: what this host lacks, what runs out, and
 * troubles since the start.
 *
 * @module
 */
import type { Shortcoming } from "../dashboard/mod.ts";
import { systemClock, validityOf } from "../mesh/host/mod.ts";
import type { Finding } from "./host_check.ts";
import { certificateNotices, membershipNotices } from "./membership_notices.ts";
import type { OwnState } from "./own_state.ts";

/** Reads them, as of now. */
export function shortcomingsOf(
  own: OwnState,
  findings: readonly Finding[],
  troubles: readonly string[],
): Shortcoming[] {
  const nowMs = systemClock.wallMs();
  return [
    ...lacking(findings),
    ...[
      ...membershipNotices(own.roster, own.keys.node, nowMs),
      ...certificateNotices(validityOf(own.certificate), nowMs),
    ].map(({ what, works, nextStep }) => ({
      what: `${what}; ${nextStep}`,
      works,
    })),
    ...troubles.map((what) => ({ what, works: "the rest" })),
  ];
}

function lacking(findings: readonly Finding[]): Shortcoming[] {
  return findings.filter(({ verdict }) =>
    verdict === "limited" || verdict === "missing"
  ).map(({ what, detail, works }) => ({ what: `${what}: ${detail}`, works }));
}
