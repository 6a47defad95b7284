/**
 * Words: what an observer may have learnt; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const leaksTexts = {
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
} as const;
