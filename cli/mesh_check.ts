/**
 * How this host stands in its mesh: membership, the certificate of its port,
 * IPv6, and whether its clock agrees with the others'. `doctor` shows it beside
 * `host_check.ts`; what it is judged by comes from `mesh_probe.ts`, so a test
 * can play any host.
 *
 * @module
 */
import type { NodeId, Roster } from "../mesh/mod.ts";
import type { Validity } from "../mesh/host/mod.ts";
import {
  type InterfaceAddress,
  isReachable,
  splitHostPort,
} from "./host_addresses.ts";
import type { Finding } from "./host_check.ts";
import { certificateNotices, membershipNotices } from "./membership_notices.ts";

/** What one member's answer to a ping says of the clocks. */
export interface ClockReading {
  /** By how much its clock is ahead of this host's. */
  readonly aheadMs: number;
  /** The reading is right to within so much. */
  readonly withinMs: number;
}

/** What is known of this host's place in a mesh. */
export interface MeshFacts {
  readonly wallMs: number;
  /** `none` before `keys init` or `keys join`; `unreadable` for this user. */
  readonly membership: Membership | "none" | "unreadable";
  /** Where the configuration lets the agent listen, `host:port`. */
  readonly listen: string;
  /** What other members are told to dial, `host:port` each. */
  readonly advertised: readonly string[];
  readonly interfaces: readonly InterfaceAddress[];
  /** `undefined` where no agent answers. */
  readonly clocks: readonly ClockReading[] | undefined;
  /** Members whose decoys clients are to meet; `trouble` says why they do not. */
  readonly decoyNodes: readonly {
    readonly name: string;
    readonly trouble: string;
  }[];
}

/** What the state directory says. */
export interface Membership {
  readonly self: NodeId;
  readonly roster: Roster;
  /** Of the port's certificate; `undefined` if there is none to be read. */
  readonly certificate: Validity | undefined;
}

/**
 * A third of a gate's window (`mesh/gate.ts`): tokens fit up to 30 s apart, some
 * up to 60 s, none beyond.
 */
const clockApartMsMax = 10_000;

/** Looks at everything, in the order in which it matters. */
export function checkMesh(facts: MeshFacts): Finding[] {
  return [
    ...membershipFindings(facts),
    ...certificateFindings(facts),
    ipv6Finding(facts),
    meshClockFinding(facts),
    ...facts.decoyNodes.map(decoyNodeFinding),
  ];
}

function decoyNodeFinding(
  { name, trouble }: MeshFacts["decoyNodes"][number],
): Finding {
  const what = `decoy node ${name}`;
  if (trouble === "") return fine(what, "takes steered clients");
  return {
    what,
    verdict: "limited",
    detail: trouble,
    works: "Its clients meet the decoys of this host",
    nextStep:
      `On ${name}: stealthmesh doctor; it takes clients with --enforce and decoys: { members: true }`,
  };
}

function membershipFindings({ membership, wallMs }: MeshFacts): Finding[] {
  const what = "membership";
  if (membership === "none") {
    return [fine(what, "none yet; the agent's first start founds a mesh")];
  }
  if (membership === "unreadable") {
    return [{
      what,
      verdict: "unknown",
      detail: "the state directory may not be read",
      works: "Not known",
      nextStep: "Run as the user that runs the agent, or with sudo",
    }];
  }
  const { self, roster } = membership;
  const member = roster.member(self);
  if (!member || !roster.isActive(self, wallMs)) {
    const [how, nextStep] = member?.revoked
      ? ["this host was revoked", "Let it join again: stealthmesh keys join"]
      : member?.forked
      ? ["this host's keys are disputed", "Revoke it, then let it join again"]
      : [
        "this host's membership has ended",
        `Where the operator key is: stealthmesh keys renew ${
          self.slice(0, 12)
        }`,
      ];
    return [{
      what,
      verdict: "missing",
      detail: how,
      works: "Watching and protecting this host; nothing with others",
      nextStep,
    }];
  }
  const notices = membershipNotices(roster, self, wallMs);
  if (notices.length === 0) {
    const { length } = roster.active(wallMs);
    const mesh = `${length} member${length === 1 ? "" : "s"}`;
    return [fine(what, `of ${mesh}, until ${dayOf(member.notAfterMs)}`)];
  }
  return notices.map(({ what: detail, works, nextStep }) => ({
    what,
    verdict: "limited",
    detail,
    works,
    nextStep,
  }));
}

