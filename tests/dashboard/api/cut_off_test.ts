import { deepEqual } from "node:assert/strict";
import { type CutOff, cutOffsOf } from "../../../dashboard/api/cut_off.ts";
import { nodesOf } from "../../../dashboard/api/node_view.ts";
import { nodeSchema } from "../../../dashboard/api/node_schemas.ts";
import type { StatusView } from "../../../dashboard/mod.ts";
import {
  type HostLease,
  parseAddress,
  type QuarantineView,
  type SignalView,
} from "../../../defense/mod.ts";
import { parseNodeId } from "../../../mesh/mod.ts";
import { status } from "./recording_desk.ts";

const till = parseNodeId("11".repeat(32));
const minuteMs = 60_000;

const voted: QuarantineView = {
  member: till,
  subject: parseAddress("192.0.2.1"),
  sinceMs: 10,
  untilMs: 10 * minuteMs,
  state: "in_force",
};
const ordered: QuarantineView = { ...voted, ordered: true };
const signal: SignalView = {
  id: "00".repeat(16),
  issuedMs: 5,
  untilMs: 10 * minuteMs,
  expiresMs: 20 * minuteMs,
  by: "ada",
  order: { what: "quarantine", member: till },
  scope: "mesh",
  active: true,
};
function lease(untilMs: number): HostLease {
  return {
    target: {
      kind: "quarantine_member",
      name: "till",
      addresses: [parseAddress("192.0.2.1")],
      keptPorts: [8443],
      atOnceMax: 1,
    },
    name: "till",
    untilMs,
  };
}

interface Row {
  readonly name: string;
  readonly quarantines?: readonly QuarantineView[];
  readonly signals?: readonly SignalView[];
  readonly hostLeases?: readonly HostLease[];
  readonly told: readonly CutOff[];
}

const span = { sinceMs: 10, untilMs: 10 * minuteMs } as const;
const rows: readonly Row[] = [
  { name: "nobody's word", told: [] },
  {
    name: "a vote where the host only watches",
    quarantines: [{ ...voted, state: "would" }],
    told: [{ by: "vote", ...span, state: "would" }],
  },
  {
    name: "a vote that the kernel carries out, told once",
    quarantines: [voted],
    hostLeases: [lease(10 * minuteMs + 800)],
    told: [{ by: "vote", ...span, state: "in_force" }],
  },
  {
    name: "a vote that is refused, with why",
    quarantines: [{ ...voted, state: "refused", refusal: { code: "full" } }],
    told: [{
      by: "vote",
      ...span,
      state: "refused",
      refusal: { code: "full" },
    }],
  },
  {
    name: "a signal where the host only watches",
    quarantines: [{ ...ordered, state: "would" }],
    signals: [signal],
    told: [{ by: "signal", who: "ada", ...span, state: "would" }],
  },
  {
    name: "a signal whose member was let back in here",
    signals: [signal],
    told: [{
      by: "signal",
      who: "ada",
      sinceMs: 5,
      untilMs: 10 * minuteMs,
      state: "released",
    }],
  },
  {
    name: "an order by hand",
    hostLeases: [lease(7)],
    told: [{ by: "hand", untilMs: 7, state: "in_force" }],
  },
  {
    name: "an order by hand that outlasts a vote, the longer first",
    quarantines: [voted],
    hostLeases: [lease(60 * minuteMs)],
    told: [
      { by: "hand", untilMs: 60 * minuteMs, state: "in_force" },
      { by: "vote", ...span, state: "in_force" },
    ],
  },
  {
    name: "what is done here before what is not, however long",
    quarantines: [{ ...voted, state: "would" }],
    hostLeases: [lease(7)],
    told: [
      { by: "hand", untilMs: 7, state: "in_force" },
      { by: "vote", ...span, state: "would" },
    ],
  },
];

for (const row of rows) {
  Deno.test(`cutOffsOf() tells ${row.name}`, () => {
    const { quarantines = [], signals = [], hostLeases = [] } = row;
    const view: StatusView = {
      ...status,
      members: [{
        node: till,
        name: "till",
        addresses: ["192.0.2.1:8443"],
        custodian: false,
        observer: false,
        revoked: false,
        generation: 0,
        keysSinceMs: 0,
        notAfterMs: 100,
      }],
      hostLeases,
      agent: { ...status.agent, quarantines, signals },
    };
    deepEqual(cutOffsOf(view).get(till) ?? [], row.told);
    const [node] = nodesOf(view, 10);
    deepEqual(nodeSchema.parse(node).cutOff, row.told);
  });
}

Deno.test("cutOffsOf() tells of this host that was cut off by hand", () => {
  const hostLeases: HostLease[] = [
    { target: { kind: "quarantine_self" }, name: "this host", untilMs: 7 },
  ];
  deepEqual(
    [...cutOffsOf({ ...status, hostLeases })],
    [[status.agent.self, [{ by: "hand", untilMs: 7, state: "in_force" }]]],
  );
});
