/**
 * Words: the page that tells what is going on now; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const nowTexts = {
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
  watching: "Watching only: attacks are written down, and nothing is stopped.",
  enforce: "To stop attacks, say so in the settings.",
  lost: (names: string, more: number) =>
    more === 0
      ? `No sign of life from ${names}.`
      : `No sign of life from ${names} and ${more} more.`,
  cutOff: (count: number) =>
    count === 1 ? "One machine is cut off." : `${count} machines are cut off.`,
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
} as const;
