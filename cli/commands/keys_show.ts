/**
 * `stealthmesh keys show`: the mesh and its members, without any secret.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { defineCommand } from "../command.ts";
import type { Cell } from "../output.ts";

export const keysShow = defineCommand(
  "show",
  object({}),
  {
    brief: message`Show the mesh and its members, no secrets`,
    examples: [
      "stealthmesh keys show",
      "stealthmesh keys show --json | jq -r .members[].name",
    ],
  },
  async (_options, invocation) => {
    const { openMembership } = await import("../own_store.ts");
    const { shortNode, shortTime } = await import("../desk_words.ts");
    const { membershipNotices } = await import("../membership_notices.ts");
    const { keepsOperatorKey } = await import("../operator_key.ts");
    const { fingerprintOf } = await import("../succession.ts");
    const state = await openMembership(invocation);
    const { store, keys, meshId, roster } = state;
    const nowMs = Date.now();
    const invites = (await store.readInvites())
      .filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    const members = roster.members(nowMs).map((member) => ({
      node: member.node,
      name: member.name,
      self: member.node === keys.node,
      generation: member.generation,
      custodian: member.custodian,
      revoked: member.revoked,
      forked: member.forked,
      addresses: member.addresses,
      admittedBy: member.admittedBy,
      notAfterMs: member.notAfterMs,
    }));
    const { output } = invocation;
    const operatorKey = await keepsOperatorKey(state);
    const votes = roster.pending.map((vote) => ({
      what: vote.what,
      about: vote.about,
      name: vote.what === "succeed"
        ? fingerprintOf(vote.about)
        : members.find(({ node }) => node === vote.about)?.name ?? "",
      voters: [...vote.voters],
      needed: vote.needed,
    }));
    const notices = membershipNotices(roster, keys.node, nowMs);
    if (output.json) {
      output.record({
        meshId: meshId.toHex(),
        node: keys.node,
        generation: keys.generation,
        operatorKey,
        operator: fingerprintOf(roster.operator.toHex()),
        openInvites: invites.length,
        stateDir: store.directory,
        members,
        votes,
        notices,
      });
      return;
    }
    output.table(["mesh", meshId.toHex()], [
      ["node", keys.node],
      ["keys", `generation ${keys.generation}`],
      [
        "operator key",
        `${fingerprintOf(roster.operator.toHex())}, ${
          operatorKey ? "on this host" : "not on this host"
        }`,
      ],
      ["open invites", String(invites.length)],
      ["state", store.directory],
    ]);
    output.text("");
    output.table(
      ["member", "node", "keys", "standing", "admitted until", "addresses"],
      members.map((member): Cell[] => [
        member.name + (member.self ? " (this node)" : ""),
        shortNode(member.node),
        `generation ${member.generation}`,
        member.revoked
          ? { text: "revoked", tone: "bad" }
          : member.forked
          ? { text: "keys disputed", tone: "bad" }
          : member.notAfterMs <= nowMs
          ? { text: "expired", tone: "warning" }
          : member.custodian
          ? "custodian"
          : "member",
        shortTime(member.notAfterMs),
        member.addresses.join(" "),
      ]),
    );
    if (votes.length > 0) {
      output.text("");
      output.table(
        ["vote to", "whom", "votes", "by"],
        votes.map((vote): Cell[] => [
          vote.what === "succeed" ? "appoint operator" : vote.what,
          vote.name,
          `${vote.voters.length} of ${vote.needed}`,
          vote.voters.map((voter) =>
            members.find(({ node }) => node === voter)?.name ?? ""
          ).join(" "),
        ]),
      );
    }
    for (const { what, nextStep } of notices) {
      output.note(`${what}; ${nextStep}`, "warning");
    }
  },
);
