import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { type Address, parseAddress } from "../../defense/address.ts";
import { AddressSlots, noSlot } from "../../defense/address_slots.ts";

const [a, b, c] = ["192.0.2.1", "192.0.2.2", "2001:db8::1"]
  .map(parseAddress) as [Address, Address, Address];

Deno.test("AddressSlots.oldest was not used for longest", () => {
  const slots = new AddressSlots(3);
  const of = { a: slots.add(a), b: slots.add(b), c: slots.add(c) };
  equal(slots.oldest, of.a);
  slots.use(of.a);
  slots.find(b);
  equal(slots.oldest, of.b, "to be looked for is no use");
  slots.drop(of.b);
  equal(slots.find(b), noSlot);
  equal(slots.oldest, of.c);
  equal(slots.size, 2);
});

Deno.test("AddressSlots.add() throws when there is no room", () => {
  const slots = new AddressSlots(1);
  slots.add(a);
  throws(() => slots.add(b), RangeError);
  slots.drop(slots.oldest);
  equal(slots.find(b), noSlot);
  equal(slots.add(b), 0);
  throws(() => new AddressSlots(0), RangeError);
  throws(() => new AddressSlots(NaN), RangeError);
});

Deno.test("AddressSlots.word() keeps words of a slot until it is given up", () => {
  const slots = new AddressSlots(2, 2);
  const slot = slots.add(a);
  slots.setWord(slot, 1, 7);
  deepEqual([slots.word(slot, 0), slots.word(slot, 1)], [0, 7]);
  slots.drop(slot);
  equal(slots.word(slots.add(b), 1), 0);
});

Deno.test("AddressSlots tells addresses apart that meet in one bucket", () => {
  // Four billion tags in 16 buckets at first: any hundred crowd some of them.
  const size = 20_000;
  const slots = new AddressSlots(size);
  const addresses = Array.from(
    { length: size },
    (_, at) =>
      parseAddress(
        at % 3 === 0
          ? `2001:db8::${at.toString(16)}`
          : `10.0.${at >> 8}.${at & 255}`,
      ),
  );
  const taken = addresses.map((address) => slots.add(address));
  equal(new Set(taken).size, size);
  deepEqual(addresses.map((address) => slots.find(address)), taken);
});

Deno.test("AddressSlots finds all of those made up to share a bucket", () => {
  // As in `#bucketOf`: an attacker knows it, and picks his addresses by it.
  const bucketOf = (tag: number) => {
    const hash = Math.imul(tag ^ tag >>> 15, 0x9e3779b1);
    return (hash ^ hash >>> 15) & 1_023;
  };
  const crowd: Address[] = [];
  for (let tag = 0x0a000000; crowd.length < 500; tag++) {
    if (bucketOf(tag) !== 5) continue;
    crowd.push(
      parseAddress([24, 16, 8, 0].map((bits) => tag >>> bits & 255).join(".")),
    );
  }
  const slots = new AddressSlots(1_000);
  const taken = crowd.map((address) => slots.add(address));
  deepEqual(crowd.map((address) => slots.find(address)), taken);
  for (const slot of taken) slots.drop(slot);
  deepEqual(
    crowd.map((address) => slots.find(address)),
    crowd.map(() => noSlot),
  );
});

Deno.test("AddressSlots agrees with a list that is kept in order", () => {
  const command = fc.tuple(
    fc.constantFrom("add", "use", "drop"),
    fc.nat(200),
  );
  fc.assert(fc.property(fc.array(command, { maxLength: 600 }), (commands) => {
    const sizeMax = 100;
    const slots = new AddressSlots(sizeMax);
    let model: Address[] = [];
    for (const [what, number] of commands) {
      const address = parseAddress(
        number % 5 === 0 ? `2001:db8::${number}` : `192.0.2.${number}`,
      );
      const slot = slots.find(address);
      equal(slot !== noSlot, model.includes(address));
      const rest = model.filter((other) => other !== address);
      if (slot === noSlot) {
        if (what !== "add") continue;
        if (slots.isFull) slots.drop(slots.oldest);
        slots.add(address);
        model = [...rest, address].slice(-sizeMax);
      } else if (what === "drop") {
        slots.drop(slot);
        model = rest;
      } else {
        slots.use(slot);
        model = [...rest, address];
      }
      equal(slots.size, model.length);
      const [oldest] = model;
      equal(
        slots.oldest,
        oldest === undefined ? noSlot : slots.find(oldest),
      );
    }
  }));
});
