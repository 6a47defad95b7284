/**
 * Words: what is said to all machines; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const signalsTexts = {
  title: "Said to all machines",
  alertness: {
    usual: "The machines are as watchful as usual.",
    caution: "Caution is raised: strangers become suspects at the first touch.",
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
  endAskHere: "End this on this machine?",
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
    settings: (machines: readonly string[] | undefined) =>
      machines
        ? `Settings of ${machines.join(", ")}`
        : "Settings of all machines",
    cancel: "An earlier word was ended",
    commandLine: "somebody at the command line",
    link: "whoever opened the login link",
    toAll: (who: string) => `by ${who}, to all machines`,
    toHere: (who: string) => `by ${who}, for this machine`,
  },
} as const;
