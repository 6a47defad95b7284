/**
 * Words: the page with measures; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const measuresTexts = {
  title: "Measures",
  at: (measure: string, protocol: string, port: number) =>
    `${measure} from ${protocol} port ${port}`,
  none: "Nothing is contained.",
  subject: "Address",
  measure: "Measure",
  since: "Since",
  left: "Ends in",
  why: "On",
  letGo: (subject: string) => `Let go: ${subject}`,
  contain: "Contain an address",
  address: "Address",
  minutes: "Minutes",
  go: "Contain",
  rehearse: "Show what it would do",
  contained: "Done.",
  refused: (why: string) => `Not done: ${why}`,
  unseen: "What it would cut could not be seen just now.",
  looking: "Looking at what it would cut on this machine…",
  cut: (count: number) =>
    count === 0
      ? "On this machine it would cut no connection that is open now."
      : count === 1
      ? "On this machine it would cut one connection that is open now:"
      : `On this machine it would cut ${count} connections that are open now:`,
  kept: (count: number) =>
    count === 0
      ? ""
      : count === 1
      ? "One connection with that address would stay, because a machine here opened it or it is another service."
      : `${count} connections with that address would stay, because a machine here opened them or they are other services.`,
  connection: (from: string, to: string, by: string) =>
    `${from} → ${to} (${by})`,
  more: (count: number) => `${count} more were not looked at.`,
  causes: {
    own: "own evidence",
    mesh: "the mesh's word",
    operator: "your order",
  } as Readonly<Record<string, string>>,
  states: {
    asked: "being done",
    in_force: "",
    would: "would be done: this machine only watches",
    failed: "failed, will be tried again",
  } as Readonly<Record<string, string>>,
  names: {
    caution: "shown nothing new",
    throttle: "slowed down",
    steer: "sent to a decoy",
    block: "blocked",
  } as Readonly<Record<string, string>>,
} as const;
