import { deepEqual, equal, ok } from "node:assert/strict";
import { readEntry } from "../../mesh/entry_codec.ts";
import type { NodeId } from "../../mesh/node_id.ts";
import { dueRenewals, RenewalKeeper } from "../../mesh/renewal.ts";
import type { Roster } from "../../mesh/roster.ts";
import {
  anna,
  berta,
  card,
  carla,
  day,
  dora,
  founder,
  hour,
  join,
  meshId,
  minute,
  now,
  operator,
  renewal,
  retire,
  revoke,
  rosterOf,
  rotate,
  threeCustodians,
  year,
} from "./roster_cast.ts";
import { startedMesh } from "./virtual_mesh.ts";

const custodians = [founder, anna, berta];
/** Dora stays for 90 days, so she is due when 30 are left. */
const base = [
  ...threeCustodians,
  ...join(dora, "dora", { validMs: 90 * day }),
];
const dueMs = now + hour + 60 * day;

/** Which custodians would renew Dora at a time. */
function renewers(
  roster: Roster,
  wallMs: number,
  heardMs: (wallMs: number) => number = (wallMs) => wallMs,
): number {
  return custodians.filter(({ node }) =>
    dueRenewals(node, roster, wallMs, () => heardMs(wallMs))
      .some((due) => due.node === dora.node)
  ).length;
}

const turns: { name: string; atMs: number; count: number }[] = [
  { name: "nobody before a third is left", atMs: dueMs - 1, count: 0 },
  { name: "one at once", atMs: dueMs, count: 1 },
  {
    name: "one still before a step has passed",
    atMs: dueMs + day - 1,
    count: 1,
  },
  { name: "the second after a day", atMs: dueMs + day, count: 2 },
  { name: "the third after two", atMs: dueMs + 2 * day, count: 3 },
  { name: "nobody once it has ended", atMs: dueMs + 30 * day + 1, count: 0 },
];
for (const { name, atMs, count } of turns) {
  Deno.test(`dueRenewals() gives custodians turns: ${name}`, () => {
    equal(renewers(rosterOf(...base), atMs), count);
  });
}

const never: { name: string; entries: Uint8Array[] }[] = [
  { name: "revoked", entries: [revoke("operator", dora, now + day)] },
  {
    name: "forked",
    entries: [rotate(dora, "a").entry, rotate(dora, "b").entry],
  },
  {
    name: "renewed already",
    entries: [renewal(anna, dora, dueMs - day, 90 * day)],
  },
];
for (const { name, entries } of never) {
  Deno.test(`dueRenewals() leaves out who is ${name}`, () => {
    equal(renewers(rosterOf(...base, ...entries), dueMs + 3 * day), 0);
  });
}

const heard: { name: string; agoMs: number; count: number }[] = [
  { name: "just now", agoMs: 0, count: 3 },
  { name: "21 days ago", agoMs: 21 * day, count: 3 },
  { name: "longer ago", agoMs: 21 * day + 1, count: 0 },
  { name: "never", agoMs: dueMs, count: 0 },
  { name: "in ten minutes, by its own clock", agoMs: -10 * minute, count: 3 },
  { name: "in a year, by its own clock", agoMs: -year, count: 0 },
];
for (const { name, agoMs, count } of heard) {
  Deno.test(`dueRenewals() of a member heard ${name}: ${count} of 3 would`, () => {
    const roster = rosterOf(...base);
    equal(renewers(roster, dueMs + 2 * day, (wallMs) => wallMs - agoMs), count);
  });
}

Deno.test("dueRenewals() is empty for who is no custodian, or none any more", () => {
  const roster = rosterOf(
    ...base,
    ...join(carla, "carla"),
    retire(operator, anna, now + day),
  );
  for (const { node } of [carla, dora, anna]) {
    deepEqual(dueRenewals(node, roster, dueMs + 9 * day, () => dueMs), []);
  }
});

Deno.test("dueRenewals() never has a custodian renew itself", () => {
  const roster = rosterOf(...threeCustodians);
  const atMs = now + 300 * day;
  for (const { node } of custodians) {
    const due = dueRenewals(node, roster, atMs, () => atMs);
    equal(due.length, 2);
    ok(due.every((each) => each.node !== node));
  }
});

Deno.test("dueRenewals() scales its steps to a short life", () => {
  const roster = rosterOf(
    ...threeCustodians,
    ...join(dora, "dora", { validMs: 3 * hour }),
  );
  const firstMs = now + hour + 2 * hour;
  equal(renewers(roster, firstMs - 1), 0);
  equal(renewers(roster, firstMs), 1);
  equal(renewers(roster, firstMs + 12 * minute), 3);
  const [due] = dueRenewals(
    founder.node,
    roster,
    firstMs + 12 * minute,
    () => firstMs,
  );
  equal(due?.validMs, 3 * hour);
});

