/**
 * Words: letting a machine in; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const joinTexts = {
  title: "Let a machine in",
  what:
    "An invite lets one machine in, once. Install StealthMesh there first; it is one file.",
  as: "As",
  kinds: {
    member: "a member that watches and votes",
    observer: "a dashboard that only listens",
    custodian: "a custodian that may let others in",
  },
  works: "Works for",
  life: (ms: number) => {
    const minutes = ms / 60_000;
    return minutes < 60
      ? `${minutes} minutes`
      : minutes === 60
      ? "an hour"
      : minutes === 1_440
      ? "a day"
      : `${minutes / 1_440} days`;
  },
  make: "Make an invite",
  made: "Here it is. It is shown this once.",
  qr: "The invite as a QR code; the line beside it says the same",
  line: "The line to paste",
  on: "On the new machine, paste this line into a terminal:",
  onObserver:
    "On the machine that is to show the mesh, paste this line into a terminal:",
  copy: "Copy the line",
  copied: "Copied.",
  copyByHand: "The browser does not allow it here: select the line and copy.",
  secret:
    "Whoever has this line can join, so hand it over like a password. The QR code holds the same.",
  waiting: "Waiting for it to join; the invite ends in",
  over: "The invite has ended and nobody joined with it. Make another one.",
  joined: (name: string) =>
    name === "" ? "A machine has joined." : `${name} has joined.`,
  open: "Open invites",
  none: "None.",
  endsIn: "ends in",
  cancel: "Cancel",
  cancelThis: (id: string) => `Cancel the invite ${id}`,
  cancelled: "Cancelled: nobody can join with it any more.",
} as const;
