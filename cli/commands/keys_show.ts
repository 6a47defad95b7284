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
    const { store, keys, meshId, roster } = await openMembership(invocation);
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
    if (output.json) {
      output.record({
        meshId: meshId.toHex(),
        node: keys.node,
        generation: keys.generation,
        operatorKey: await store.hasOperator(),
        openInvites: invites.length,
        stateDir: store.directory,
        members,
      });
      return;
    }
    output.table(["mesh", meshId.toHex()], [
      ["node", keys.node],
      ["keys", `generation ${keys.generation}`],
      [
        "operator key",
        await store.hasOperator() ? "on this host" : "not on this host",
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
  },
);
