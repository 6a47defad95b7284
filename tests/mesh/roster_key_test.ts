import { deepEqual, equal } from "node:assert/strict";
import { writeRevocation } from "../../mesh/office_entry.ts";
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
  meshId,
  nextKeys,
  now,
  revoke,
  rosterOf,
  rotate,
  signerOf,
  threeCustodians,
} from "./roster_cast.ts";

const revocations: { name: string; votes: Uint8Array[]; revoked: boolean }[] = [
  {
    name: "the operator alone",
    votes: [revoke("operator", dora, now)],
    revoked: true,
  },
  {
    name: "two of three custodians",
    votes: [revoke(anna, dora, now), revoke(founder, dora, now)],
    revoked: true,
  },
  {
    name: "one of three custodians",
    votes: [revoke(anna, dora, now)],
    revoked: false,
  },
  {
    name: "one custodian twice",
    votes: [revoke(anna, dora, now), revoke(anna, dora, now + 1)],
    revoked: false,
  },
  {
    name: "one custodian under two of its keys",
    votes: [
      revoke(anna, dora, now),
      rotate(anna).entry,
      revoke(nextKeys(anna), dora, now + 1),
    ],
    revoked: false,
  },
  {
    name: "plain members",
    votes: [revoke(carla, dora, now), revoke(dora, dora, now)],
    revoked: false,
  },
  {
    name: "a custodian and a revoked one",
    votes: [
      revoke("operator", anna, now + hour),
      revoke(anna, dora, now + hour + 1),
      revoke(berta, dora, now + hour + 1),
    ],
    revoked: false,
  },
  {
    name: "a custodian, and another before it was revoked",
    votes: [
      revoke("operator", anna, now + hour),
      revoke(anna, dora, now + hour - 1),
      revoke(berta, dora, now + hour + 1),
    ],
    revoked: true,
  },
  {
    name: "someone in the operator's name",
    votes: [writeRevocation({
      meshId,
      signer: signerOf(anna),
      by: "operator",
      node: dora.node,
      nowMs: now,
    })],
    revoked: false,
  },
  {
    name: "someone in a custodian's name",
    votes: [
      revoke(anna, dora, now),
      writeRevocation({
        meshId,
        signer: signerOf(carla),
        by: berta.node,
        node: dora.node,
        nowMs: now,
      }),
    ],
    revoked: false,
  },
];
for (const { name, votes, revoked } of revocations) {
  Deno.test(
    `Roster.member() ${revoked ? "revokes" : "does not revoke"} by ${name}`,
    () => {
      const base = [
        ...threeCustodians,
        ...join(carla, "carla"),
        ...join(dora, "dora"),
      ];
      const roster = rosterOf(...base, ...votes);
      equal(roster.member(dora.node)?.revoked, revoked);
      equal(roster.isActive(dora.node, now + day), !revoked);
      equal(
        roster.signingKeyAccepted(dora.node, dora.signing.public, now + day),
        !revoked,
      );
      const other = rosterOf(...votes.toReversed(), ...base.toReversed());
      deepEqual(answers(other), answers(roster));
    },
  );
}

Deno.test("Roster.member() stays revoked through a rotation", () => {
  const { next, entry } = rotate(dora);
  const roster = rosterOf(
    ...join(dora, "dora"),
    revoke("operator", dora, now + hour),
    entry,
  );
  equal(roster.isActive(dora.node, now + 2 * day), false);
  equal(roster.byNoiseKey(next.noise.public), undefined);
  deepEqual(roster.acceptedSigningKeys(dora.node, now + 2 * day), []);
});

Deno.test("Roster.member() follows rotations that come out of order", () => {
  const first = rotate(dora);
  const second = rotate(first.next, "a", now + 5 * day);
  const third = rotate(second.next, "a", now + 9 * day);
  const roster = rosterOf(
    third.entry,
    first.entry,
    ...join(dora, "dora"),
  );
  equal(roster.member(dora.node)?.generation, 1);
  deepEqual(roster.merge([second.entry], now), { added: 2, rejected: 0 });
  const member = roster.member(dora.node);
  equal(member?.generation, 3);
  deepEqual(member?.noisePublic, third.next.noise.public);
  equal(roster.byNoiseKey(dora.noise.public, now), undefined);
});

Deno.test("Roster.signingKeyAccepted() takes the previous key for 24 h", () => {
  const { next, entry } = rotate(dora, "a", now + day);
  const roster = rosterOf(...join(dora, "dora"), entry);
  const rows: [typeof dora, number, boolean][] = [
    [next, now + day, true],
    [dora, now + day, true],
    [dora, now + 2 * day - 1, true],
    [dora, now + 2 * day, false],
    [next, now + 2 * day, true],
    [nextKeys(dora, "b"), now + day, false],
    [anna, now + day, false],
  ];
  for (const [keys, wallMs, accepted] of rows) {
    equal(
      roster.signingKeyAccepted(dora.node, keys.signing.public, wallMs),
      accepted,
    );
  }
});

const forks: { name: string; entries: Uint8Array[]; forked: boolean }[] = [
  {
    name: "two different next keys",
    entries: [rotate(dora, "a").entry, rotate(dora, "b").entry],
    forked: true,
  },
  {
    name: "a fork of a key long replaced",
    entries: [
      rotate(dora).entry,
      rotate(nextKeys(dora)).entry,
      rotate(dora, "b", now + 90 * day).entry,
    ],
    forked: true,
  },
  {
    name: "the same rotation written twice",
    entries: [
      rotate(dora, "a", now + day).entry,
      rotate(dora, "a", now + 2 * day).entry,
    ],
    forked: false,
  },
];
for (const { name, entries, forked } of forks) {
  Deno.test(`Roster.member() ${forked ? "flags" : "does not flag"} ${name}`, () => {
    for (const order of [entries, entries.toReversed()]) {
      const roster = rosterOf(...join(dora, "dora"), ...order);
      equal(roster.member(dora.node)?.forked, forked);
      equal(roster.isActive(dora.node, now + day), !forked);
    }
  });
}
