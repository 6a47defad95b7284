/**
 * A member of the roster as the owner of a mesh sees it: plain data, without
 * keys.
 *
 * @module
 */
import type { MemberView } from "./mesh.ts";
import type { Member } from "./member.ts";

/** A member as the owner of a mesh sees it. */
export function memberView(member: Member): MemberView {
  const { node, name, addresses, custodian, observer } = member;
  const { generation, keysSinceMs, notAfterMs } = member;
  // Both are cut off for good.
  const revoked = member.revoked || member.forked;
  return {
    node,
    name,
    addresses,
    custodian,
    observer,
    revoked,
    generation,
    keysSinceMs,
    notAfterMs,
  };
}
