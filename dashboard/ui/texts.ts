/**
 * Every word that the pages show, in one place, ready to be translated.
 *
 * @module
 */

/** English. */
export const texts = {
  product: "StealthMesh",
  skip: "Skip to content",
  pages: {
    now: "Now",
    alerts: "Alerts",
    measures: "Measures",
    machines: "Machines",
  },
  login: {
    title: "Log in",
    needed: "This dashboard opens with a link that works once.",
    how: "On the machine where it runs, start it again for a new link:",
    spent: "That link was used already, or it is older than ten minutes.",
    command: "stealthmesh dashboard",
    out: "Log out",
  },
  state: {
    loading: "Loading…",
    failed: "That did not work: ",
    again: "Try again",
    offline: "The agent on this machine does not answer. What you see is from",
    unreachable: "The dashboard does not answer. What you see is from",
  },
  now: {
    calm: "Nothing needs your attention.",
    contained: (count: number) =>
      count === 1
        ? "One address is being kept out."
        : `${count} addresses are being kept out.`,
    would: (count: number) =>
      count === 1
        ? "One address would be kept out."
        : `${count} addresses would be kept out.`,
    watching:
      "Watching only: attacks are written down, and nothing is stopped.",
    enforce: "To stop attacks, start the agent with --enforce.",
    lost: (names: string) => `No sign of life from ${names}.`,
    lacks: "This machine lacks something",
    works: "Works without it: ",
    members: "Machines",
    inForce: "Kept out now",
    wouldBe: "Would be kept out",
    nobody: "Nobody is kept out.",
    recent: "Seen last",
    quiet: "No attack has been seen yet.",
  },
  alerts: {
    title: "Alerts",
    filter: "Find",
    filterHint: "address, technique or scenario",
    older: "Older ones",
    none: "Nothing like that has been seen.",
    keys: "j and k move, Enter opens.",
    live: "New ones appear by themselves.",
    waiting: (count: number) =>
      count === 1 ? "Show one new alert" : `Show ${count} new alerts`,
    when: "When",
    who: "Who",
    what: "What",
    where: "Seen by",
    how: "Technique",
    thisMachine: "this machine",
  },
  subject: {
    title: (subject: string) => `About ${subject}`,
    protected: (by: string) =>
      `This address is never contained: it is on the list as ${by}.`,
    story: "What happened",
    votes: "Who says so",
    have: (have: number, needed: number) =>
      `${have} of ${needed} witnesses that a block everywhere takes.`,
    measures: "What is done",
    nothing: "Nothing is done against this address.",
    release: "Let go",
    releasing: "Letting go…",
    released: "Let go. Evidence from before does not count any more.",
    history: "Record",
    back: "Back",
    counts: "counts",
    countsNot: "does not count",
  },
  measures: {
    title: "Measures",
    none: "Nothing is contained.",
    subject: "Address",
    measure: "Measure",
    since: "Since",
    left: "Ends in",
    why: "On",
    contain: "Contain an address",
    address: "Address",
    minutes: "Minutes",
    go: "Contain",
    rehearse: "Show what it would do",
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
  },
  machines: {
    title: "Machines",
    name: "Name",
    state: "State",
    addresses: "Addresses",
    membership: "Member until",
    here: "this machine",
    custodian: "custodian",
    revoked: "cut off",
    up: "up",
    late: "late",
    gone: "gone",
    unknown: "not heard of yet",
    links: "Links",
    profile: "Pace",
    settings: "Settings",
    never: "Never contained",
  },
  time: {
    now: "now",
    ago: (span: string) => `${span} ago`,
    seconds: (n: number) => `${n} s`,
    minutes: (n: number) => `${n} min`,
    hours: (n: number) => `${n} h`,
    days: (n: number) => (n === 1 ? "1 day" : `${n} days`),
  },
} as const;
