/**
 * How fast the cell clock of a link ticks. The rate never reacts to load or
 * alarm; which profile is in force is the operator's or the calendar's choice.
 *
 * @module
 */

/** Names of the profiles of design §5. */
export type ProfileName = "lan" | "wan" | "metered" | "open";

/** The pace of one link. */
export interface Profile {
  /** What operators call it. */
  readonly name: ProfileName;
  /**
   * Slot period T in milliseconds. Slot k fires at `t0 + k·T + U(0, T/2)`.
   * On `open` there are no slots: cells leave at once, padded, and T is only
   * the heartbeat after which an idle link sends a dummy.
   */
  readonly periodMs: number;
  /** Whether cells leave only at slots. */
  readonly slotted: boolean;
}

/** Design §5, table of profiles. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  lan: { name: "lan", periodMs: 250, slotted: true },
  wan: { name: "wan", periodMs: 1_000, slotted: true },
  metered: { name: "metered", periodMs: 5_000, slotted: true },
  // Half of what the others need to notice a silent neighbour within 3 s.
  open: { name: "open", periodMs: 500, slotted: false },
};
