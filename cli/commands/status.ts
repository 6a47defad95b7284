/**
 * `stealthmesh status`: what the agent sees and does.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import type { StatusView } from "../../dashboard/mod.ts";
import { defineCommand, type Invocation } from "../command.ts";
import type { Cell } from "../output.ts";

export const status = defineCommand(
  "status",
  object({}),
  {
    brief: message`Show what the agent sees and does`,
    examples: [
      "stealthmesh status",
      "stealthmesh status --json | jq .mesh.links",
    ],
  },
  async (_options, invocation) => {
    const { askAgent } = await import("../ask_agent.ts");
    const view = await askAgent(
      invocation,
      (agent) => agent.get<StatusView>("/v1/status"),
    );
    if (invocation.output.json) invocation.output.record(view);
    else await print(view, invocation);
  },
);

async function print(view: StatusView, { output }: Invocation): Promise<void> {
  const { formatDuration } = await import("../duration.ts");
  const { measureText, shortNode, shortTime, toneOf } = await import(
    "../desk_words.ts"
  );
  const { subjectText } = await import("../../defense/mod.ts");
  const { settingRows } = await import("../setting_words.ts");
  const { leakageRows, profileRows } = await import("../profile_words.ts");
  const { agent, mesh } = view;
  output.table(["agent", view.name], [
    ["mode", {
      text: agent.mode,
      tone: agent.mode === "enforce" ? "good" : "warning",
    }],
    ["running", formatDuration(Date.now() - view.startedAtMs)],
    ["node", agent.self],
    ["mesh", view.meshId],
    [
      "members",
      `${agent.members} (${agent.faultBound} may lie; a block takes ${agent.blockQuorum})`,
    ],
    ["links", `${mesh.links.length} on profile ${mesh.profile}`],
    ...profileRows(view.profile),
    ["alertness", {
      text: agent.alertness.replace("_", " "),
      tone: agent.alertness === "usual" ? "good" : "warning",
    }],
    ["subjects", `${agent.subjects} named within 10 minutes`],
  ]);
  if (agent.signals.length > 0) {
    const { signalText } = await import("../signal_words.ts");
    const nameOf = (node: string) =>
      view.members.find((member) => member.node === node)?.name ||
      shortNode(node);
    output.text("");
    output.table(
      ["signal", "ends in", "said by", "whom"],
      agent.signals.map(({ order, untilMs, by, scope }): Cell[] => [
        { text: signalText(order, nameOf), tone: "warning" },
        formatDuration(untilMs - Date.now()),
        by || "command line",
        scope === "mesh" ? "all" : "this host",
      ]),
    );
  }
  const { cutOffRows } = await import("../cut_off_words.ts");
  const cutOff = cutOffRows(view, Date.now());
  if (cutOff.length > 0) {
    output.text("");
    output.table(
      ["cut off", "by", "since", "ends in", "this host"],
      cutOff,
    );
  }
  if (agent.leases.length > 0) {
    output.text("");
    output.table(
      ["subject", "measure", "ends in", "decided by", "state"],
      agent.leases.map((lease): Cell[] => [
        subjectText(lease.subject),
        { text: measureText(lease), tone: toneOf(lease.measure) },
        formatDuration(lease.untilMs - Date.now()),
        lease.cause,
        lease.state.replace("_", " "),
      ]),
    );
  }
  if (view.hostLeases.length > 0) {
    output.text("");
    output.table(
      ["on this host", "what", "ends in"],
      view.hostLeases.map(({ target, name, untilMs }): Cell[] => [
        "pid" in target ? `${name} (${target.pid})` : name,
        {
          text: target.kind === "interface"
            ? `at most ${target.bitsPerSecond / 1e6} Mbit/s`
            : target.kind.replace(/_.*/, ""),
          tone: "warning",
        },
        formatDuration(untilMs - Date.now()),
      ]),
    );
  }
  output.text("");
  output.table(
    [
      "member",
      "node",
      "is",
      "heard",
      "links",
      "keys",
      "standing",
      "admitted until",
    ],
    view.members.map((member): Cell[] => {
      const link = mesh.links.find(({ peer }) => peer === member.node);
      const health = mesh.health.find(({ node }) => node === member.node);
      const here = member.node === agent.self;
      return [
        member.name,
        shortNode(member.node),
        health && !here && !member.revoked
          ? {
            text: `${health.state} ${formatDuration(health.forMs)}`,
            tone: lifeTones[health.state],
          }
          : "",
        health?.heardAgoMs === undefined || here
          ? ""
          : `${formatDuration(health.heardAgoMs)} ago`,
        here
          ? "this node"
          : link
          ? { text: `up ${formatDuration(link.upMs)}`, tone: "good" }
          : { text: "none", tone: "warning" },
        `generation ${member.generation}`,
        member.revoked
          ? { text: "revoked", tone: "bad" }
          : member.notAfterMs < Date.now()
          ? { text: "expired", tone: "warning" }
          : member.custodian
          ? "custodian"
          : "member",
        shortTime(member.notAfterMs),
      ];
    }),
  );
  output.text("");
  output.table(["seen on the wire", "so far"], leakageRows(mesh.leakage));
  if (mesh.muted.length > 0) {
    output.text("");
    output.table(
      ["muted", "since", "because"],
      mesh.muted.map(({ node, sinceMs, reason }): Cell[] => [
        { text: nameOf(view, node), tone: "bad" },
        shortTime(sinceMs),
        muteReasons[reason],
      ]),
    );
  }
  const sources = sourcesOf(view.sensors);
  if (sources.length > 0) {
    output.text("");
    output.table(
      ["watched", "how it goes"],
      sources.map(({ name, trouble }): Cell[] => [
        name,
        trouble === undefined ? "well" : { text: trouble, tone: "warning" },
      ]),
    );
  }
  if (view.shortcomings.length > 0) {
    output.text("");
    output.table(
      ["missing", "what works without"],
      view.shortcomings.map(({ what, works }): Cell[] => [
        { text: what, tone: "warning" },
        works,
      ]),
    );
  }
  output.text("");
  output.table(
    ["never contained", "because"],
    view.neverBlock.map(({ network, reason }) => [network, reason]),
  );
  output.text("");
  output.table(
    ["setting", "value", "from"],
    settingRows(view.settings),
  );
}

const lifeTones = { up: "good", late: "warning", gone: "bad" } as const;

/** Why the mesh does not listen to a member, and what helps. */
const muteReasons = {
  same_number:
    "signed two messages under one number: its keys were copied, or it lies; join it anew or revoke it",
  forked:
    "signed two histories: its keys were copied, or it lies; join it anew or revoke it",
} as const;

function nameOf({ members }: StatusView, node: string): string {
  return members.find((member) => member.node === node)?.name ?? node;
}

/** Sources of observations, as far as the report has the shape that we know. */
function sourcesOf(
  sensors: unknown,
): readonly { readonly name: string; readonly trouble?: string }[] {
  const { sources } = (sensors ?? {}) as { sources?: unknown };
  return Array.isArray(sources) ? sources : [];
}
