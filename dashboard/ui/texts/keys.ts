/**
 * Words: the keys of this machine; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const keysTexts = {
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
} as const;
