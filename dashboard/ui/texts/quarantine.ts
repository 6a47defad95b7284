/**
 * Words: cutting a machine off; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const quarantineTexts = {
  title: "Cutting off",
  none: "It is not cut off.",
  inForce: "Cut off from everything but the mesh",
  since: "begun",
  by: {
    vote: "by vote of the machines",
    hand: "by hand, on this machine alone",
  },
  here: {
    asked: "This machine is about to do it.",
    in_force: "",
    would: "This machine would do it, but it only watches.",
    refused: "This machine does not do it:",
    released: "This machine let it back in; others may go on.",
  },
  refused: {
    full: "it has cut off as many as it may.",
    firewall: "its firewall failed.",
    invalid: "it knows no address to keep away.",
    observe: "it only watches.",
    never_block: "that address is never contained.",
  },
  short: {
    asked: "being cut off",
    in_force: "cut off",
    would: "would be cut off",
    refused: "to be cut off",
    released: "let back in here",
  },
  decide: "Decide what becomes of it",
  more: (count: number) => `and ${count} more`,
  cutOff: "Cut off",
  cutOffAsk: (name: string) => `Cut ${name} off?`,
  cutOffWill: [
    "It keeps the mesh, DNS, its gateway, the way of administrators and whoever else is never contained.",
    "No other machine of the mesh takes anything else from it. It keeps to that, too, and takes and sends nothing else, unless somebody has taken it over.",
    "A machine that only watches stops nothing.",
    "It stays a member, and still sees and tells attacks.",
    "It ends by itself, and you may let it back in before.",
  ],
  cutOffHere:
    "This page comes from that machine: unless you are one of those who are never contained, you will not see it until the time is over.",
  letIn: "Let back in",
  letInAsk: (name: string) => `Let ${name} back in?`,
  letInWill:
    "Every machine ends it, whether you, another owner or the machines by their vote cut it off. What it did until now does not count any more; if it goes on, it is cut off again.",
} as const;
