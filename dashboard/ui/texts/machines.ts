/**
 * Words: the list of machines and the page of one; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const machinesTexts = {
  title: "Machines",
  name: "Name",
  state: "State",
  addresses: "Addresses",
  membership: "Member until",
  here: "this machine",
  custodian: "custodian",
  revoked: "put out",
  up: "up",
  late: "late",
  gone: "gone",
  unknown: "not heard of yet",
  expired: "membership ended",
  observer: "only listens",
  heartbeat: "Last heard of",
  links: "Link",
  profile: "Pace",
  back: "All machines",
  nobody: "No machine of this mesh has that id.",
  standing: "How it stands",
  role: "Role",
  isMember: "member: its word is a vote",
  isCustodian: "custodian: may let machines in, renew and vote on members",
  isObserver: "observer: it hears everything, and its word counts for nothing",
  linked: (span: string, periodMs: number) =>
    `open for ${span}, one cell in ${periodMs} ms`,
  notLinked: "none to this machine; reached over others",
  dialsOnly: "none: it only dials",
  keysAge: "Keys",
  id: "Id",
  muted: "It contradicted itself and is not listened to since",
  asked: "Asked just now",
  asking: "Asking it over the mesh…",
  askAgain: "Ask again",
  answered: (ms: number, hops: number, clock: string) =>
    `It answered after ${ms} ms, over ${
      hops === 1 ? "one link" : `${hops} links`
    }; ${clock}.`,
  clockRight: "its clock agrees with this one's",
  clockAhead: (span: string) => `its clock is ${span} ahead of this one's`,
  clockBehind: (span: string) => `its clock is ${span} behind this one's`,
  silent: "It does not answer.",
  saysNothing:
    "It has not told how it is. An older version does not understand the question.",
  itsWord: "Its own word, which nobody vouches for; heard",
  runs: "What runs there",
  version: "Version",
  mode: "Mode",
  modes: {
    observe: "watching only",
    enforce: "stopping attacks",
    observer: "only listening to the mesh",
  } as Readonly<Record<string, string>>,
  started: "Started",
  measures: "Measures in force",
  sensors: "Sensors",
  noSensors: "None.",
  sees: "on",
  seesNot: "missing",
  lacks: "What it lacks",
  doctor: "What this machine lacks",
  looked: "As it was when the agent started,",
  again: "To look again:",
  nothingFound: "Nothing was found wanting.",
  verdicts: {
    ok: "fine",
    limited: "limited",
    missing: "missing",
    unknown: "unknown",
  },
  next: "To do:",
} as const;
