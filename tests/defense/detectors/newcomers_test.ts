import { deepEqual, equal } from "node:assert/strict";
import { type Address, parseAddress } from "../../../defense/address.ts";
import {
  type Newcomer,
  Newcomers,
  newcomersMax,
} from "../../../defense/detectors/newcomers.ts";
import { noSlot } from "../../../defense/recent_slots.ts";

const one = parseAddress("192.0.2.1");
const other = parseAddress("192.0.2.2");
const nth = (index: number): Address =>
  parseAddress(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);

Deno.test("Newcomers.takeDue() hands out each after the wait, in order", () => {
  const newcomers = new Newcomers();
  const wait = { waitMs: 10, next: 0 };
  newcomers.add(one, 0, "sshd", 0);
  newcomers.add(other, 1, "sshd", 5);
  const due = (atMs: number) => newcomers.takeDue(wait, atMs)?.source;
  deepEqual([due(9), due(10), due(10), due(15), due(99)], [
    undefined,
    one,
    undefined,
    other,
    undefined,
  ]);
});

Deno.test("Newcomers.find() knows one whose slot is another's now", () => {
  const newcomers = new Newcomers();
  const first = newcomers.add(one, 7, "sshd", 0);
  equal(newcomers.find(one, 7), first);
  equal(newcomers.find(one, noSlot), undefined, "its keeper knows the slot");
  newcomers.leave(7);
  const second = newcomers.add(other, 7, "sshd", 0);
  equal(newcomers.find(other, 7), second);
  equal(newcomers.find(one, 3), first);
});

Deno.test("Newcomers.find() tells sources apart that share a slot", () => {
  const newcomers = new Newcomers();
  const first = newcomers.add(one, 0, "sshd", 0);
  const second = newcomers.add(other, 0, "sshd", 0);
  equal(newcomers.find(one, 0), first);
  equal(newcomers.find(other, 0), second);
});

Deno.test("Newcomers forgets who came first, by slot and by address", () => {
  const newcomers = new Newcomers();
  const wait = { waitMs: 0, next: 0 };
  newcomers.add(nth(0), 0, "sshd", 0);
  newcomers.add(nth(1), noSlot, "sshd", 0);
  let last: Newcomer | undefined;
  for (let index = 2; index < newcomersMax + 2; index++) {
    last = newcomers.add(nth(index), index, "sshd", 0);
  }
  equal(newcomers.find(nth(0), 0), undefined);
  equal(newcomers.find(nth(1), noSlot), undefined);
  equal(newcomers.find(nth(newcomersMax + 1), newcomersMax + 1), last);
  equal(newcomers.takeDue(wait, 0)?.source, nth(2), "they go unseen");
});
