import { equal, match } from "node:assert/strict";
import { memberNamed } from "../../cli/member_named.ts";
import type { MemberView, NodeId } from "../../mesh/mod.ts";

const member = (name: string, node: string, revoked = false): MemberView => ({
  node: node.padEnd(64, "0") as NodeId,
  name,
  addresses: [],
  custodian: false,
  observer: false,
  revoked,
  generation: 0,
  keysSinceMs: 0,
  notAfterMs: 0,
});
const members = [
  member("till-1", "aaaa1"),
  member("till-2", "aaaa2"),
  member("twin", "bbbb1"),
  member("twin", "bbbb2"),
  member("abcd", "cccc1"),
  member("old", "abcd1", true),
];
const rows: { text: string; finds?: string; says?: RegExp }[] = [
  { text: "till-1", finds: "aaaa1" },
  { text: "aaaa2", finds: "aaaa2" },
  { text: "AAAA2", finds: "aaaa2" },
  { text: "abcd", finds: "cccc1" },
  { text: "aaaa", says: /2 members; say which by id: aaaa1/ },
  { text: "twin", says: /2 members/ },
  { text: "aaa", says: /no member/ },
  { text: "till-3", says: /did you mean "till-/ },
  { text: "old", says: /was revoked/ },
  { text: "", says: /no member/ },
];
for (const { text, finds, says } of rows) {
  Deno.test(`memberNamed() ${finds ? "finds" : "refuses"} "${text}"`, () => {
    const found = memberNamed(text, members);
    if (finds) equal("node" in found && found.node.slice(0, 5), finds);
    else match("refused" in found ? found.refused : "", says!);
  });
}
