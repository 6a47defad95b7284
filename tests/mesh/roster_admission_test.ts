import { deepEqual, equal } from "node:assert/strict";
import { writeRenewal } from "../../mesh/roster_entry.ts";
import {
  anna,
  answers,
  berta,
  carla,
  day,
  dora,
  founder,
  hour,
  join,
  keysOf,
  meshId,
  minute,
  now,
  operator,
  renewal,
  revoke,
  rosterOf,
  rotate,
  threeCustodians,
  year,
} from "./roster_cast.ts";

const admissions: {
  name: string;
  entries: readonly Uint8Array[];
  active: boolean;
  wallMs?: number;
}[] = [
  { name: "with an invite", entries: join(dora, "dora"), active: true },
  {
    name: "by a custodian's invite",
    entries: [
      ...threeCustodians,
      ...join(dora, "dora", { inviter: anna, atMs: now + 2 * hour }),
    ],
    active: true,
  },
  {
    name: "at the member the invite names, custodian or not",
    entries: [
      ...join(carla, "carla"),
      ...join(dora, "dora", { at: carla, countersigner: carla }),
    ],
    active: true,
  },
  {
    name: "without its invite",
    entries: join(dora, "dora").slice(1),
    active: false,
  },
  {
    name: "by the invite alone",
    entries: join(dora, "dora").slice(0, 1),
    active: false,
  },
  {
    name: "when the invite had expired",
    entries: join(dora, "dora", { expiresAtMs: now + hour - 1 }),
    active: false,
  },
  {
    name: "at the last moment of the invite",
    entries: join(dora, "dora", { expiresAtMs: now + hour }),
    active: true,
  },
  {
    name: "by an invite of a member that is no custodian",
    entries: [
      ...join(carla, "carla"),
      ...join(dora, "dora", { inviter: carla }),
    ],
    active: false,
  },
  {
    name: "by an invite of a stranger",
    entries: join(dora, "dora", { inviter: keysOf("stranger") }),
    active: false,
  },
  {
    name: "countersigned by a stranger",
    entries: join(dora, "dora", { countersigner: keysOf("stranger") }),
    active: false,
  },
  {
    name: "countersigned by itself",
    entries: join(dora, "dora", { countersigner: dora }),
    active: false,
  },
  {
    name: "at another member than the invite names",
    entries: [
      ...threeCustodians,
      ...join(dora, "dora", { at: anna, countersigner: berta }),
    ],
    active: false,
  },
  {
    name: "at another custodian than the one that wrote the invite",
    entries: [
      ...threeCustodians,
      ...join(dora, "dora", { inviter: anna, countersigner: berta }),
    ],
    active: false,
  },
  {
    name: "countersigned by a plain member where no one is named",
    entries: [
      ...join(carla, "carla"),
      ...join(dora, "dora", { countersigner: carla }),
    ],
    active: false,
  },
  {
    name: "by a custodian after it was revoked",
    entries: [
      ...threeCustodians,
      revoke("operator", anna, now + 2 * hour),
      ...join(dora, "dora", { inviter: anna, atMs: now + 2 * hour + 1 }),
    ],
    active: false,
  },
  {
    name: "by a custodian before it was revoked",
    entries: [
      ...threeCustodians,
      revoke("operator", anna, now + 2 * hour),
      ...join(dora, "dora", { inviter: anna, atMs: now + 2 * hour - 1 }),
    ],
    active: true,
  },
  {
    name: "by a custodian after its membership ended",
    entries: [
      ...join(anna, "anna", { custodian: true, validMs: day }),
      ...join(dora, "dora", { inviter: anna, atMs: now + 3 * day }),
    ],
    wallMs: now + 3 * day,
    active: false,
  },
  {
    name: "by a custodian's older key while that overlaps",
    entries: [
      ...threeCustodians,
      rotate(anna).entry,
      ...join(dora, "dora", { inviter: anna, atMs: now + day + hour }),
    ],
    active: true,
  },
  {
    name: "by a custodian's older key afterwards",
    entries: [
      ...threeCustodians,
      rotate(anna).entry,
      ...join(dora, "dora", { inviter: anna, atMs: now + 2 * day + 1 }),
    ],
    active: false,
  },
  {
    name: "past its end",
    entries: join(dora, "dora", { validMs: day }),
    wallMs: now + hour + day + 1,
    active: false,
  },
  {
    name: "past its end when the operator renewed it",
    entries: [
      ...join(dora, "dora", { validMs: day }),
      writeRenewal({
        meshId,
        signer: operator,
        by: "operator",
        node: dora.node,
        nowMs: now + day,
        validMs: year,
      }),
    ],
    wallMs: now + 30 * day,
    active: true,
  },
  {
    name: "past its end when a plain member renewed it",
    entries: [
      ...join(carla, "carla"),
      ...join(dora, "dora", { validMs: day }),
      renewal(carla, dora),
    ],
    wallMs: now + 30 * day,
    active: false,
  },
  {
    name: "past its end when it renewed itself",
    entries: [
      ...join(dora, "dora", { validMs: day, custodian: true }),
      renewal(dora, dora),
    ],
    wallMs: now + 30 * day,
    active: false,
  },
  {
    name: "past its end when another custodian renewed it",
    entries: [
      ...threeCustodians,
      ...join(dora, "dora", { validMs: day }),
      renewal(anna, dora),
    ],
    wallMs: now + 30 * day,
    active: true,
  },
];

