import { deepEqual, equal, throws } from "node:assert/strict";
import { Roster } from "../../mesh/roster.ts";
import { writeInvite } from "../../mesh/roster_entry.ts";
import { writeName } from "../../mesh/office_entry.ts";
import type { Signer } from "../../mesh/primitives/ed25519.ts";
import {
  anna,
  berta,
  day,
  dora,
  founder,
  founding,
  hour,
  inviteOf,
  join,
  meshId,
  now,
  operator,
  rosterOf,
  signerOf,
  threeCustodians,
} from "./roster_cast.ts";

function name(signer: Signer, called: string, atMs: number): Uint8Array {
  return writeName({
    meshId,
    signer,
    node: dora.node,
    name: called,
    nowMs: atMs,
  });
}

const dorasWay = join(dora, "dora");

const rows: { why: string; entries: Uint8Array[]; called: string }[] = [
  { why: "nobody named it", entries: [], called: "dora" },
  {
    why: "the operator did",
    entries: [name(operator, "till-7", now + day)],
    called: "till-7",
  },
  {
    why: "the operator did, before it came",
    entries: [name(operator, "till-7", now)],
    called: "till-7",
  },
  {
    why: "the operator did twice, and the later word counts",
    entries: [
      name(operator, "till-8", now + 2 * day),
      name(operator, "till-7", now + day),
    ],
    called: "till-8",
  },
  {
    why: "a custodian tried",
    entries: [name(signerOf(anna), "till-7", now + day)],
    called: "dora",
  },
];

for (const { why, entries, called } of rows) {
  Deno.test(`Roster.member() is called ${called}: ${why}`, () => {
    const all = [...threeCustodians, ...dorasWay, ...entries];
    for (const order of [all, all.toReversed()]) {
      const member = rosterOf(...order).member(dora.node);
      equal(member?.name, called);
      equal(member?.ownName, "dora");
    }
  });
}

Deno.test("Roster.merge() keeps one name for one member, and takes it alone", () => {
  const roster = rosterOf(...dorasWay);
  const before = roster.entries().length;
  roster.merge([name(operator, "till-7", now + day)], now + day);
  equal(roster.entries().length, before + 1);
  roster.merge([name(operator, "till-9", now + 2 * day)], now + 2 * day);
  roster.merge([name(operator, "late", now + day)], now + 2 * day);
  equal(roster.entries().length, before + 1);
  equal(roster.member(dora.node)?.name, "till-9");
  equal(roster.members(now).length, 2);
});

Deno.test("writeName() refuses what a member could not call itself", () => {
  throws(() => name(operator, "", now), RangeError);
  throws(() => name(operator, "x".repeat(64), now), RangeError);
});

/** An invite of `by` for the machine that joins with the invite called dora. */
function inviteFor(by: typeof anna | "operator", observer: boolean) {
  return writeInvite({
    meshId,
    signer: by === "operator" ? operator : signerOf(by),
    by: by === "operator" ? by : by.node,
    inviteId: inviteOf("dora").id,
    expiresAtMs: now + 2 * hour,
    at: founder.node,
    observer,
  });
}

Deno.test("Roster.member() only listens when every invite behind it says so", () => {
  const [, admission] = dorasWay;
  const listens = (...invites: Uint8Array[]) => {
    const all = [...founding, ...threeCustodians, ...invites, admission];
    const seen = [all, all.toReversed()].map((order) => {
      const roster = new Roster(meshId);
      roster.merge(order, now);
      return roster.member(dora.node)?.observer;
    });
    deepEqual(seen[0], seen[1]);
    return seen[0];
  };
  equal(listens(inviteFor("operator", true)), true);
  equal(listens(inviteFor("operator", false)), false);
  // A custodian that writes a second invite mutes nobody.
  equal(listens(inviteFor("operator", false), inviteFor(anna, true)), false);
  equal(
    listens(inviteFor("operator", true), inviteFor(anna, true)),
    true,
  );
  equal(rosterOf(...threeCustodians).member(berta.node)?.observer, false);
});
