/**
 * Words: the settings; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const settingsTexts = {
  title: "Settings",
  sections: "Parts of the settings",
  tabs: {
    "": "What it does",
    protected: "Never contained",
    scenarios: "What it looks for",
    several: "Several machines",
    pace: "Pace",
    notifications: "Who is told",
    people: "People",
    all: "All values",
  } as Readonly<Record<string, string>>,
  here:
    "These are the settings of this machine. Each machine has its own; one part changes those of several.",
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
    on ? `${name} is looked for again.` : `${name} is not looked for any more.`,
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
  removeReceiver: "It is told nothing any more; what waits for it is dropped.",
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
    "Under Several machines an owner changes others from here, by the operator's key. Without it, for the same as here, run this on a few first, and on the others when these do well:",
  othersNone: "Nothing was changed here while the agent ran.",
} as const;
