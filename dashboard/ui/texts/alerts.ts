/**
 * Words: the list of alerts; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const alertsTexts = {
  title: "Alerts",
  back: "All alerts",
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
  missed: "Much happened meanwhile: read the list again",
  waiting: (count: number) =>
    count === 1 ? "Show one new alert" : `Show ${count} new alerts`,
  came: (count: number) =>
    count === 0 ? "" : count === 1 ? "1 new alert" : `${count} new alerts`,
  when: "When",
  who: "Who",
  what: "What",
  where: "Seen by",
  how: "Technique",
  thisMachine: "this machine",
} as const;
