/**
 * How fast the cell clock of a link ticks. The rate never reacts to load or
 * alarm; which profile is in force is the operator's or the calendar's choice
 * (`profile_calendar.ts`, `profile_switch.ts`), and for a link that leads out
 * of the site a fact that everybody can see: the peer's address.
 *
 * @module
 */
import { isGlobalAddress } from "./global_address.ts";

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

/** Profiles that links to far members may be held to. */
export const farProfileNames = ["wan", "metered"] as const;
/** One of them. */
export type FarProfileName = typeof farProfileNames[number];

/**
 * Whether a member is reached over the internet: all addresses it announces
 * are global ones. One that announces none, or only names, is taken for near.
 *
 * Every observer of the wire sees these addresses, so a pace that follows from
 * them tells nothing: 0 bits.
 */
export function isFar(addresses: readonly string[]): boolean {
  return addresses.length > 0 && addresses.every(isGlobalAddress);
}

/**
 * The profile of a link: that of the node, or for a far member the slower of
 * it and `far`. Without slots there is no pace to hold to, so on `open` every
 * link is open.
 */
export function profileOfLink(
  node: Profile,
  far: FarProfileName | undefined,
  addresses: readonly string[],
): Profile {
  if (far === undefined || !node.slotted || !isFar(addresses)) return node;
  const held = profiles[far];
  return held.periodMs > node.periodMs ? held : node;
}
