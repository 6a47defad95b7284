import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { acknowledgedMax, recoveryBackMsMax } from "../../mesh/entry_body.ts";

import { Roster } from "../../mesh/roster.ts";
import { writeAcknowledgement } from "../../mesh/office_entry.ts";
import {
  acknowledge,
  anna,
  answers,
  berta,
  card,
  carla,
  day,
  dora,
  eitherWay,
  founder,
  founding,
  hour,
  join,
  keysOf,
  meshId,
  nextOperator,
  now,
  operator,
  promote,
  renewal,
  retire,
  revoke,
  rosterOf,
  rotate,
  signerOf,
  succeed,
  thief,
  threeCustodians,
} from "./roster_cast.ts";

const plainDora = join(dora, "dora");
const five = [
  ...threeCustodians,
  ...join(carla, "carla", { custodian: true }),
  ...join(dora, "dora", { custodian: true }),
];

const offices: { name: string; entries: Uint8Array[]; held: boolean }[] = [
  { name: "nothing", entries: [], held: false },
  {
    name: "the operator's promotion",
    entries: [promote(operator, dora, now + day)],
    held: true,
  },
  {
    name: "a promotion and a later retirement",
    entries: [
      promote(operator, dora, now + day),
      retire(operator, dora, now + 2 * day),
    ],
    held: false,
  },
  {
    name: "a retirement and a later promotion",
    entries: [
      promote(operator, dora, now + 3 * day),
      retire(operator, dora, now + 2 * day),
    ],
    held: true,
  },
  {
    name: "one custodian's vote",
    entries: [promote(anna, dora, now + day)],
    held: false,
  },
  {
    name: "two of three custodians' votes",
    entries: [
      promote(anna, dora, now + day),
      promote(founder, dora, now + 2 * day),
    ],
    held: true,
  },
  {
    name: "two votes more than 30 days apart",
    entries: [
      promote(anna, dora, now + day),
      promote(founder, dora, now + 32 * day),
    ],
    held: false,
  },
  {
    name: "one vote repeated",
    entries: [
      promote(anna, dora, now + day),
      promote(anna, dora, now + 2 * day),
    ],
    held: false,
  },
  {
    name: "a vote of its own",
    entries: [promote(dora, dora, now + day), promote(anna, dora, now + day)],
    held: false,
  },
  {
    name: "a vote of a plain member",
    entries: [
      ...join(carla, "carla"),
      promote(anna, dora, now + day),
      promote(carla, dora, now + day),
    ],
    held: false,
  },
  {
    name: "a vote of a custodian that was retired by then",
    entries: [
      retire(operator, berta, now + day),
      promote(berta, dora, now + day + 1),
      promote(anna, dora, now + 2 * day),
    ],
    held: false,
  },
  {
    name: "a vote of a custodian that was retired afterwards",
    entries: [
      retire(operator, berta, now + 3 * day),
      promote(berta, dora, now + day),
      promote(anna, dora, now + 2 * day),
    ],
    held: true,
  },
  {
    name: "one vote left over from an earlier promotion",
    entries: [
      promote(anna, dora, now + day),
      promote(founder, dora, now + day),
      retire(operator, dora, now + 2 * day),
      promote(anna, dora, now + 3 * day),
    ],
    held: false,
  },
  {
    name: "a stranger in the operator's name",
    entries: [promote(thief, dora, now + day)],
    held: false,
  },
  {
    name: "a promotion of somebody revoked",
    entries: [
      revoke("operator", dora, now + day),
      promote(operator, dora, now + 2 * day),
    ],
    held: false,
  },
];
for (const { name, entries, held } of offices) {
  Deno.test(`Roster.member() ${held ? "gives" : "gives no"} office by ${name}`, () => {
    const roster = eitherWay(...threeCustodians, ...plainDora, ...entries);
    equal(roster.member(dora.node)?.custodian, held);
  });
}

