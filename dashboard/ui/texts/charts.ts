/**
 * Words: the charts below the picture of the mesh; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const chartsTexts = {
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
} as const;
