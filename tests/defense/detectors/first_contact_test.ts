import { deepEqual, equal } from "node:assert/strict";
import {
  contactsMax,
  FirstContacts,
  hashOf,
} from "../../../defense/detectors/first_contact.ts";
import { Records } from "../../../defense/detectors/records.ts";

function contacts(): FirstContacts {
  const records = new Records();
  const met = new FirstContacts(records);
  records.create();
  return met;
}

Deno.test("FirstContacts.meet() knows what it has met", () => {
  const met = contacts();
  const things = [["a", 1], ["a", 1], ["a", 2], ["a1", ""], ["b", 1], ["a", 1]];
  deepEqual(things.map((thing) => met.meet(hashOf(thing))), [
    true,
    false,
    true,
    true,
    true,
    false,
  ]);
  met.clear();
  equal(met.meet(hashOf(["a", 1])), true);
});

Deno.test("FirstContacts.meet() forgets the oldest when it is full", () => {
  const met = contacts();
  for (let port = 0; port <= contactsMax; port++) met.meet(hashOf([port]));
  equal(met.meet(hashOf([1])), false);
  equal(met.meet(hashOf([0])), true);
});
