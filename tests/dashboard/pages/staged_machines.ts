/**
 * What a staged agent answers about machines: members, invites, findings, keys.
 *
 * @module
 */
import { nodesOf } from "../../../dashboard/api/node_view.ts";
import { trafficOf } from "../../../dashboard/api/traffic_view.ts";
import type { MemberDetail, StatusView } from "../../../dashboard/mod.ts";
import { emptyLeakage, parseNodeId, reportOf } from "../../../mesh/mod.ts";

/** A picture as the agent draws it, small. */
const qr = '<svg viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg">' +
  '<path d="M2 2h5v5H2Z"/></svg>';

/** The answer to a read below `/v1`, if it is about machines. */
export function machineAnswer(
  path: string,
  status: StatusView,
  open: readonly string[],
): unknown {
  switch (path) {
    case "/nodes":
      return { nodes: nodesOf(status, Date.now()) };
    case "/invites":
      return {
        invites: open.map((id) => ({
          id,
          expiresAtMs: Date.now() + 3_600_000,
        })),
      };
    case "/doctor":
      return {
        atMs: Date.now() - 60_000,
        findings: [
          finding("root", "ok"),
          finding("nft", "missing"),
          finding("log", "limited"),
        ],
      };
    case "/keys":
      return {
        generation: 1,
        sinceMs: Date.now() - 9 * 86_400_000,
        nextRotationMs: Date.now() + 81 * 86_400_000,
        membershipUntilMs: Date.now() + 300 * 86_400_000,
        certificateUntilMs: Date.now() + 900 * 86_400_000,
        operatorKey: "open",
      };
    case "/traffic":
      return trafficOf(status);
    case "/leakage":
      return {
        ...reportOf(emptyLeakage("lan", Date.now() - 1_000)),
        switches: 1,
        slotsFired: 9_000,
        slotsMissed: 12,
        cellsOffClock: 3,
      };
  }
  const asked = /^\/nodes\/([0-9a-f]{64})$/.exec(path)?.[1];
  return asked && detailOf(asked, status);
}

/** The answer to an order, if it is about machines. */
export function machineOrder(
  path: string,
  body: Readonly<Record<string, unknown>>,
): unknown {
  switch (path) {
    case "/invites":
      return {
        id: "ab".repeat(32),
        expiresAtMs: Date.now() + Number(body["forMs"]),
        invite: `stealthmesh1:${"x".repeat(900)}`,
        qr,
      };
    case "/members":
    case "/members/rename":
      return {
        node: body["node"],
        name: body["name"] ?? "office",
        by: "operator",
        holds: true,
        dryRun: false,
      };
    case "/keys/rotate":
      return { generation: 2, sinceMs: Date.now(), nextRotationMs: Date.now() };
  }
  return undefined;
}

function finding(what: string, verdict: "ok" | "limited" | "missing") {
  return {
    what,
    verdict,
    detail: `${what} is ${verdict}`,
    works: verdict === "ok" ? "" : "Everything else",
    nextStep: verdict === "ok" ? "" : `Install the package ${what}`,
  };
}

function detailOf(node: string, { members }: StatusView): MemberDetail {
  const name = members.find((member) => member.node === node)?.name ?? "";
  return {
    node,
    name,
    ping: {
      answered: true,
      roundTripMs: 812,
      clockAheadMs: 95_000,
      hops: 2,
      via: parseNodeId(node),
    },
    word: {
      atMs: Date.now(),
      word: {
        version: "0.1.0",
        mode: "enforce",
        profile: "lan",
        startedAtMs: Date.now() - 86_400_000,
        measures: 2,
        sensors: [
          { name: "packets" },
          { name: "/var/log/auth.log", trouble: "may not be read" },
        ],
        findings: [{
          what: "tcpdump",
          verdict: "missing",
          detail: "no tcpdump that can be run",
          nextStep: "Install the package tcpdump",
        }],
      },
    },
  };
}
