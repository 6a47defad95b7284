/**
 * Words: what can be done about a membership; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const memberTexts = {
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
} as const;