function certificateFindings({ membership, wallMs }: MeshFacts): Finding[] {
  if (typeof membership === "string") return [];
  const { certificate } = membership;
  const what = "certificate";
  if (!certificate) {
    return [fine(what, "none yet; the agent makes one when it starts")];
  }
  const notices = certificateNotices(certificate, wallMs);
  if (notices.length === 0) {
    return [fine(what, `of the port, until ${dayOf(certificate.untilMs)}`)];
  }
  return notices.map(({ what: detail, works, nextStep }) => ({
    what,
    verdict: "limited",
    detail,
    works,
    nextStep,
  }));
}

function ipv6Finding({ listen, advertised, interfaces }: MeshFacts): Finding {
  const what = "IPv6";
  if (advertised.length === 0) {
    return fine(what, "members are told no address; this host only dials out");
  }
  const { hostname, port } = splitHostPort(listen);
  const own = interfaces.filter(({ address, family }) =>
    family === "IPv6" && isReachable(address)
  ).map(({ address }) => address);
  const told = advertised.filter((address) => address.startsWith("["));
  const [first] = own;
  if (told.length > 0) {
    if (hostname.includes(":")) {
      return fine(what, `listens on it, and members dial ${told.join(" ")}`);
    }
    return {
      what,
      verdict: "limited",
      detail: `advertise names ${told[0]}, but ${listen} takes IPv4 only`,
      works: "Links over IPv4; members that dial over IPv6 fail first",
      nextStep: `Set listen to [::]:${port}`,
    };
  }
  if (first === undefined) {
    return fine(what, "no address that others could reach; IPv4 is used");
  }
  const listens = hostname.includes(":");
  return {
    what,
    verdict: "limited",
    detail: listens
      ? `members are not told ${first}`
      : `this host has ${first}, but ${listen} takes IPv4 only`,
    works: "Links over IPv4; hosts with IPv6 alone cannot dial this one",
    nextStep: listens
      ? "Add it to advertise, or leave advertise empty"
      : `Set listen to [::]:${port}`,
  };
}

function meshClockFinding({ membership, clocks, wallMs }: MeshFacts): Finding {
  const what = "clock of the mesh";
  const alone = typeof membership === "string" ||
    membership.roster.members(wallMs).length < 2;
  const unknown = (detail: string, nextStep: string): Finding => ({
    what,
    verdict: "unknown",
    detail,
    works: "Not known: members over a minute apart do not let each other in",
    nextStep,
  });
  if (clocks === undefined) {
    return unknown(
      "not compared: no agent answers here",
      "Start it: stealthmesh agent",
    );
  }
  if (alone) return unknown("nobody to compare with yet", "");
  const reading = medianOf(clocks);
  if (!reading) {
    return unknown(
      "no member answered",
      "See who is linked with stealthmesh status, and the time with date",
    );
  }
  const { aheadMs, withinMs } = reading;
  const apart = `${(Math.abs(aheadMs) / 1_000).toFixed(1)} s ${
    aheadMs > 0 ? "behind" : "ahead of"
  } the others`;
  const of = `median of ${clocks.length}, ±${(withinMs / 1_000).toFixed(1)} s`;
  // Only what is certainly apart is called so.
  if (Math.abs(aheadMs) - withinMs <= clockApartMsMax) {
    return fine(what, `${apart} (${of})`);
  }
  return {
    what,
    verdict: "limited",
    detail: `this host is ${apart} (${of})`,
    works:
      "Links that are up; beyond a minute members do not let each other in",
    nextStep: "Keep the clock right with chrony or timesyncd",
  };
}

/** One member may lie about its clock; half of those asked do not. */
function medianOf(clocks: readonly ClockReading[]): ClockReading | undefined {
  const sorted = [...clocks].sort((a, b) => a.aheadMs - b.aheadMs);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function fine(what: string, detail: string): Finding {
  return { what, verdict: "ok", detail, works: "", nextStep: "" };
}
