/**
 * Words: exercises; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const exercisesTexts = {
  title: "Exercises",
  intro: "See what the mesh does in trouble, without risking anything.",
  tabs: { simulation: "Simulation", drill: "Drill on the real mesh" },
  choose: "What shall happen?",
  virtual:
    "A simulation runs the real program on virtual machines. Nothing leaves this machine, and nothing real is touched.",
  kinds: {
    portscan: {
      name: "Somebody scans every machine",
      what:
        "An outsider tries a thousand ports on each machine of an office where people work.",
    },
    bruteforce: {
      name: "Somebody guesses passwords",
      what: "An outsider guesses passwords, one machine after another.",
    },
    spray: {
      name: "A botnet tries one password for each account",
      what:
        "Many sources, each with few guesses, so that no single one stands out.",
    },
    lateral: {
      name: "An insider moves on with a stolen password",
      what: "From a member, from a machine without an agent, step by step.",
    },
    stress: {
      name: "How fast alerts spread in a large mesh",
      what: "Up to a thousand machines: when each has heard of an attack.",
    },
    soak: {
      name: "Random trouble",
      what:
        "Cut links, stalled machines and liars, one random mesh after the other, until the time is over.",
    },
  } as Readonly<Record<string, { name: string; what: string }>>,
  machines: (least: number, most: number) => `Machines (${least} to ${most})`,
  seconds: (least: number, most: number) => `Seconds (${least} to ${most})`,
  seed: "Seed (empty: by chance)",
  seedHint: "The same seed plays the same again.",
  start: "Start",
  started: "It has started.",
  queued: "It waits until the one before it has ended.",
  cancel: "Stop it",
  cancelled: "Stopped.",
  runs: "What was played",
  noRuns: "Nothing has been played yet. Choose one above and start it.",
  what: "What",
  size: "Size",
  when: "When",
  came: "What came of it",
  sizeOf: (machines: number, seconds: number) =>
    [
      machines > 0 ? `${machines} machines` : "",
      seconds > 0 ? `${seconds} s` : "",
    ].filter(Boolean).join(", "),
  states: {
    waiting: "waits",
    running: "is played now",
    ended: "over",
    cancelled: "stopped",
    failed: "failed",
  } as Readonly<Record<string, string>>,
  held: "All bounds held",
  measured: "Measured",
  broke: (count: number) =>
    count === 1 ? "One bound was broken" : `${count} bounds were broken`,
  running: (done: number) => `${Math.round(100 * done)} % played`,
  by: (who: string) => `asked for by ${who}`,
  seedOf: (seed: string) => `seed ${seed}`,
  story: "What happens",
  noStory: "Nothing worth telling so far.",
  noStoryEver: "Nothing was told about it.",
  storyMore: (count: number) => `${count} later lines are not shown.`,
  after: (seconds: string) => `+${seconds} s`,
  gained: "What the attacker gained",
  suffered: "What innocents suffered",
  mesh: "How the mesh fared",
  none: "Nothing is measured here.",
  table: "Machine by machine",
  tableSpread: "In milliseconds",
  tableTimes: "How often",
  machine: "Name",
  part: "Part",
  replay: "The same on a command line:",
  broken: "Broken:",
  figures: {
    probes: "Ports tried",
    answered: "Ports that told the truth",
    answeredMost: "… at most by one machine",
    answeredUndefended: "Without StealthMesh it would have learnt",
    seenFirst: "Until the first machine noticed",
    stoppedFirst: "Until the first machine acted",
    stoppedAll: "Until every machine acted",
    connections: "Honest connections",
    denied: "Honest connections that failed",
    contained: "Innocent addresses kept out",
    accused: "Innocent addresses accused",
    perLinkAndDay: "On each link, every day, attack or not",
    perMachineAndDay: "On each machine, every day, attack or not",
    sources: "Sources that guessed",
    sourcesContained: "… of these, kept out in the end",
    guesses: "Guesses that were answered",
    guessesMost: "… at most by one machine",
    logins: "Honest logins",
    mistyped: "Typing errors among them",
    targets: "Machines to be had",
    taken: "Machines taken",
    takenUnseen: "… before anybody noticed",
    alertHalf: "Until half of the machines heard",
    alertMost: "Until 19 in 20 machines heard",
    alertLast: "Until the last machine heard",
    throttledMost: "Until 19 in 20 slow the attacker down",
    blockedMost: "Until 19 in 20 block the attacker",
    hopsMost: "Links that a word takes, 19 in 20",
    missed: "Words that never arrived",
    meshes: "Random meshes played",
    meshesBroken: "… in which something broke",
    virtualMinutes: "Virtual minutes",
    words: "Words followed to every honest member",
    faults: "Faults",
    traitors: "Members that turned",
  } as Readonly<Record<string, string>>,
  columns: {
    answered: "Told the truth",
    guessed: "Guesses answered",
    silent: "Stayed silent",
    sawMs: "Saw it",
    cautiousMs: "Showed it nothing new",
    throttledMs: "Slowed it down",
    blockedMs: "Blocked it",
    takenMs: "Taken",
    p50Ms: "Half",
    p90Ms: "9 in 10",
    p95Ms: "19 in 20",
    p99Ms: "99 in 100",
    maxMs: "Last",
    times: "Times",
  } as Readonly<Record<string, string>>,
  rows: {
    alert: "heard of it",
    throttled: "slow the attacker down",
    blocked: "block the attacker",
  } as Readonly<Record<string, string>>,
  never: "never",
  units: {
    count: (value: number) => value.toLocaleString(),
    ms: (value: number) =>
      value < 1_000
        ? `${Math.round(value)} ms`
        : `${(value / 1_000).toFixed(1)} s`,
    share: (value: number) => `${(100 * value).toFixed(1)} %`,
    megabytes: (value: number) => `${value.toLocaleString()} MB`,
  },
  chart: "Machines that acted, over time",
  chartSpread: "Machines that heard, over time",
  chartOf: (of: number, all: number, last: string) =>
    of === 0
      ? `None of ${all} machines acted.`
      : `${of} of ${all} machines acted, the last after ${last}.`,
  chartSpreadOf: (half: string, last: string) =>
    `Half of the machines heard within ${half}, the last after ${last}.`,
  compare: "Compare",
  compareWith: "Compare with",
  compareNone: "Play another one of this kind to compare the two.",
  nobody: "choose",
  compareRun: (machines: string, seed: string, when: string) =>
    `${[machines, `seed ${seed}`].filter(Boolean).join(", ")}, ${when}`,
  thisRun: "This one",
  otherRun: "The other",
  difference: "Difference",
  differences: {
    same: "the same",
    first_better: "this one fared better",
    second_better: "the other fared better",
    different: "different",
  } as Readonly<Record<string, string>>,
  summary: (better: number, worse: number) =>
    better === 0 && worse === 0
      ? "In everything that matters the two are alike."
      : `This one fared better in ${better}, the other in ${worse} of what matters.`,
  unlike: "They were not alike to begin with: another size or another seed.",
  drill: {
    title: "Hold a drill",
    what:
      "A marked word about an address that is nobody's goes through the real mesh to every machine. Nobody acts on it, nothing is contained, and it counts against no one. Each machine answers when it heard it, and what it would have done.",
    address: "Address (empty: drawn)",
    addressHint:
      "Only 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 and 2001:db8::/32, which belong to nobody.",
    begin: "Begin the drill",
    begun: "The word is on its way.",
    list: "Drills of this machine",
    none: "No drill has been held from here yet.",
    heard: (heard: number, of: number) => `${heard} of ${of} machines heard it`,
    running: "answers are still coming in",
    about: (subject: string) => `EXERCISE about ${subject}`,
    spread: (half: string, most: string, last: string) =>
      `Half of them heard within ${half}, 19 in 20 within ${most}, the last after ${last}.`,
    silent: (count: number) =>
      count === 0
        ? "Nobody is missing."
        : count === 1
        ? "One machine did not answer."
        : `${count} machines did not answer.`,
    waiting: "Waiting for the first answer…",
    machine: "Machine",
    heardAfter: "Heard after",
    answered: "Answer here after",
    hops: "Links",
    would: "What it would have done",
    noAnswer: (state: string) => `no answer; it is ${state}`,
    listed: "nothing: it never contains this address",
    then: (measure: string, needed: number) =>
      `${measure}; blocked when ${needed} machines say so`,
    watching: (then: string) => `it only watches, else ${then}`,
    nothing: "nothing",
    same: "It took the same time as the drill before.",
    faster: (ms: string) =>
      `The last heard ${ms} sooner than in the drill before.`,
    slower: (ms: string) =>
      `The last heard ${ms} later than in the drill before.`,
    better: (before: number, now: number) =>
      `${now} heard it, ${before} in the drill before.`,
    chart: "Machines that had heard, over time",
    story: "See how alerts show it",
  },
} as const;