const retirements: { name: string; entries: Uint8Array[]; active: boolean }[] =
  [
    {
      name: "lets in nobody under a later date",
      entries: join(dora, "dora", { inviter: anna, atMs: now + 3 * day }),
      active: false,
    },
    {
      name: "keeps whom it let in before",
      entries: join(dora, "dora", { inviter: anna, atMs: now + day }),
      active: true,
    },
    {
      name: "remains a member and may be named by the operator",
      entries: join(dora, "dora", {
        at: anna,
        countersigner: anna,
        atMs: now + 3 * day,
      }),
      active: true,
    },
  ];
for (const { name, entries, active } of retirements) {
  Deno.test(`Roster.isActive() of a retired custodian: ${name}`, () => {
    const roster = eitherWay(
      ...threeCustodians,
      retire(operator, anna, now + 2 * day),
      ...entries,
    );
    equal(roster.isActive(dora.node, now + 4 * day), active);
    equal(roster.isActive(anna.node, now + 4 * day), true);
  });
}

Deno.test("Roster.member() lets two of three custodians retire the third", () => {
  const votes = [
    retire(anna, founder, now + day),
    retire(berta, founder, now + day),
  ];
  equal(
    eitherWay(...threeCustodians, votes[0]!).member(founder.node)?.custodian,
    true,
  );
  const roster = eitherWay(...threeCustodians, ...votes);
  equal(roster.member(founder.node)?.custodian, false);
  equal(roster.isActive(founder.node, now + 2 * day), true);
});

Deno.test("Roster.member() does not let votes of removed custodians become a majority", () => {
  const victim = keysOf("victim");
  const entries = [
    ...five,
    ...join(victim, "victim"),
    revoke(anna, victim, now + day),
    revoke(berta, victim, now + day),
    revoke("operator", anna, now + 2 * day),
    revoke("operator", berta, now + 2 * day),
  ];
  equal(eitherWay(...entries).member(victim.node)?.revoked, false);
  const third = revoke(carla, victim, now + 3 * day);
  equal(eitherWay(...entries, third).member(victim.node)?.revoked, true);
});

Deno.test("Roster.member() does not lower the bar when custodians expire", () => {
  // Two of five renew each other and date their votes after the others' end.
  const late = now + 400 * day;
  const entries = [
    ...five,
    renewal(anna, berta, now + 2 * hour, 800 * day),
    renewal(berta, anna, now + 2 * hour, 800 * day),
    revoke(anna, founder, late),
    revoke(berta, founder, late),
  ];
  equal(eitherWay(...entries).member(founder.node)?.revoked, false);
});

Deno.test("Roster.merge() judges what is dated before its author's admission", () => {
  // Anna's clock is a minute ahead of Dora's, who joins at Anna.
  const roster = eitherWay(
    ...join(anna, "anna", { custodian: true, atMs: now + hour }),
    ...join(dora, "dora", { inviter: anna, atMs: now + hour - 60_000 }),
    renewal(anna, dora, now + hour - 30_000, 500 * day),
  );
  equal(roster.member(dora.node)?.notAfterMs, now + hour - 30_000 + 500 * day);
});

// The operator's office

Deno.test("Roster.pending shows votes and what they lack", () => {
  const roster = rosterOf(
    ...five,
    revoke(anna, dora, now + day),
    retire(anna, berta, now + day),
    succeed(anna, nextOperator, now + day),
  );
  const shown = roster.pending.map(({ what, about, voters, needed }) => ({
    what,
    about,
    voters: [...voters],
    needed,
  }));
  const voters = [anna.node];
  deepEqual(shown, [
    { what: "revoke", about: dora.node, voters, needed: 3 },
    { what: "retire", about: berta.node, voters, needed: 3 },
    {
      what: "succeed",
      about: nextOperator.public.toHex(),
      voters,
      needed: 3,
    },
  ]);
  const decided = [founder, carla].map((by) => revoke(by, dora, now + day));
  roster.merge(decided, now);
  equal(roster.pending.some(({ what }) => what === "revoke"), false);
});