for (const { name, entries, active, wallMs = now + 2 * day } of admissions) {
  Deno.test(`Roster.isActive() ${active ? "admits" : "refuses"} ${name}`, () => {
    const roster = rosterOf(...entries);
    equal(roster.isActive(dora.node, wallMs), active);
    const found = roster.byNoiseKey(dora.noise.public, wallMs);
    equal(found?.node, active ? dora.node : undefined);
    deepEqual(answers(rosterOf(...entries.toReversed())), answers(roster));
  });
}

Deno.test("Roster.member() makes custodians by the operator's invites only", () => {
  const roster = rosterOf(
    ...join(carla, "carla", { inviter: founder, custodian: true }),
    ...join(dora, "dora", { custodian: true }),
  );
  equal(roster.member(carla.node)?.custodian, false);
  equal(roster.member(carla.node)?.admittedBy, founder.node);
  equal(roster.member(dora.node)?.custodian, true);
  equal(roster.member(dora.node)?.admittedBy, "operator");
});

const contests: { name: string; entries: Uint8Array[]; winner: string }[] = [
  {
    name: "the earlier of two for one invite",
    entries: [
      ...join(carla, "carla", { invite: "one", atMs: now + hour + minute }),
      ...join(dora, "dora", { invite: "one" }),
    ],
    winner: "dora",
  },
  {
    name: "the earlier of two at different custodians",
    entries: [
      ...threeCustodians,
      ...join(carla, "carla", { invite: "one", countersigner: anna }),
      ...join(dora, "dora", { invite: "one", atMs: now + 2 * hour }),
    ],
    winner: "carla",
  },
];
for (const { name, entries, winner } of contests) {
  Deno.test(`Roster.merge() lets in ${name}, whatever the order`, () => {
    for (const order of [entries, entries.toReversed()]) {
      const roster = rosterOf(...order);
      const names = roster.members(now).map((member) => member.name)
        .filter((other) => other === "carla" || other === "dora");
      deepEqual(names, [winner]);
    }
  });
}

Deno.test("Roster.merge() refuses a second admission of one node", () => {
  const roster = rosterOf(
    ...join(dora, "dora", { validMs: day }),
    ...join(dora, "again", { atMs: now + 2 * day }),
  );
  equal(roster.member(dora.node)?.name, "dora");
  equal(roster.isActive(dora.node, now + 3 * day), false);
});

Deno.test("Roster.merge() refuses a node with another's Noise key", () => {
  const twin = { ...keysOf("twin"), noise: dora.noise };
  const roster = rosterOf(
    ...join(dora, "dora"),
    ...join(twin, "twin", { atMs: now + 2 * hour }),
  );
  equal(roster.byNoiseKey(dora.noise.public, now)?.node, dora.node);
  equal(roster.member(twin.node), undefined);
});
