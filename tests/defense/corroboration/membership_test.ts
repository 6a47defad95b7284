import { deepEqual, equal } from "node:assert/strict";
import { Membership } from "../../../defense/corroboration/membership.ts";
import { parseAddress } from "../../../defense/address.ts";
import { type MemberView, parseNodeId } from "../../../mesh/mod.ts";

const self = parseNodeId("aa".repeat(32));
const other = parseNodeId("bb".repeat(32));
const listener = parseNodeId("cc".repeat(32));

function member(node: typeof self, changes: Partial<MemberView> = {}) {
  const view: MemberView = {
    node,
    name: node.slice(0, 2),
    addresses: [`192.0.2.${parseInt(node.slice(0, 2), 16)}:8443`],
    custodian: false,
    observer: false,
    revoked: false,
    generation: 0,
    keysSinceMs: 0,
    notAfterMs: 9_000,
    ...changes,
  };
  return view;
}

Deno.test("Membership.read() counts no observer, and still never contains one", () => {
  const members = new Membership(self);
  members.read(0, [
    member(self),
    member(other),
    member(listener, { observer: true }),
  ]);
  equal(members.size, 2);
  equal(members.has(other), true);
  equal(members.has(listener), false);
  equal(members.nameOf(listener), "cc");
  deepEqual(members.refusalFor(parseAddress("192.0.2.204")), {
    code: "never_block",
    matched: "mesh member cc",
  });
});

Deno.test("Membership.read() does not count this node where it only listens", () => {
  const members = new Membership(self);
  equal(members.size, 1);
  members.read(0, [member(self, { observer: true }), member(other)]);
  equal(members.size, 1);
  equal(members.has(self), false);
  // Promoted by a new admission, it would be counted again.
  members.read(0, [member(self), member(other)]);
  equal(members.size, 2);
});
