import { deepEqual, equal, match } from "node:assert/strict";
import type { Finding } from "../../cli/host_check.ts";
import { checkMesh, type MeshFacts } from "../../cli/mesh_check.ts";
import {
  day,
  founder,
  founding,
  hour,
  join,
  keysOf,
  now,
  rosterOf,
  year,
} from "../mesh/roster_cast.ts";

const global6 = { address: "2001:db8::2", family: "IPv6" } as const;
const wallMs = now + day;
const certificate = { fromMs: now, untilMs: now + 10 * year };
const roster = rosterOf(
  ...founding,
  ...join(keysOf("b"), "b", { custodian: true }),
);

/** A host that lacks nothing, but for what is given. */
function factsOf(o: Partial<MeshFacts> = {}): MeshFacts {
  return {
    wallMs,
    membership: { self: founder.node, roster, certificate },
    listen: "[::]:8443",
    advertised: ["192.0.2.2:8443", "[2001:db8::2]:8443"],
    interfaces: [global6, { address: "192.0.2.2", family: "IPv4" }],
    clocks: [{ aheadMs: 100, withinMs: 300 }],
    decoyNodes: [],
    ...o,
  };
}

function find(o: Partial<MeshFacts>): Record<string, Finding> {
  const findings = checkMesh(factsOf(o));
  for (const { verdict, works, what } of findings) {
    // Whatever is missing is told together with what works without it.
    equal(works !== "", verdict !== "ok", what);
  }
  return Object.fromEntries(findings.map((each) => [each.what, each]));
}

Deno.test("checkMesh() finds nothing on a host that lacks nothing", () => {
  deepEqual(
    checkMesh(factsOf()).map(({ what, verdict }) => [what, verdict]),
    ["membership", "certificate", "IPv6", "clock of the mesh"]
      .map((what) => [what, "ok"]),
  );
});

const member = keysOf("b").node;
const member6 = "[2001:db8::2]:8443";
const rows: readonly {
  readonly name: string;
  readonly o: Partial<MeshFacts>;
  readonly what: string;
  readonly verdict: string;
  readonly detail: RegExp;
}[] = [
  {
    name: "no mesh yet",
    o: { membership: "none" },
    what: "membership",
    verdict: "ok",
    detail: /founds/,
  },
  {
    name: "a state that may not be read",
    o: { membership: "unreadable" },
    what: "membership",
    verdict: "unknown",
    detail: /may not be read/,
  },
  {
    name: "a membership that nobody will renew",
    o: {
      wallMs: now + year - 10 * day,
      membership: {
        self: founder.node,
        roster: rosterOf(...founding),
        certificate,
      },
    },
    what: "membership",
    verdict: "limited",
    detail: /this host ends in 10 days/,
  },
  {
    name: "a membership that has ended",
    o: { wallMs: now + 2 * year },
    what: "membership",
    verdict: "missing",
    detail: /has ended/,
  },
  {
    name: "a host that the roster does not know",
    o: { membership: { self: keysOf("c").node, roster, certificate } },
    what: "membership",
    verdict: "missing",
    detail: /has ended/,
  },
  {
    name: "a certificate in its last year",
    o: { wallMs: certificate.untilMs - 30 * day },
    what: "certificate",
    verdict: "limited",
    detail: /ends in 30 days/,
  },
  {
    name: "a certificate that has ended",
    o: { wallMs: certificate.untilMs + day },
    what: "certificate",
    verdict: "limited",
    detail: /has ended/,
  },
  {
    name: "a certificate of a clock that was ahead",
    o: {
      membership: {
        self: member,
        roster,
        certificate: { fromMs: wallMs + hour, untilMs: wallMs + 10 * year },
      },
    },
    what: "certificate",
    verdict: "limited",
    detail: /not valid yet/,
  },
  {
    name: "IPv6 that is not listened on",
    o: { listen: "0.0.0.0:8443", advertised: ["192.0.2.2:8443"] },
    what: "IPv6",
    verdict: "limited",
    detail: /2001:db8::2, but 0\.0\.0\.0:8443 takes IPv4 only/,
  },
  {
    name: "IPv6 that is told and not listened on",
    o: { listen: "192.0.2.2:8443", advertised: [member6] },
    what: "IPv6",
    verdict: "limited",
    detail: /takes IPv4 only/,
  },
  {
    name: "IPv6 that members are not told",
    o: { advertised: ["192.0.2.2:8443"] },
    what: "IPv6",
    verdict: "limited",
    detail: /not told 2001:db8::2/,
  },
  {
    name: "a host without IPv6",
    o: {
      advertised: ["192.0.2.2:8443"],
      interfaces: [
        { address: "192.0.2.2", family: "IPv4" },
        { address: "fe80::1", family: "IPv6" },
        { address: "::1", family: "IPv6" },
      ],
    },
    what: "IPv6",
    verdict: "ok",
    detail: /IPv4 is used/,
  },
  {
    name: "a host that only dials out",
    o: { advertised: [] },
    what: "IPv6",
    verdict: "ok",
    detail: /only dials out/,
  },
  {
    name: "a decoy node that takes clients",
    o: { decoyNodes: [{ name: "till-3", trouble: "" }] },
    what: "decoy node till-3",
    verdict: "ok",
    detail: /takes steered clients/,
  },
  {
    name: "a decoy node that is away",
    o: { decoyNodes: [{ name: "till-3", trouble: "it is gone" }] },
    what: "decoy node till-3",
    verdict: "limited",
    detail: /it is gone/,
  },
  {
    name: "a clock nobody could compare, for want of an agent",
    o: { clocks: undefined },
    what: "clock of the mesh",
    verdict: "unknown",
    detail: /no agent/,
  },
  {
    name: "a clock nobody could compare, for want of members",
    o: {
      clocks: [],
      membership: {
        self: founder.node,
        roster: rosterOf(...founding),
        certificate,
      },
    },
    what: "clock of the mesh",
    verdict: "unknown",
    detail: /nobody to compare with/,
  },
  {
    name: "a clock nobody could compare, for want of an answer",
    o: { clocks: [] },
    what: "clock of the mesh",
    verdict: "unknown",
    detail: /no member answered/,
  },
  {
    name: "a clock that is behind",
    o: { clocks: [{ aheadMs: 34_000, withinMs: 400 }] },
    what: "clock of the mesh",
    verdict: "limited",
    detail: /34\.0 s behind the others \(median of 1, ±0\.4 s\)/,
  },
  {
    name: "a clock that may be right, as far as a slow answer tells",
    o: { clocks: [{ aheadMs: -34_000, withinMs: 30_000 }] },
    what: "clock of the mesh",
    verdict: "ok",
    detail: /34\.0 s ahead of the others \(median of 1, ±30\.0 s\)/,
  },
  {
    name: "no fault of this clock where one of three lies",
    o: {
      clocks: [
        { aheadMs: 5e9, withinMs: 400 },
        { aheadMs: -200, withinMs: 400 },
        { aheadMs: 100, withinMs: 400 },
      ],
    },
    what: "clock of the mesh",
    verdict: "ok",
    detail: /0\.1 s behind/,
  },
];

for (const { name, o, what, verdict, detail } of rows) {
  Deno.test(`checkMesh() finds ${name}`, () => {
    const found = find(o)[what];
    equal(found?.verdict, verdict);
    match(found?.detail ?? "", detail);
  });
}