Deno.test("Roster.merge() takes nothing from a peer before its time", () => {
  const roster = rosterOf(...threeCustodians, ...plainDora);
  const early = [
    renewal(anna, dora, now + 400 * day),
    revoke("operator", dora, now + 400 * day),
  ];
  deepEqual(roster.merge(early, now, "peer"), { added: 0, rejected: 2 });
  deepEqual(roster.merge(early.slice(0, 1), now + 400 * day, "peer"), {
    added: 0,
    rejected: 0,
  });
  // Own files are believed, because the clock may have been set back.
  deepEqual(roster.merge(early.slice(1), now, "own").added, 1);
});

const unwritable: { name: string; write: () => unknown }[] = [
  {
    name: "a succession from later on",
    write: () => succeed(anna, nextOperator, now, now + 1),
  },
  {
    name: "a succession from too long ago",
    write: () => succeed(anna, nextOperator, now, now - recoveryBackMsMax - 1),
  },
  {
    name: "too many acknowledged statements",
    write: () =>
      writeAcknowledgement({
        meshId,
        signer: signerOf(anna),
        by: anna.node,
        about: "operator",
        marks: Array.from(
          { length: acknowledgedMax + 1 },
          (_, at) => at.toString(16).padStart(24, "0"),
        ),
        nowMs: now,
      }),
  },
];
for (const { name, write } of unwritable) {
  Deno.test(`the writers of entries refuse ${name}`, () => {
    throws(write, RangeError);
  });
}

/** Entries of every kind, with contradictions of every sort. */
const everything = [
  ...founding,
  ...five,
  ...join(keysOf("eve"), "eve", { inviter: anna, atMs: now + 3 * hour }),
  rotate(anna).entry,
  card(dora, 1),
  promote(anna, dora, now + day),
  promote(berta, dora, now + day),
  retire(operator, dora, now + 2 * day),
  retire(operator, carla, now + day),
  retire(berta, founder, now + 3 * day),
  retire(dora, founder, now + day),
  retire(anna, founder, now + 2 * day),
  promote(nextOperator, carla, now + 6 * day),
  revoke("operator", anna, now + 4 * day),
  revoke("operator", berta, now + hour),
  revoke(founder, berta, now + day),
  acknowledge(operator, anna, rosterOf(...five), now + 4 * day),
  acknowledge(anna, "operator", rosterOf(...five), now + 5 * day),
  acknowledge(berta, "operator", rosterOf(), now + 5 * day),
  acknowledge(carla, "operator", rosterOf(...five), now + 5 * day),
  succeed(operator, thief, now + 3 * day),
  succeed(anna, nextOperator, now + 5 * day, now + 2 * day),
  succeed(berta, nextOperator, now + 5 * day, now + 2 * day),
  succeed(carla, nextOperator, now + 5 * day, now + 2 * day),
  succeed(nextOperator, operator, now + 9 * day),
  renewal(berta, anna),
  renewal(carla, dora, now + 5 * hour),
];

Deno.test("Roster.merge() of offices gives one state for one set, in any order and split", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(everything, { minLength: 1 }),
      fc.nat(everything.length),
      fc.nat(everything.length),
      (order, cut, again) => {
        const expected = new Roster(meshId);
        expected.merge(everything.filter((e) => order.includes(e)), now);
        const roster = new Roster(meshId);
        roster.merge(order.slice(0, cut), now);
        roster.merge(order.slice(0, again), now);
        for (const entry of order.slice(cut)) roster.merge([entry], now);
        deepEqual(answers(roster), answers(expected));
        equal(roster.operator.toHex(), expected.operator.toHex());
        deepEqual(roster.pending, expected.pending);
      },
    ),
    { numRuns: 150 },
  );
});
