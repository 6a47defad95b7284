/**
 * A member as `/v1/nodes` shows it.
 *
 * @module
 */
import type { NodeView } from "../../../dashboard/mod.ts";

/** An open link that this host dialled. */
export const link: NonNullable<NodeView["link"]> = {
  dialled: true,
  silentMs: 5,
  upMs: 9,
  periodMs: 50,
  peerPeriodMs: 50,
};

/** It is up, and this host has no link with it. */
export function member(name: string, more: Partial<NodeView> = {}): NodeView {
  return {
    node: name.charCodeAt(0).toString(16).repeat(32),
    name,
    addresses: [],
    custodian: false,
    observer: false,
    generation: 0,
    keysSinceMs: 0,
    membershipUntilMs: 9,
    state: "up",
    cutOff: [],
    ...more,
  };
}
