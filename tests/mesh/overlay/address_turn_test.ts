import { deepEqual, equal } from "node:assert/strict";
import { AddressTurn } from "../../../mesh/overlay/address_turn.ts";

const v4 = "192.0.2.1:1";
const v6 = "[2001:db8::1]:1";
const name = "a.example:1";

function dials(turn: AddressTurn, addresses: string[], count: number) {
  return Array.from({ length: count }, () => {
    const address = turn.next(addresses);
    turn.failed();
    return address;
  });
}

const rows: { name: string; addresses: string[]; order: string[] }[] = [
  { name: "one address", addresses: [v4], order: [v4, v4] },
  {
    name: "all before any comes again",
    addresses: [v4, name, v6],
    order: [v4, v6, name, v4],
  },
  {
    name: "the family named first first",
    addresses: [v6, "[2001:db8::2]:1", v4],
    order: [v6, v4, "[2001:db8::2]:1"],
  },
];
for (const { name, addresses, order } of rows) {
  Deno.test(`AddressTurn.next() tries ${name}`, () => {
    deepEqual(dials(new AddressTurn(), addresses, order.length), order);
  });
}

Deno.test("AddressTurn.next() has nothing for a node without addresses", () => {
  equal(new AddressTurn().next([]), undefined);
});

Deno.test("AddressTurn.next() begins with what worked last, while it is named", () => {
  const turn = new AddressTurn();
  turn.succeeded(name);
  deepEqual(dials(turn, [v4, name, v6], 3), [name, v4, v6]);
  equal(turn.next([v4, v6]), v6);
});

Deno.test("AddressTurn.failed() tells when all were tried", () => {
  const turn = new AddressTurn();
  const rounds = Array.from({ length: 4 }, () => {
    turn.next([v4, v6]);
    return turn.failed();
  });
  deepEqual(rounds, [false, true, false, true]);
});
