import { equal } from "node:assert/strict";

import type { Signer } from "../../mesh/primitives/ed25519.ts";
import { writeRevocation } from "../../mesh/office_entry.ts";
import {
  acknowledge,
  anna,
  berta,
  day,
  dora,
  eitherWay,
  founder,
  hour,
  join,
  keysOf,
  meshId,
  nextOperator,
  now,
  operator,
  promote,
  retire,
  revoke,
  rosterOf,
  succeed,
  thief,
  threeCustodians,
} from "./roster_cast.ts";

const plainDora = join(dora, "dora");

function operatorAfter(...entries: readonly Uint8Array[]): string {
  const roster = eitherWay(...threeCustodians, ...plainDora, ...entries);
  return roster.operator.toHex();
}

const successions: {
  name: string;
  entries: Uint8Array[];
  winner: Signer;
}[] = [
  {
    name: "the operator hands over",
    entries: [succeed(operator, nextOperator, now + day)],
    winner: nextOperator,
  },
  {
    name: "one custodian votes",
    entries: [succeed(anna, nextOperator, now + day)],
    winner: operator,
  },
  {
    name: "two of three vote for one key and time",
    entries: [
      succeed(anna, nextOperator, now + day),
      succeed(berta, nextOperator, now + 2 * day, now + day),
    ],
    winner: nextOperator,
  },
  {
    name: "two of three vote for two keys",
    entries: [
      succeed(anna, nextOperator, now + day),
      succeed(berta, thief, now + day),
    ],
    winner: operator,
  },
  {
    name: "two of three vote for two times",
    entries: [
      succeed(anna, nextOperator, now + day),
      succeed(berta, nextOperator, now + day + 1),
    ],
    winner: operator,
  },
  {
    name: "a plain member votes, too",
    entries: [
      succeed(anna, nextOperator, now + day),
      succeed(dora, nextOperator, now + day),
    ],
    winner: operator,
  },
  {
    name: "a thief of the operator key revokes the voters first",
    entries: [
      revoke("operator", anna, now + hour),
      revoke("operator", berta, now + hour),
      retire(operator, founder, now + hour),
      succeed(anna, nextOperator, now + day),
      succeed(berta, nextOperator, now + day),
    ],
    winner: nextOperator,
  },
  {
    name: "a thief hands over to itself first",
    entries: [
      succeed(operator, thief, now + day - 1),
      succeed(anna, nextOperator, now + day),
      succeed(berta, nextOperator, now + day),
    ],
    winner: nextOperator,
  },
  {
    name: "a thief hands over to itself afterwards",
    entries: [
      succeed(anna, nextOperator, now + day),
      succeed(berta, nextOperator, now + day),
      succeed(operator, thief, now + 2 * day),
    ],
    winner: nextOperator,
  },
  {
    name: "a thief makes itself custodians afterwards",
    entries: [
      promote(operator, dora, now + 2 * day),
      succeed(anna, nextOperator, now + 3 * day, now + day),
      succeed(berta, nextOperator, now + 3 * day, now + day),
      succeed(dora, thief, now + 3 * day),
      succeed(founder, thief, now + 3 * day),
    ],
    winner: nextOperator,
  },
  {
    name: "custodians that custodians put out vote",
    entries: [
      revoke(founder, anna, now + hour),
      revoke(berta, anna, now + hour),
      succeed(anna, nextOperator, now + day),
      succeed(founder, nextOperator, now + day),
    ],
    winner: operator,
  },
  {
    name: "the new operator hands over in turn",
    entries: [
      succeed(anna, thief, now + day),
      succeed(berta, thief, now + day),
      succeed(thief, nextOperator, now + 2 * day),
    ],
    winner: nextOperator,
  },
  {
    name: "custodians replace an operator twice",
    entries: [
      succeed(anna, thief, now + day),
      succeed(berta, thief, now + day),
      succeed(founder, nextOperator, now + 5 * day),
      succeed(berta, nextOperator, now + 5 * day),
    ],
    winner: nextOperator,
  },
];
for (const { name, entries, winner } of successions) {
  const outcome = winner === operator ? "the same" : "the proper";
  Deno.test(`Roster.operator is ${outcome} one when ${name}`, () => {
    equal(operatorAfter(...entries), winner.public.toHex());
  });
}

