/**
 * Whom the operator of this host has let go lately: others name them until what
 * they saw is old, and an agent that starts must not take that up anew.
 *
 * Bound: {@linkcode releasesMax}, the newest.
 *
 * @module
 */
import {
  freshMs,
  type JournalReader,
  type KeptRelease,
  readAddress,
} from "../defense/mod.ts";

/** Our choice: more than anybody gives in ten minutes. */
const releasesMax = 1_000;

/** Reads them; those that are so old that nobody names them are left out. */
export function keptReleases(
  journal: Pick<JournalReader, "read">,
  wallMs: number,
): KeptRelease[] {
  const { entries } = journal.read({
    stage: "operator",
    what: "release",
    sinceMs: wallMs - freshMs,
    limit: releasesMax,
  });
  return entries.flatMap(({ atMs, detail }): KeptRelease[] => {
    const { subject } = detail;
    if (typeof subject !== "string") return [];
    if (subject === "all") return [{ subject, atMs }];
    const address = readAddress(subject);
    return address === undefined ? [] : [{ subject: address, atMs }];
  });
}
