/**
 * Words: the page about one address; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const subjectTexts = {
  title: (subject: string) => `About ${subject}`,
  protected: (by: string) =>
    `This address is never contained: it is on the list as ${by}.`,
  story: "What happened",
  unseen: (subject: string) => `Nobody has anything against ${subject} now.`,
  exercise: (subject: string) =>
    `EXERCISE: a drill was held about ${subject}, which is nobody's. Nobody attacked, and nobody acts on it.`,
  once: (subject: string) => `${subject} was seen before; see the record.`,
  didOn: (subject: string, deed: string, where: string) =>
    `${subject} ${deed} on ${where}`,
  sawIt: (machines: number, members: number) =>
    members === 1
      ? "this is the only machine of the mesh"
      : machines === 1
      ? `one machine of ${members} saw it`
      : `${machines} machines of ${members} saw it`,
  doneHere: (measure: string, until: string) =>
    `it is ${measure} here until ${until}`,
  wouldBeDone: (measure: string, until: string) =>
    `it would be ${measure} until ${until}, but this machine only watches`,
  notYet: (measure: string) => `it is about to be ${measure}`,
  notDone: (measure: string) =>
    `it should be ${measure}, but that failed; it is tried again`,
  nothingDone: "nothing is done against it",
  everywhere: (members: number) =>
    `The votes are enough for all ${members} machines to block it.`,
  lacking: (votes: number) =>
    votes === 1
      ? "One more vote, and every machine blocks it."
      : `${votes} more votes, and every machine blocks it.`,
  letGo: (when: string) =>
    `You let it go at ${when}; what happened before does not count.`,
  votes: "Who says so",
  noVotes: "Nobody, at the moment. A word counts for ten minutes.",
  have: (have: number, needed: number) =>
    `${have} of ${needed} votes that a block everywhere takes.`,
  who: "Machine",
  what: "What it saw",
  evidence: "Evidence",
  when: "When",
  vote: "Vote",
  times: (count: number) => (count === 1 ? "once" : `${count} times`),
  evidences: {
    E0: {
      name: "could be forged",
      why:
        "Somebody else may have sent this in its name. It counts only on the machine that saw it.",
    },
    E1: {
      name: "proven address",
      why:
        "It completed a connection, so the address is its own. It is a vote.",
    },
    E2: {
      name: "touched a decoy",
      why:
        "It talked to a trap that nobody has a reason to touch. It is a vote, the strongest.",
    },
  } as Readonly<Record<string, { name: string; why: string }>>,
  newTab: "(opens attack.mitre.org)",
  measures: "What is done",
  nothing: "Nothing is done against this address.",
  onCause: (cause: string) => `on ${cause}`,
  endsIn: "ends in",
  release: "Let go",
  releaseAsk: (subject: string) => `Let ${subject} go?`,
  releaseWhat:
    "Every measure against it ends. What it did until now does not count any more; if it attacks again, it is contained again.",
  releasing: "Letting go…",
  released: "Let go. Evidence from before does not count any more.",
  releasedNothing: "Nothing was in force. Evidence from before does not count.",
  cancel: "Cancel",
  us: "This was us",
  usTitle: (subject: string) => `Never contain ${subject}`,
  usWhat:
    "If this address is yours (a scanner you pay for, a monitoring system, an office), it can be kept out of all measures for some time. What is in force against it ends. It is still watched, and what it does is still written down.",
  usForGood: "For good, without an end",
  usThen:
    "Write this into the configuration of every machine, by default /etc/stealthmesh/stealthmesh.yaml, and start the agents again:",
  usProtected: "It is on that list already.",
  close: "Close",
  history: "Record",
  noHistory: "The record says nothing about this address.",
  spread: "See how the word spread over the mesh",
  counts: "counts",
  countsNot: "does not count",
  record: {
    seen: (summary: string) => `Seen here: ${summary}`,
    dismissed: "Seen here, but you had let it go",
    told: "Told the mesh",
    claimed: (who: string, deed: string) => `${who} says that it ${deed}`,
    agreed: (measure: string) => `The votes are enough: ${measure}`,
    done: (measure: string, until: string) => `${measure} until ${until}`,
    would: (measure: string, until: string) =>
      `Would be ${measure} until ${until}; this machine only watches`,
    refused: (measure: string, why: string) => `Not ${measure}: ${why}`,
    ended: (measure: string, why: string) => `No longer ${measure}: ${why}`,
    withdrawn: (who: string) => `${who} takes back what it said`,
    ordered: "You ordered it contained",
    drill: (who: string) => `EXERCISE: ${who} held a drill about it`,
    drillOwn: "EXERCISE: you held a drill about it",
    drillAnswer: (who: string) => `EXERCISE: ${who} heard of it`,
    drillPath: (who: string) => `EXERCISE: the way to ${who} was measured`,
    drillEnded: (heard: number, of: number) =>
      `EXERCISE: over; ${heard} of ${of} machines heard of it`,
    released: "You let it go",
    signal: (what: string, source: string) => `${what} (${source})`,
    signalEnded: (what: string, why: string) => `${what}: over, ${why}`,
    aside: "You let it go on this machine; what was said to all is over here",
    held: (measure: string) => `Would be ${measure}; the machines stand down`,
    decoy: (service: string) => `Talked to a decoy (${service})`,
    other: (stage: string, what: string) => `${stage}: ${what}`,
    somehow: "contained",
  },
  ends: {
    expired: "its time was over",
    operator: "you let it go",
    quorum: "the votes are no longer enough",
    member: "it belongs to a member",
    never: "it is never contained any more",
    stand_down: "the machines stand down",
    superseded: "something later was said",
    cancelled: "it was ended before its time",
    operator_key: "its key is not the operator's any more",
  } as Readonly<Record<string, string>>,
  refusals: {
    never_block: "it is never contained",
    observe: "this machine only watches",
    invalid: "that is no address one can contain",
    firewall: "the firewall failed",
    full: "the table is full",
    stand_down: "the machines stand down",
  } as Readonly<Record<string, string>>,
} as const;