const replaced = [
  succeed(anna, nextOperator, now + 2 * day, now + day),
  succeed(berta, nextOperator, now + 2 * day, now + day),
];
const words: { name: string; entry: Uint8Array; revoked: boolean }[] = [
  {
    name: "the old key's earlier word",
    entry: revoke("operator", dora, now + day - 1),
    revoked: true,
  },
  {
    name: "the old key's later word",
    entry: revoke("operator", dora, now + day + 1),
    revoked: false,
  },
  {
    name: "the new key's later word",
    entry: byOperator(nextOperator, now + day + 1),
    revoked: true,
  },
  {
    name: "the new key's earlier word",
    entry: byOperator(nextOperator, now + day - 1),
    revoked: false,
  },
];
function byOperator(signer: Signer, nowMs: number): Uint8Array {
  const { node } = dora;
  return writeRevocation({ meshId, signer, by: "operator", node, nowMs });
}
for (const { name, entry, revoked } of words) {
  Deno.test(`Roster.member() ${revoked ? "heeds" : "ignores"} ${name}`, () => {
    const base = [...threeCustodians, ...plainDora];
    const roster = eitherWay(...base, ...replaced, entry);
    equal(roster.member(dora.node)?.revoked, revoked);
  });
}

// Dating back

Deno.test("Roster.isActive() ignores what a revoked custodian dates back once it is acknowledged", () => {
  const eve = keysOf("eve");
  const base = [
    ...threeCustodians,
    ...join(dora, "dora", { inviter: anna, atMs: now + 2 * hour }),
    revoke("operator", anna, now + day),
  ];
  const late = join(eve, "eve", { inviter: anna, atMs: now + 3 * hour });
  equal(rosterOf(...base, ...late).isActive(eve.node, now + day), true);
  const known = acknowledge(operator, anna, rosterOf(...base), now + day);
  const roster = eitherWay(...base, ...late, known);
  equal(roster.isActive(eve.node, now + day), false);
  equal(roster.isActive(dora.node, now + day), true);
});

const acknowledgers: {
  name: string;
  by: (Signer | typeof anna)[];
  cuts: boolean;
}[] = [
  { name: "the operator", by: [operator], cuts: true },
  { name: "two of three custodians", by: [founder, berta], cuts: true },
  { name: "one custodian", by: [founder], cuts: false },
  { name: "the revoked one itself", by: [anna, founder], cuts: false },
  { name: "a stranger", by: [thief], cuts: false },
];
for (const { name, by, cuts } of acknowledgers) {
  Deno.test(`Roster.isActive() lets ${name} ${cuts ? "" : "not "}draw the line`, () => {
    const eve = keysOf("eve");
    const base = [...threeCustodians, revoke("operator", anna, now + day)];
    const acks = by.map((each) =>
      acknowledge(each, anna, rosterOf(...base), now + hour)
    );
    const late = join(eve, "eve", { inviter: anna, atMs: now + 3 * hour });
    const roster = eitherWay(...base, ...late, ...acks);
    equal(roster.isActive(eve.node, now + day), !cuts);
  });
}

Deno.test("Roster.member() forgets a stolen operator key's revocations dated back", () => {
  const base = [...threeCustodians, ...plainDora];
  const known = rosterOf(...base);
  const stolen = [
    revoke("operator", anna, now + 1),
    revoke("operator", founder, now + 1),
    revoke("operator", dora, now + hour),
  ];
  const acks = [anna, berta].map((by) =>
    acknowledge(by, "operator", known, now + 2 * day)
  );
  const roster = eitherWay(...base, ...stolen, ...replaced, ...acks);
  equal(roster.operator.toHex(), nextOperator.public.toHex());
  for (const { node } of [anna, founder, berta, dora]) {
    equal(roster.isActive(node, now + 3 * day), true);
  }
  // Their votes spread although the thief has put the voters out.
  const before = rosterOf(...base, ...stolen, ...replaced);
  equal(before.merge(replaced, now).rejected, 0);
  equal(before.operator.toHex(), nextOperator.public.toHex());
});
