/**
 * What a live message is about, so that who listens can choose without knowing
 * every name that the journal has.
 *
 * @module
 */

/** Kinds of events; a new name of the journal is a `record` until it has a row. */
export const liveKinds = [
  "alert",
  "vote",
  "measure",
  "signal",
  "node",
  "exercise",
  "setting",
  "act",
  "record",
] as const;

/** One of them. */
export type LiveKind = typeof liveKinds[number];

const kinds: Readonly<Record<string, LiveKind>> = {
  alert: "alert",
  claim: "vote",
  withdraw: "vote",
  equivocated: "vote",
  lease: "measure",
  contain: "measure",
  release: "measure",
  quarantine: "measure",
  adopted: "measure",
  signal: "signal",
  signal_aside: "signal",
  member_joined: "node",
  member_renamed: "node",
  member_rekeyed: "node",
  member_cut_off: "node",
  invite_used: "node",
  agent_started: "node",
  agent_stopped: "node",
  drill: "exercise",
  drill_answer: "exercise",
  drill_path: "exercise",
  drill_ended: "exercise",
  setting: "setting",
  mode: "setting",
  act: "act",
};

/** The kind of an event by its name in the journal. */
export function kindOf(what: unknown): LiveKind {
  return typeof what === "string" && Object.hasOwn(kinds, what)
    ? kinds[what] ?? "record"
    : "record";
}
