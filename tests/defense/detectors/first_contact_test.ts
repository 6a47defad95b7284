import { deepEqual, equal } from "node:assert/strict";
import {
  contactsMax,
  FirstContacts,
} from "../../../defense/detectors/first_contact.ts";

Deno.test("FirstContacts.meet() knows what it has met", () => {
  const met = new FirstContacts();
  const things = [["a", 1], ["a", 1], ["a", 2], ["a1", ""], ["b", 1], ["a", 1]];
  deepEqual(things.map((thing) => met.meet(thing)), [
    true,
    false,
    true,
    true,
    true,
    false,
  ]);
  met.clear();
  equal(met.meet(["a", 1]), true);
});

Deno.test("FirstContacts.meet() forgets the oldest when it is full", () => {
  const met = new FirstContacts();
  for (let port = 0; port <= contactsMax; port++) met.meet([port]);
  equal(met.meet([1]), false);
  equal(met.meet([0]), true);
});
