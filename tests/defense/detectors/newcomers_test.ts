import { deepEqual, equal } from "node:assert/strict";
import { type Address, parseAddress } from "../../../defense/address.ts";
import {
  type Newcomer,
  Newcomers,
  newcomersMax,
} from "../../../defense/detectors/newcomers.ts";
import { Records } from "../../../defense/detectors/records.ts";

const one = parseAddress("192.0.2.1");
const other = parseAddress("192.0.2.2");
const nth = (index: number): Address =>
  parseAddress(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);

function site(): { records: Records; newcomers: Newcomers } {
  const records = new Records();
  const newcomers = new Newcomers(records, records.reserve());
  records.create();
  return { records, newcomers };
}

Deno.test("Newcomers.takeDue() hands out each after the wait, in order", () => {
  const { records, newcomers } = site();
  const wait = { waitMs: 10, next: 0 };
  newcomers.add(one, "sshd", 0);
  records.create();
  newcomers.add(other, "sshd", 5);
  const due = (atMs: number) => newcomers.takeDue(wait, atMs)?.source;
  deepEqual([due(9), due(10), due(10), due(15), due(99)], [
    undefined,
    one,
    undefined,
    other,
    undefined,
  ]);
});

Deno.test("Newcomers.find() knows one whose record is another's now", () => {
  const { records, newcomers } = site();
  const first = newcomers.add(one, "sshd", 0);
  equal(newcomers.find(one), first);
  equal(newcomers.findApart(one), undefined, "its record leads to it");
  newcomers.leave();
  records.free(records.handle);
  records.create();
  const second = newcomers.add(other, "sshd", 0);
  equal(newcomers.find(other), second);
  equal(newcomers.find(one), first);
});

Deno.test("Newcomers.find() tells sources apart that share a record", () => {
  const { newcomers } = site();
  const first = newcomers.add(one, "sshd", 0);
  const second = newcomers.add(other, "sshd", 0);
  equal(newcomers.find(one), first);
  equal(newcomers.find(other), second);
});

Deno.test("Newcomers forgets who came first, by record and by address", () => {
  const { records, newcomers } = site();
  const wait = { waitMs: 0, next: 0 };
  const first = records.handle;
  newcomers.add(nth(0), "sshd", 0);
  newcomers.add(nth(1), "sshd", 0);
  let last: Newcomer | undefined;
  for (let index = 2; index < newcomersMax + 2; index++) {
    records.create();
    last = newcomers.add(nth(index), "sshd", 0);
  }
  equal(newcomers.find(nth(newcomersMax + 1)), last);
  records.open(first);
  equal(newcomers.find(nth(0)), undefined);
  equal(newcomers.findApart(nth(1)), undefined);
  equal(newcomers.takeDue(wait, 0)?.source, nth(2), "they go unseen");
});
