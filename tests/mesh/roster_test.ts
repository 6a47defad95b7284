import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { inviteKeys } from "../../mesh/invite.ts";
import { rosterEntriesMax, rosterWaitingMax } from "../../mesh/limits.ts";
import { nodePrefix } from "../../mesh/node_id.ts";
import { revocationsReserved, Roster } from "../../mesh/roster.ts";
import {
  foundMesh,
  writeCard,
  writeInvite,
  writeRenewal,
  writeRevocation,
  writeRotation,
} from "../../mesh/roster_entry.ts";
import {
  day,
  founder,
  founding,
  hour,
  join,
  keysOf,
  meshId,
  minute,
  nextKeys,
  now,
  operator,
  randomOf,
  rosterOf,
  signerOf,
  year,
} from "./roster_cast.ts";

const anna = keysOf("anna");
const berta = keysOf("berta");
const carla = keysOf("carla");
const dora = keysOf("dora");
/** Founder, Anna and Berta are custodians: two of them can revoke. */
const threeCustodians = [
  ...join(anna, "anna", { custodian: true }),
  ...join(berta, "berta", { custodian: true }),
];

function revoke(by: typeof anna | "operator", whom: typeof anna, atMs: number) {
  return writeRevocation({
    meshId,
    signer: by === "operator" ? operator : signerOf(by),
    by: by === "operator" ? by : by.node,
    node: whom.node,
    nowMs: atMs,
  });
}

function rotate(old: typeof anna, branch = "a", atMs = now + day) {
  const next = nextKeys(old, branch);
  const entry = writeRotation({ meshId, old, next, nowMs: atMs });
  return { next, entry };
}

function card(keys: typeof anna, seq: number, address = "10.0.0.1:443") {
  return writeCard({
    meshId,
    keys,
    seq,
    name: "card",
    addresses: [address],
    certificate: new Uint8Array(350).fill(seq),
  });
}

/** Everything a reader can ask, for comparing rosters. */
function answers(roster: Roster, wallMs = now + 2 * day): unknown {
  const members = [...roster.members(wallMs)]
    .sort((a, b) => a.node < b.node ? -1 : 1);
  return {
    digest: roster.digest(),
    members,
    active: members.map(({ node }) => roster.isActive(node, wallMs)),
  };
}

Deno.test("Roster.merge() founds a mesh", () => {
  const roster = new Roster(meshId);
  deepEqual(roster.operator, new Uint8Array());
  deepEqual(roster.merge(founding, now), { added: 1, rejected: 0 });
  deepEqual(roster.merge(founding, now), { added: 0, rejected: 0 });
  const member = roster.member(founder.node);
  equal(member?.name, "founder");
  equal(member?.custodian, true);
  equal(member?.cardSeq, -1);
  deepEqual(roster.operator, operator.public);
  deepEqual(roster.byPrefix(nodePrefix(founder.node)), member);
  deepEqual(roster.byNoiseKey(founder.noise.public), member);
});

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

function renewal(by: typeof anna, whom: typeof anna) {
  return writeRenewal({
    meshId,
    signer: signerOf(by),
    by: by.node,
    node: whom.node,
    nowMs: now + 2 * hour,
    validMs: year,
  });
}

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

const cards: { name: string; entries: Uint8Array[]; seq: number }[] = [
  { name: "the newest", entries: [card(dora, 1), card(dora, 2)], seq: 2 },
  { name: "not an older one", entries: [card(dora, 9), card(dora, 3)], seq: 9 },
  {
    name: "the newer key's, whatever its number",
    entries: [rotate(dora).entry, card(nextKeys(dora), 1), card(dora, 7)],
    seq: 1,
  },
  {
    name: "the older key's until there is another",
    entries: [rotate(dora).entry, card(dora, 7)],
    seq: 7,
  },
  { name: "not a stranger's", entries: [card(carla, 7)], seq: -1 },
];
for (const { name, entries, seq } of cards) {
  Deno.test(`Roster.member() shows the card that counts: ${name}`, () => {
    const roster = rosterOf(...join(dora, "dora"), ...entries);
    equal(roster.member(dora.node)?.cardSeq, seq);
    const other = rosterOf(...entries.toReversed(), ...join(dora, "dora"));
    deepEqual(answers(other), answers(roster));
  });
}

Deno.test("Roster.member() shows one of two cards with one number", () => {
  const pair = [card(dora, 1, "10.0.0.1:443"), card(dora, 1, "10.0.0.2:443")];
  const base = join(dora, "dora");
  const roster = rosterOf(...base, ...pair);
  deepEqual(answers(rosterOf(...pair.toReversed(), ...base)), answers(roster));
});

