/**
 * What an operator should know about the mesh's members before it hurts:
 * memberships that end and nobody renews, votes that wait, and too few
 * custodians to survive the loss of one; and about the certificate of this
 * host's port. `status` and `doctor` show them, `keys show` the members'.
 *
 * @module
 */
import type { Validity } from "../mesh/host/mod.ts";
import { certificateGraceMs } from "./own_state.ts";
import { dueAtMs, type NodeId, type Roster } from "../mesh/mod.ts";

/** One thing to know. */
export interface MembershipNotice {
  readonly what: string;
  /** What goes on as it is. */
  readonly works: string;
  /** A command that helps. */
  readonly nextStep: string;
}

/** With three custodians any one may die together with the operator key. */
const custodiansMin = 3;
/** Shown of each sort; the rest is counted by `keys show`. */
const shownMax = 8;

/** What is worth saying about a roster at a time. */
export function membershipNotices(
  roster: Roster,
  self: NodeId,
  wallMs: number,
): MembershipNotice[] {
  const active = roster.active(wallMs);
  const custodians = active.filter(({ custodian }) => custodian);
  const notices: MembershipNotice[] = [];
  const nameOf = (node: string) =>
    roster.member(node as NodeId)?.name ?? node.slice(0, 12);
  for (const member of active) {
    const others = custodians.some(({ node }) => node !== member.node);
    // Members with a custodian are renewed by it; half of the time is left.
    const graceMs = (member.notAfterMs - dueAtMs(member)) / 2;
    const fromMs = others ? member.notAfterMs - graceMs : dueAtMs(member);
    if (wallMs < fromMs || notices.length >= shownMax) continue;
    const days = Math.ceil((member.notAfterMs - wallMs) / 86_400_000);
    const who = member.node === self ? "this host" : member.name;
    notices.push({
      what: `the membership of ${who} ends in ${days} day${
        days === 1 ? "" : "s"
      }, ${
        others
          ? "and no custodian has heard of it"
          : "and there is no other custodian to renew it"
      }`,
      works: "Everything until then; then it is cut off",
      nextStep: `Where the operator key is: stealthmesh keys renew ${
        member.node.slice(0, 12)
      }`,
    });
  }
  for (const vote of roster.pending.slice(0, shownMax)) {
    const succeeds = vote.what === "succeed";
    const about = succeeds ? "a new operator key" : nameOf(vote.about);
    const command = succeeds
      ? "stealthmesh keys approve"
      : `stealthmesh keys ${vote.what} ${vote.about.slice(0, 12)}`;
    notices.push({
      what: `vote to ${
        succeeds ? "appoint" : vote.what
      } ${about}: ${vote.voters.size} of ${vote.needed}`,
      works: "Everything as before until it is decided",
      nextStep: `On a custodian: ${command}`,
    });
  }
  if (active.length >= custodiansMin && custodians.length < custodiansMin) {
    notices.push({
      what: custodians.length === 1
        ? "there is one custodian"
        : `there are ${custodians.length} custodians`,
      works: "Everything; but if one is lost together with the operator key, " +
        "nobody can let others in or put them out again",
      nextStep: "stealthmesh keys promote NODE, until there are three",
    });
  }
  return notices;
}

/** What is worth saying about the certificate of this host's port. */
export function certificateNotices(
  validity: Validity | undefined,
  wallMs: number,
): MembershipNotice[] {
  if (!validity) return [];
  const { fromMs, untilMs } = validity;
  if (wallMs < fromMs) {
    return [{
      what: "the certificate of the port is not valid yet: this host's clock " +
        "is wrong, or was when it was made",
      works: "Links that this host dials; members that dial it refuse",
      nextStep: "Set the clock if it is wrong, then start the agent again",
    }];
  }
  if (wallMs < untilMs - certificateGraceMs) return [];
  const days = Math.ceil((untilMs - wallMs) / 86_400_000);
  return [{
    what: days > 0
      ? `the certificate of the port ends in ${days} day${
        days === 1 ? "" : "s"
      }`
      : "the certificate of the port has ended",
    works: days > 0
      ? "Everything until then"
      : "Links that this host dials; members that dial it refuse",
    nextStep: "Start the agent again; it makes a new one",
  }];
}
