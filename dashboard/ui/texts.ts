/**
 * Every word that the pages show, in one place, ready to be translated.
 *
 * @module
 */

import { exerciseTexts } from "./exercise_texts.ts";

/** English. */
export const texts = {
  product: "StealthMesh",
  skip: "Skip to content",
  main: "Pages",
  titled: (page: string) => `${page} · StealthMesh`,
  pages: {
    now: "Now",
    alerts: "Alerts",
    measures: "Measures",
    mesh: "Mesh",
    machines: "Machines",
    settings: "Settings",
    exercises: "Exercises",
  },
  login: {
    title: "Log in",
    name: "Name",
    password: "Password",
    code: "Code of your authenticator",
    enter: "Log in",
    entering: "Logging in…",
    needed: "Without an account, a link that works once opens the dashboard.",
    how: "On the machine where it runs, start it again for a new link:",
    spent: "That link was used already, or it is older than ten minutes.",
    command: "stealthmesh dashboard",
    out: "Log out",
  },
  state: {
    loading: "Loading…",
    failed: "That did not work: ",
    again: "Try again",
    offline: "The agent on this machine does not answer.",
    unreachable: "The dashboard does not answer.",
    from: "What you see is from",
  },
  now: {
    calm: "Nothing needs your attention.",
    contained: (count: number) =>
      count === 0
        ? "Nobody is kept out."
        : count === 1
        ? "One address is being kept out."
        : `${count} addresses are being kept out.`,
    would: (count: number) =>
      count === 0
        ? "Nobody would be kept out."
        : count === 1
        ? "One address would be kept out."
        : `${count} addresses would be kept out.`,
    watching:
      "Watching only: attacks are written down, and nothing is stopped.",
    enforce: "To stop attacks, say so in the settings.",
    lost: (names: string, more: number) =>
      more === 0
        ? `No sign of life from ${names}.`
        : `No sign of life from ${names} and ${more} more.`,
    up: (up: number, all: number) => `${up} of ${all} are up.`,
    allMembers: "All of them",
    lacks: "This machine lacks something",
    works: "Works without it: ",
    members: "Machines",
    inForce: "Kept out now",
    wouldBe: "Would be kept out",
    recent: "Seen last",
    quiet: "No attack has been seen yet.",
    day: "Alerts of the last 24 hours",
    dayNone: "None in the last 24 hours.",
    dayTotal: (count: number, hour: string) =>
      count === 1
        ? `One alert, in the hour from ${hour}.`
        : `${count} alerts; the busiest hour began at ${hour}.`,
    dayCut: (count: number) => `Only the newest ${count} are counted.`,
    dayTable: "The same as numbers",
    hour: "Hour",
    other: "Other",
  },
  alerts: {
    title: "Alerts",
    filter: "Find",
    filterHint: "address or words",
    older: "Older ones",
    none: "Nothing like that has been seen.",
    any: "any",
    all: "Show all",
    within: (hours: number) =>
      hours === 1
        ? "the last hour"
        : hours === 24
        ? "the last day"
        : `the last ${hours / 24} days`,
    contained: "contained now",
    free: "not contained now",
    keys: "j and k move, Enter opens, / finds.",
    noNews: "New ones will wait here.",
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
    releasedNothing:
      "Nothing was in force. Evidence from before does not count.",
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
      told: "Told the other machines",
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
  },
  signals: {
    title: "Said to all machines",
    alertness: {
      usual: "The machines are as watchful as usual.",
      caution:
        "Caution is raised: strangers become suspects at the first touch.",
      stand_down:
        "The machines stand down: they watch and tell, and contain nobody by themselves.",
    },
    raise: "Raise caution",
    raiseAsk: "Raise caution on all machines?",
    raiseWill: [
      "On every machine, a stranger's first touch of a port that nobody serves makes it a suspect; such ports then do not answer it.",
      "Every test begins with the suspicion of one vote, so attacks are found a step earlier, and a colleague who mistypes often is, too.",
      "What you serve stays open to everybody. Members and the list of those never contained are left alone.",
      "It ends by itself.",
    ],
    standDown: "Stand down",
    standDownAsk: "Let all machines stand down?",
    standDownWill: [
      "Every measure that a machine or the mesh decided ends, on every machine, and no new one begins until the time is over.",
      "Machines that were cut off by vote are let back in.",
      "What you or another operator ordered stays in force.",
      "Attacks are still seen, told and written down, and not stopped.",
    ],
    end: "End it",
    endOf: (what: string) => `End it: ${what}`,
    endAsk: "End this on all machines?",
    endWhat: "Every machine hears that it is over.",
    endHere: "It is about this machine alone.",
    ended: "Ended.",
    containAsk: (subject: string) => `Contain ${subject}?`,
    containWhat:
      "Each machine does it under its own list of those never contained. A machine that only watches says what it would do.",
    where: "Where",
    here: "On this machine",
    everywhere: "On all machines",
    howLong: "How long",
    span: (ms: number) =>
      ms < 3_600_000
        ? `${ms / 60_000} minutes`
        : ms < 86_400_000
        ? ms === 3_600_000 ? "1 hour" : `${ms / 3_600_000} hours`
        : ms === 86_400_000
        ? "1 day"
        : `${ms / 86_400_000} days`,
    network: "Address or network",
    neverGo: "Never contain it",
    passphrase: "Passphrase of the operator's key",
    passphraseWhat: "It opens the key for this once and is kept nowhere.",
    noKey:
      "The operator's key is not on this machine, so it cannot speak to all. Type this where the key is, usually on the machine that founded the mesh:",
    cancel: "Cancel",
    done: "Said to all machines.",
    doneHere: "Done on this machine.",
    notHere: (why: string) => `Said to all machines. Not done here: ${why}.`,
    said: {
      contain: (subject: string, measure: string) => `${subject}: ${measure}`,
      release: (subject: string) => `${subject}: let go`,
      releaseAll: "Everybody: let go",
      quarantine: (name: string) => `${name}: cut off from all but the mesh`,
      readmit: (name: string) => `${name}: let back in`,
      caution: "Caution is raised",
      standDown: "The machines stand down",
      never: (network: string) => `${network}: never contained`,
      cancel: "An earlier word was ended",
      commandLine: "somebody at the command line",
      link: "whoever opened the login link",
      toAll: (who: string) => `by ${who}, to all machines`,
      toHere: (who: string) => `by ${who}, for this machine`,
    },
  },
  measures: {
    title: "Measures",
    at: (measure: string, protocol: string, port: number) =>
      `${measure} from ${protocol} port ${port}`,
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
    contained: "Done.",
    refused: (why: string) => `Not done: ${why}`,
    cut: (count: number) =>
      count === 0
        ? "It would cut no connection that is open now."
        : count === 1
        ? "It would cut one connection that is open now:"
        : `It would cut ${count} connections that are open now:`,
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
  },
  mesh: {
    title: "Mesh",
    pace: (profile: string, links: number) =>
      links === 1
        ? `This machine has one link open, at the pace "${profile}".`
        : `This machine has ${links} links open, at the pace "${profile}".`,
    picture: "Who is there",
    pictureOf: (nodes: number, links: number) =>
      `Picture of ${nodes} machines and ${links} links; the table below says the same`,
    keys: "Arrow keys go from machine to machine; + and − change the size.",
    closer: "Closer",
    further: "Further away",
    whole: "Show everything",
    choose: "Choose a machine to read about it here.",
    ownLinks:
      "Lines are the links of this machine. Machines tell nobody whom else they are linked with.",
    states: {
      here: "this machine",
      up: "up",
      late: "late",
      gone: "gone",
      unknown: "not heard of yet",
      revoked: "cut off",
    },
    seer: "saw an attack lately",
    linked: "linked with this machine",
    notLinked: "reached over others",
    saw: (count: number) =>
      count === 0
        ? "saw no attack lately"
        : count === 1
        ? "saw one attacker lately"
        : `saw ${count} attackers lately`,
    table: "The same as a table",
    link: "Link",
    heard: "Last heard of",
    sawShort: "Attackers seen",
    period: (ms: number) => `one cell in ${ms} ms`,
    spread: "How the word spread",
    about: "About",
    play: "Play it in the picture",
    story: "Read the story",
    word: (
      name: string,
      clock: string,
      afterSeconds: number,
      waySeconds: number | undefined,
    ) =>
      `${name} saw it at ${clock}` +
      (afterSeconds > 0
        ? `, ${afterSeconds.toFixed(1)} s after the first`
        : "") +
      (waySeconds === undefined
        ? ""
        : `; the word was here ${waySeconds.toFixed(1)} s later`),
    ways:
      "As this machine's record has it. Whom a word passed on its way nobody writes down, so it is drawn straight.",
  },
  charts: {
    ways: "How long a word takes to this machine",
    noWays: "No other machine has told of an attack yet.",
    share: (share: number) => `${Math.round(share * 100)} % within`,
    longest: "the longest",
    waysOf: (count: number) =>
      `From seen there to heard here, by both clocks; the latest ${
        count === 1 ? "word" : `${count} words`
      }.`,
    bytes: "What the links of this machine send, at each pace",
    aDay: (bytes: string) => `${bytes} a day`,
    sent: (bytes: string, links: number, profile: string) =>
      `${
        links === 1 ? "One link" : `${links} links`
      } at the pace "${profile}"; ${bytes} since the start. In peace and under attack it is the same${
        profile === "open"
          ? ", but not on open: what is said is sent at once"
          : ""
      }.`,
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
    expired: "membership ended",
    observer: "only listens",
    heartbeat: "Last heard of",
    links: "Link",
    profile: "Pace",
    settings: "Settings",
    never: "Never contained",
    back: "All machines",
    nobody: "No machine of this mesh has that id.",
    standing: "How it stands",
    role: "Role",
    isMember: "member: its word is a vote",
    isCustodian: "custodian: may let machines in, renew and vote on members",
    isObserver:
      "observer: it hears everything, and its word counts for nothing",
    linked: (span: string, periodMs: number) =>
      `open for ${span}, one cell in ${periodMs} ms`,
    notLinked: "none to this machine; reached over others",
    dialsOnly: "none: it only dials",
    keysAge: "Keys",
    id: "Id",
    muted: "It contradicted itself and is not listened to since",
    quarantined: "It is cut off from everything but the mesh, by this machine.",
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
  },
  join: {
    title: "Let a machine in",
    what:
      "An invite lets one machine in, once. Install StealthMesh there first; it is one file.",
    as: "As",
    kinds: {
      member: "a member that watches and votes",
      observer: "a dashboard that only listens",
      custodian: "a custodian that may let others in",
    },
    works: "Works for",
    life: (ms: number) => {
      const minutes = ms / 60_000;
      return minutes < 60
        ? `${minutes} minutes`
        : minutes === 60
        ? "an hour"
        : minutes === 1_440
        ? "a day"
        : `${minutes / 1_440} days`;
    },
    make: "Make an invite",
    made: "Here it is. It is shown this once.",
    qr: "The invite as a QR code; the line beside it says the same",
    line: "The line to paste",
    on: "On the new machine, paste this line into a terminal:",
    onObserver:
      "On the machine that is to show the mesh, paste this line into a terminal:",
    copy: "Copy the line",
    copied: "Copied.",
    copyByHand: "The browser does not allow it here: select the line and copy.",
    secret:
      "Whoever has this line can join, so hand it over like a password. The QR code holds the same.",
    waiting: "Waiting for it to join; the invite ends in",
    over: "The invite has ended and nobody joined with it. Make another one.",
    joined: (name: string) =>
      name === "" ? "A machine has joined." : `${name} has joined.`,
    open: "Open invites",
    none: "None.",
    endsIn: "ends in",
    cancel: "Cancel",
    cancelThis: (id: string) => `Cancel the invite ${id}`,
    cancelled: "Cancelled: nobody can join with it any more.",
  },
  keys: {
    title: "Keys of this machine",
    inUse: (span: string) => `In use for ${span}`,
    generation: (n: number) =>
      n === 0
        ? "the first ones"
        : n === 1
        ? "replaced once"
        : `replaced ${n} times`,
    next: (span: string, day: string) =>
      `They are replaced by themselves in ${span}, on ${day}.`,
    member: (day: string) =>
      `The membership lasts until ${day}; a custodian renews it before.`,
    certificate: (day: string) => `The certificate of the port ends on ${day}.`,
    operator: {
      absent: "The operator's key is on another machine.",
      open: "The operator's key is on this machine and lies open.",
      sealed: "The operator's key is on this machine, under a passphrase.",
    } as Readonly<Record<string, string>>,
    rotate: "Replace now",
    rotateAsk: "Replace the keys of this machine?",
    rotateWhat:
      "The old keys vouch for the new ones and the others follow by themselves; its links end and open again, which somebody who watches the wire can see. Do it when you think that somebody has read this machine's files.",
    rotated: (n: number) => `Done: these keys are number ${n}.`,
  },
  leaks: {
    title: "What an observer may have learnt",
    always:
      "Somebody who records every packet sees who the members are and how much they send. The links send at the same pace in peace and under attack, so what they say stays hidden, but for this:",
    switches: (count: number, bits: number) =>
      count === 0
        ? "The pace was never switched."
        : `The pace was switched ${
          count === 1 ? "once" : `${count} times`
        }: at most ${bits} bits.`,
    missed: (missed: number, all: number, bits: number) =>
      missed === 0
        ? "No moment to send was missed."
        : `${missed} of ${all} moments to send were missed because this machine was busy or asleep: at most ${bits} bits.`,
    ended: (count: number) =>
      count === 0
        ? "No link ended because somebody gave an order."
        : `${
          count === 1 ? "One link" : `${count} links`
        } ended because keys were replaced or somebody was put out: that it happened, and when.`,
    guests: (guests: number, starts: number) =>
      `${
        guests === 1 ? "One machine" : `${guests} machines`
      } came to join here; this one started ${
        starts === 1 ? "once" : `${starts} times`
      }.`,
    open: (cells: number) =>
      `${cells} messages left at once, on the pace "open": each told its own time.`,
    profile: (name: string, span: string) =>
      `The pace "${name}" has been in force for ${span}.`,
  },
  member: {
    title: "Membership",
    isRevoked:
      "It is out for good. To let this machine in again, invite it anew.",
    rename: "Rename",
    promote: "Make it a custodian",
    retire: "End its office",
    revoke: "Put it out",
    newName: "New name",
    typeName: (name: string) => `To confirm, write its name: ${name}`,
    asks: {
      rename: (name: string) => `Call ${name} something else`,
      promote: (name: string) => `Make ${name} a custodian?`,
      retire: (name: string) => `End the office of ${name}?`,
      revoke: (name: string) => `Put ${name} out for good?`,
    },
    what: {
      rename: [
        "Every member calls it so from now on, whatever it calls itself. It takes the operator's key.",
      ],
      promote: [
        "A custodian may let machines in, renew memberships, and vote on putting members out. Three are a good number: with fewer, losing one can mean that nobody is left to decide.",
      ],
      retire: [
        "It stays a member. It can no longer let machines in, renew or vote on members.",
      ],
      revoke: [
        "Its links end on every machine within a second or two, its word counts for nothing any more, and nobody can let it back under the keys it has. Do this when the machine is lost, stolen, sold or taken over.",
        "It does not block its address: that is a measure, and ends by itself.",
      ],
    },
    done: {
      rename: (name: string) => `Done: it is called ${name}.`,
      promote: (name: string) => `Done: ${name} is a custodian.`,
      retire: (name: string) => `Done: ${name} is a plain member.`,
      revoke: (name: string) => `Done: ${name} is out.`,
    },
    voted: (votes: number, needed: number) =>
      `This machine has voted: ${votes} of ${needed} votes. The other custodians decide.`,
  },
  settings: {
    title: "Settings",
    sections: "Parts of the settings",
    tabs: {
      "": "What it does",
      protected: "Never contained",
      scenarios: "What it looks for",
      pace: "Pace",
      notifications: "Who is told",
      people: "People",
      all: "All values",
    } as Readonly<Record<string, string>>,
    here:
      "These are the settings of this machine. Each machine has its own; the last part says how to change others.",
    readOnly: (role: string) =>
      `You are ${role}: you may read this. An owner may change it.`,
    ownerOnly: "Only an owner sees this part.",
    from: {
      changed: (by: string, when: string) => `Changed by ${by}, ${when}`,
      default: "As it comes: nobody has changed it",
      fixed: (origin: string) =>
        `Set by the ${origin}, which has the last word: start the agent without it to change it here`,
      other: (origin: string) => `From the ${origin}`,
    },
    takeBack: "Take back",
    takenBack: "Taken back.",
    unsaved: "not saved yet",
    save: "Save",
    discard: "Undo",
    saving: "Saving…",
    saved: "Saved. In force now, and after the next start too.",
    unchanged: "It was so already.",
    cancel: "Cancel",
    mode: "When somebody attacks",
    modes: {
      observe: {
        name: "Only watch",
        what:
          "Attacks are written down and told to the others. Nothing is stopped.",
      },
      enforce: {
        name: "Stop attacks",
        what:
          "Attackers are slowed down, sent to decoys or blocked, each for a limited time.",
      },
    },
    learning: "Learn what is usual here",
    learningWhat:
      "Odd connections make the detectors a little more suspicious; alone they are never an alert.",
    days: "Days that the record remembers",
    enforceTitle: "Stop attacks from now on?",
    observeTitle: "Only watch from now on?",
    begins: (count: number) =>
      count === 0
        ? "At the moment nobody would be contained."
        : count === 1
        ? "One address would be contained at once:"
        : `${count} addresses would be contained at once:`,
    ends: (count: number) =>
      count === 0
        ? "No measure is in force, so none ends."
        : count === 1
        ? "One measure ends at once:"
        : `${count} measures end at once:`,
    until: (measure: string, clock: string) => `${measure} until ${clock}`,
    more: (count: number) => `and ${count} more`,
    script: "What the firewall would be told",
    tryIt: "Try it for an hour",
    tryItWhat:
      "On trial it goes back by itself after an hour unless you keep it, when the agent starts again, and as soon as somebody has to be let go.",
    trial: (names: string, by: string, clock: string) =>
      `On trial, by ${by}: ${names}. It goes back by itself at ${clock}.`,
    onTrial: "On trial now.",
    named: {
      mode: "what happens when somebody attacks",
      learning: "learning",
      neverBlock: "who is never contained",
      "scenarios.off": "what is looked for",
    } as Readonly<Record<string, string>>,
    keep: "Keep it",
    goBack: "Go back now",
    kept: "Kept.",
    wentBack: "It is as before.",
    confirm: { enforce: "Stop attacks", observe: "Only watch" },
    notes: {
      decoys_at_next_start:
        "Decoys open when the agent starts again; until then, whoever should meet one meets silence.",
      listed_here_only: "This is the list of this machine.",
      scenario_begins_anew:
        "What is looked for again begins anew, as if nobody had been seen before.",
      host_measures_end:
        "What was frozen or slowed down on this machine itself is let go, too.",
      journal_shortens:
        "What is older than that leaves the record, and does not come back.",
    } as Readonly<Record<string, string>>,
    listed: "Added by people",
    listedNone: "Nobody has been added.",
    found: "Found by itself, always protected",
    network: "Address or network",
    why: "Why",
    source: "From",
    add: "Add",
    remove: "Remove",
    added: (item: string) => `${item} is on the list now.`,
    letGo: (count: number) =>
      count === 0
        ? ""
        : count === 1
        ? " One measure against it ended."
        : ` ${count} measures against it ended.`,
    removed: (item: string) => `${item} is off the list.`,
    undo: "Undo",
    addHint:
      "A scanner you pay for, a monitoring system, an office. It is still watched.",
    stands: "Take it out where it stands.",
    scenario: "What",
    technique: "Technique",
    origin: "Whose",
    builtIn: "built in",
    own: "your own",
    on: "On",
    switched: (name: string, on: boolean) =>
      on
        ? `${name} is looked for again.`
        : `${name} is not looked for any more.`,
    show: "Show",
    showOf: (title: string) => `Show the rule "${title}"`,
    tryTitle: "Try lines of a log",
    tryHint:
      "Paste lines as a log has them. They are tried against everything that is on; nothing is done.",
    tryLines: "Lines",
    tryGo: "Try",
    tried: (lines: number, alerts: number) =>
      `${lines === 1 ? "One line" : `${lines} lines`} read, ${
        alerts === 0
          ? "no alert."
          : alerts === 1
          ? "one alert:"
          : `${alerts} alerts:`
      }`,
    triedAlert: (line: number, summary: string) => `Line ${line}: ${summary}`,
    unparsed: (lines: string) => `Nobody knows how to read line ${lines}.`,
    paceNow: (profile: string) => `The links run at the pace "${profile}"`,
    paceBy: {
      operator: "because somebody chose it",
      calendar: "by the calendar",
      configuration: "as configured",
    } as Readonly<Record<string, string>>,
    paceSince: "since",
    paceNext: (profile: string, when: string) =>
      `"${profile}" comes by itself, ${when}.`,
    paceWhat:
      "How often each link sends, whether there is anything to say or not. Whoever watches the wire sees a change, so it may happen once a day.",
    paces: {
      lan: "lan: four times a second, for an office",
      wan: "wan: once a second, between sites",
      metered: "metered: every five seconds, for paid links",
      open: "open: at once, and visible",
      configured: "as configured",
    },
    paceChoose: "Pace",
    paceGo: "Change the pace",
    paceForce: "Change it all the same",
    paceRefused: (when: string) =>
      `The last change was less than a day ago. It is allowed from ${when} on.`,
    paceDone: (profile: string) => `The pace is "${profile}" now.`,
    receivers: "Receivers",
    receiversNone: "Nobody is told.",
    receiversWhen:
      "Alerts and what the machines agree on go out while a dashboard runs.",
    name: "Name",
    address: "Address",
    addressHint:
      "https://… for a webhook, udp://HOST:PORT or tcp://HOST:PORT for syslog",
    sent: "Sent",
    waiting: "Waiting",
    lost: "Lost",
    trouble: "Trouble",
    test: "Test",
    testOf: (name: string) => `Send a test to ${name}`,
    testing: "Sending a test…",
    testSent: (name: string) => `${name} took the test.`,
    testFailed: (name: string, why: string) =>
      `${name} did not take the test: ${why}`,
    removeOf: (name: string) => `Remove ${name}`,
    removeAsk: (name: string) => `Remove ${name}?`,
    removeReceiver:
      "It is told nothing any more; what waits for it is dropped.",
    secretTitle: (name: string) => `The secret of ${name}`,
    secretWhat:
      "The receiver checks the signature of each notice with it. It is not shown again.",
    close: "Close",
    peopleNone: "Nobody has an account; the link of the command logs in.",
    role: "Role",
    roles: {
      viewer: "viewer: reads",
      operator: "operator: also contains and lets go",
      owner: "owner: may do everything",
    } as Readonly<Record<string, string>>,
    password: "Password",
    passwordHint: "At least 12 characters",
    addPerson: "Let somebody in",
    addPersonGo: "Let in",
    adding: "One moment…",
    phoneTitle: (name: string) => `A phone for ${name}`,
    phoneWhat:
      "Scan it with an authenticator app: its codes are needed to log in. It is not shown again.",
    phonePicture: "QR code of the secret",
    phoneTyped: "Or type the secret:",
    reset: "New password",
    resetOf: (name: string) => `Give ${name} a new password`,
    resetWhat: "The old password, the phone and all sessions end.",
    removePerson: "No more logins, and all sessions end at once.",
    gone: (name: string) => `${name} cannot log in any more.`,
    sessions: "Who is logged in",
    sessionAt: "From",
    sessionSince: "Since",
    sessionOwn: "this session",
    sessionEnd: "End",
    sessionEndOf: (name: string) => `End the session of ${name}`,
    sessionEnded: "Ended.",
    linkHolder: "the link of this machine",
    value: "Value",
    setting: "Setting",
    allWhat:
      "What is not changed here stands in the configuration file; start the agent again after a change there.",
    others: "On other machines",
    othersWhat:
      "Each machine is changed on itself, or at its own dashboard; machines tell each other nothing of their settings. For the same as here, run this on a few first, and on the others when these do well:",
    othersNone: "Nothing was changed here while the agent ran.",
  },
  exercises: exerciseTexts,
  time: {
    now: "now",
    ago: (span: string) => `${span} ago`,
    seconds: (n: number) => `${n} s`,
    minutes: (n: number) => `${n} min`,
    hours: (n: number) => `${n} h`,
    days: (n: number) => (n === 1 ? "1 day" : `${n} days`),
  },
} as const;