Deno.test("Roster.merge() rejects entries of another mesh", () => {
  const other = foundMesh({
    operator,
    keys: founder,
    name: "founder",
    nowMs: now + 1,
    validMs: year,
  });
  const foreign = writeCard({
    meshId: other.meshId,
    keys: founder,
    seq: 1,
    name: "founder",
    addresses: [],
    certificate: new Uint8Array(),
  });
  deepEqual(
    rosterOf().merge([...other.entries, foreign], now),
    { added: 0, rejected: 2 },
  );
});

/** Entries of every kind, some of which contradict each other. */
const everything = [
  ...founding,
  ...threeCustodians,
  ...join(carla, "carla", { inviter: anna, invite: "x", atMs: now + 2 * hour }),
  ...join(dora, "dora", { inviter: anna, invite: "x", atMs: now + 3 * hour }),
  ...join(dora, "dora", { inviter: berta, atMs: now + 4 * hour }),
  rotate(carla).entry,
  rotate(carla, "b").entry,
  rotate(dora).entry,
  rotate(anna).entry,
  rotate(nextKeys(dora)).entry,
  card(dora, 1),
  card(dora, 2),
  card(nextKeys(dora), 1),
  revoke(founder, berta, now + 5 * hour),
  revoke(anna, berta, now + 6 * hour),
  revoke(berta, anna, now + 5 * hour),
  revoke("operator", carla, now + day),
  renewal(berta, anna),
  renewal(anna, dora),
];

Deno.test("Roster.merge() gives one state for one set, in any order and split", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(everything, { minLength: 1 }),
      fc.array(fc.nat(everything.length - 1), { maxLength: 8 }),
      fc.nat(everything.length),
      (order, repeats, cut) => {
        const expected = new Roster(meshId);
        expected.merge(everything.filter((e) => order.includes(e)), now);
        const roster = new Roster(meshId);
        roster.merge(order.slice(0, cut), now);
        roster.merge(repeats.map((at) => order[at % order.length]!), now);
        for (const entry of order.slice(cut)) roster.merge([entry], now + 1);
        deepEqual(answers(roster), answers(expected));
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("Roster.entries() rebuild the roster, one after the other", () => {
  const roster = new Roster(meshId);
  roster.merge(everything, now);
  const copy = new Roster(meshId);
  for (const entry of roster.entries()) {
    equal(copy.merge([entry], now).rejected, 0);
  }
  deepEqual(answers(copy), answers(roster));
});

Deno.test("Roster.digest() changes with each entry that counts", () => {
  const roster = rosterOf();
  const digests = [roster.digest().toHex()];
  for (const entry of [...join(dora, "dora"), card(dora, 1)]) {
    roster.merge([entry], now);
    digests.push(roster.digest().toHex());
  }
  equal(new Set(digests).size, 4);
  equal(roster.digest().length, 16);
  roster.merge([card(carla, 1)], now);
  equal(roster.digest().toHex(), digests[3]);
});

function manyInvites(count: number, signer = operator): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => {
    const seed = new Uint8Array(32);
    randomOf(`invite ${at}`).fill(seed);
    return writeInvite({
      meshId,
      signer,
      by: signer === operator ? "operator" : dora.node,
      inviteId: seed,
      expiresAtMs: now,
    });
  });
}

Deno.test("Roster.merge() holds rosterEntriesMax, and room for revocations", () => {
  const room = rosterEntriesMax - revocationsReserved - 1;
  const roster = rosterOf();
  deepEqual(roster.merge(manyInvites(room + 2), now), {
    added: room,
    rejected: 2,
  });
  deepEqual(roster.merge([revoke("operator", dora, now)], now), {
    added: 1,
    rejected: 0,
  });
  ok(roster.entries().length <= rosterEntriesMax);
});

Deno.test("Roster.merge() forgets the oldest of too many that wait", () => {
  const roster = rosterOf();
  const waiting = manyInvites(rosterWaitingMax + 1, signerOf(dora));
  deepEqual(roster.merge(waiting, now), { added: 0, rejected: 0 });
  roster.merge(join(dora, "dora", { custodian: true }), now);
  // The admission itself waited beside them, and pushed out one more.
  const held = roster.entries().length - 3;
  ok(held >= rosterWaitingMax - 2 && held <= rosterWaitingMax, `${held}`);
});

Deno.test("new Roster() wants a mesh id", () => {
  let caught: unknown;
  try {
    new Roster(inviteKeys(new Uint8Array(32)).id.subarray(1));
  } catch (error) {
    caught = error;
  }
  ok(caught instanceof RangeError);
});
