import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { inviteKeys } from "../../mesh/invite.ts";
import { rosterEntriesMax, rosterWaitingMax } from "../../mesh/limits.ts";
import { nodePrefix } from "../../mesh/node_id.ts";
import { revocationsReserved, Roster } from "../../mesh/roster.ts";
import { foundMesh, writeCard, writeInvite } from "../../mesh/roster_entry.ts";
import {
  anna,
  answers,
  berta,
  card,
  carla,
  day,
  dora,
  founder,
  founding,
  hour,
  join,
  keysOf,
  meshId,
  nextKeys,
  now,
  operator,
  randomOf,
  renewal,
  revoke,
  rosterOf,
  rotate,
  signerOf,
  threeCustodians,
  year,
} from "./roster_cast.ts";

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

Deno.test("Roster.merge() counts what it judged alone before it had to fold all", () => {
  const roster = rosterOf(...join(dora, "dora"));
  const stranger = rotate(keysOf("stranger")).entry;
  deepEqual(roster.merge([card(dora, 1), stranger], now), {
    added: 1,
    rejected: 0,
  });
  equal(roster.member(dora.node)?.cardSeq, 1);
});

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
