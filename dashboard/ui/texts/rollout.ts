/**
 * Words: settings of several machines; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const rolloutTexts = {
  lastTitle: "Ordered last",
  none: "Nobody has changed settings of several machines lately.",
  trialUntil: (who: string, clock: string) =>
    `On trial, by ${who}. It goes back by itself at ${clock}.`,
  trialOver: (who: string) => `It was on trial, by ${who}, and that is over.`,
  kept: (who: string) => `To stay, by ${who}.`,
  change: {
    mode: (mode: string) => `When somebody attacks: ${mode.toLowerCase()}`,
    set: (name: string, value: string) => `${name} becomes "${value}"`,
    unset: (name: string) => `${name} is as it was before it was changed`,
    add: (name: string, value: string) => `${name} also holds ${value}`,
    remove: (name: string, value: string) => `${name} holds ${value} no more`,
  },
  machine: "Machine",
  state: "How it stands there",
  states: {
    not_asked: "not asked",
    silent: "does not answer",
    unaware: "has not heard of it",
    trial: "on trial",
    kept: "in force for good",
    same: "was so already",
    refused: "not done",
    back: "went back",
  },
  ownWords:
    "What a machine says of itself nobody vouches for, least of all one that somebody else holds.",
  again: "Ask again",
  goOn: "Go on to more machines",
  keep: "Keep it there",
  keepAsk: "Keep it on these machines?",
  keepWhat:
    "It stays in force, after the next start too. Afterwards each machine can be changed on its own.",
  takeBack: "Take it back everywhere",
  takeBackAsk: "Take it back on all machines?",
  takeBackWhat: "Each machine goes back to what was in force before the trial.",
  newTitle: "Change settings of several machines",
  newWhat:
    "Begin with one or two machines. On trial it goes back by itself unless you keep it: when its time is over, when a machine's agent starts again, and as soon as somebody has to be let go there. Each machine decides by its own rules: what a flag fixes there stays.",
  what: "What",
  whats: {
    enforce: "Stop attacks",
    observe: "Only watch",
    never: "Never contain an address or network",
    here: "The same as was changed on this machine",
  },
  where: "On which machines",
  all: "On all, also those that join meanwhile",
  here: "this machine",
  rehearse: "What would it do here?",
  rehearsed: (begins: number, ends: number) =>
    `On this machine ${
      begins === 1 ? "one measure" : `${begins} measures`
    } would begin at once, and ${ends} end.`,
  rehearsedNothing: "On this machine it is so already.",
  rehearsedNot: (why: string) => `On this machine it cannot be done: ${why}.`,
  go: "Try it there",
  goAsk: (count: number) =>
    count < 0
      ? "Try it on all machines?"
      : count === 1
      ? "Try it on one machine?"
      : `Try it on ${count} machines?`,
  last: (changes: string) => `The same again (${changes})`,
  said: "Said to all machines. How it stands on each is shown above.",
} as const;
