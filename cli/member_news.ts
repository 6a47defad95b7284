/**
 * What changed among the members, for the journal: pages then show a machine
 * that joins as it joins.
 *
 * @module
 */
import type { MemberView } from "../mesh/mod.ts";

/** One change. */
export interface MemberNews {
  readonly what:
    | "member_joined"
    | "member_cut_off"
    | "member_renamed"
    | "member_rekeyed";
  readonly member: MemberView;
}

/** What `after` says that `before` did not. */
export function memberNews(
  before: readonly MemberView[],
  after: readonly MemberView[],
): MemberNews[] {
  const known = new Map(before.map((member) => [member.node, member]));
  return after.flatMap((member): MemberNews[] => {
    const old = known.get(member.node);
    if (!old) {
      return member.revoked ? [] : [{ what: "member_joined", member }];
    }
    const news: MemberNews[] = [];
    if (member.revoked && !old.revoked) {
      news.push({ what: "member_cut_off", member });
    }
    if (member.name !== old.name) news.push({ what: "member_renamed", member });
    if (member.generation > old.generation) {
      news.push({ what: "member_rekeyed", member });
    }
    return news;
  });
}