// The keeper

function keeper(roster: Roster, linked: readonly NodeId[]): RenewalKeeper {
  return new RenewalKeeper(anna, { roster, linked: () => linked });
}
const lateMs = dueMs + 2 * day;

Deno.test("RenewalKeeper.entriesDue() writes what others take", () => {
  const roster = rosterOf(...base);
  const own = keeper(roster, [dora.node]);
  own.proveClock(0, lateMs);
  const [entry, ...more] = own.entriesDue(minute, lateMs + minute);
  equal(more.length, 0);
  deepEqual(rosterOf(...base).merge([entry!], lateMs, "peer").added, 1);
  roster.merge([entry!], lateMs);
  equal(
    roster.member(dora.node)?.notAfterMs,
    lateMs + minute + 90 * day,
  );
  deepEqual(own.entriesDue(3 * minute, lateMs + 3 * minute), []);
});

const silent: { name: string; run: (own: RenewalKeeper) => Uint8Array[] }[] = [
  {
    name: "whose clock no link has proven",
    run: (own) => own.entriesDue(0, lateMs),
  },
  {
    name: "whose clock jumped ahead since",
    run: (own) => {
      own.proveClock(0, now + hour);
      return own.entriesDue(minute, lateMs);
    },
  },
  {
    name: "that was asked a moment ago",
    run: (own) => {
      own.proveClock(0, now + hour);
      own.entriesDue(0, now + hour);
      own.proveClock(0, lateMs);
      return own.entriesDue(minute - 1, lateMs + minute - 1);
    },
  },
];
for (const { name, run } of silent) {
  Deno.test(`RenewalKeeper.entriesDue() is empty on a node ${name}`, () => {
    deepEqual(run(keeper(rosterOf(...base), [dora.node])), []);
  });
}

Deno.test("RenewalKeeper.entriesDue() is empty without a link", () => {
  const own = keeper(rosterOf(...base), []);
  own.proveClock(0, lateMs);
  deepEqual(own.entriesDue(0, lateMs), []);
});

Deno.test("RenewalKeeper.entriesDue() leaves out the muted", () => {
  const own = new RenewalKeeper(anna, {
    roster: rosterOf(...base),
    linked: () => [dora.node],
    isMuted: (node) => node === dora.node,
  });
  own.proveClock(0, lateMs);
  deepEqual(own.entriesDue(0, lateMs), []);
});

Deno.test("RenewalKeeper.entriesDue() signs a card anew while its own life runs out", () => {
  const roster = rosterOf(...base, card(dora, 1));
  const own = new RenewalKeeper(dora, { roster, linked: () => [anna.node] });
  own.proveClock(0, dueMs);
  const [entry] = own.entriesDue(0, dueMs);
  const read = entry && readEntry(entry, meshId);
  equal(read?.kind, "card");
  roster.merge([entry!], dueMs);
  equal(roster.member(dora.node)?.cardSeq, Math.floor(dueMs / 1_000));
  // Heard by that wherever the custodian is in the mesh, and only once a day.
  deepEqual(own.entriesDue(hour, dueMs + hour), []);
  equal(own.entriesDue(day, dueMs + day).length, 1);
  const far = keeper(roster, [founder.node]);
  far.proveClock(0, lateMs);
  equal(far.entriesDue(0, lateMs).length, 1);
});

Deno.test("startNode() keeps a mesh admitted, but not a machine that is gone", () => {
  const mesh = startedMesh({ nodes: 12 }, 2);
  mesh.network.recording = false;
  const gone = mesh.node(5);
  const before = new Map(
    mesh.node(0).members.map(({ node, notAfterMs }) => [node, notAfterMs]),
  );
  for (const each of mesh.nodes) each.kill();
  mesh.clock.wallShiftMs = 61 * day;
  for (const each of mesh.nodes) if (each !== gone) each.start();
  mesh.settle(2);
  mesh.clock.run(4 * minute);
  for (const at of [mesh.node(0), mesh.node(7)]) {
    for (const { node, notAfterMs, custodian } of at.members) {
      const renewed = notAfterMs - before.get(node)!;
      // The founder is the only custodian, and cannot renew itself.
      const stays = custodian || node === gone.keys.node;
      ok(stays ? renewed === 0 : renewed > 60 * day, `${renewed / day} days`);
    }
  }
});
