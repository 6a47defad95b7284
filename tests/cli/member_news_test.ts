import { deepEqual } from "node:assert/strict";
import { memberNews } from "../../cli/member_news.ts";
import { type MemberView, parseNodeId } from "../../mesh/mod.ts";

function member(letter: string, changes: Partial<MemberView> = {}): MemberView {
  return {
    node: parseNodeId(letter.repeat(64)),
    name: letter,
    addresses: [],
    custodian: false,
    observer: false,
    revoked: false,
    generation: 0,
    keysSinceMs: 0,
    notAfterMs: 9,
    ...changes,
  };
}

Deno.test("memberNews() tells who came, went, and is called or keyed otherwise", () => {
  const before = [member("a"), member("b"), member("c"), member("d")];
  const after = [
    member("a"),
    member("b", { revoked: true }),
    member("c", { name: "till-3" }),
    member("d", { generation: 1 }),
    member("e"),
    member("f", { revoked: true }),
  ];
  deepEqual(
    memberNews(before, after).map(({ what, member }) => [what, member.name]),
    [
      ["member_cut_off", "b"],
      ["member_renamed", "till-3"],
      ["member_rekeyed", "d"],
      ["member_joined", "e"],
    ],
  );
  deepEqual(memberNews(after, after), []);
});
