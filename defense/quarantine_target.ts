/**
 * A member as the target of a quarantine, from its card in the roster: by
 * whoever it was ordered, an operator or the vote of the others.
 *
 * @module
 */
import type { MemberView } from "../mesh/mod.ts";
import { cardAddress } from "./corroboration/membership.ts";
import { quarantinedMax } from "./corroboration/quorum.ts";
import type { HostTarget } from "./host_lease.ts";

/**
 * What to cut off, and what to keep.
 *
 * @param meshPort TCP port where members reach this host.
 * @returns `undefined` if its card names no address.
 */
export function quarantineTarget(
  { node, name, addresses: texts }: MemberView,
  members: readonly MemberView[],
  meshPort: number,
): HostTarget | undefined {
  const addresses = new Set(
    texts.map(cardAddress).filter((address) => address !== undefined),
  );
  if (addresses.size === 0) return undefined;
  const present = members.filter(({ revoked }) => !revoked).length;
  return {
    kind: "quarantine_member",
    name: name || node,
    addresses: [...addresses],
    keptPorts: [meshPort],
    atOnceMax: quarantinedMax(present),
  };
}
