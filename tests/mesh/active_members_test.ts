import { deepEqual, equal, notEqual } from "node:assert/strict";
import fc from "fast-check";
import { ActiveMembers } from "../../mesh/active_members.ts";
import type { Member } from "../../mesh/member.ts";
import { writeRevocation } from "../../mesh/office_entry.ts";
import {
  day,
  founding,
  join,
  keysOf,
  meshId,
  now,
  operator,
  rosterOf,
} from "./roster_cast.ts";

const memberArbitrary = fc.record({
  revoked: fc.boolean(),
  forked: fc.boolean(),
  notAfterMs: fc.integer({ min: 0, max: 20 }),
}).map((member) => member as Member);

Deno.test("ActiveMembers.of() is what looking at each member gives, however the clock goes", () => {
  fc.assert(fc.property(
    fc.array(memberArbitrary, { maxLength: 8 }),
    fc.array(fc.integer({ min: -1, max: 21 }), { maxLength: 30 }),
    (members, times) => {
      const active = new ActiveMembers();
      for (const wallMs of times) {
        deepEqual(
          active.of(members, wallMs),
          members.filter(({ revoked, forked, notAfterMs }) =>
            !revoked && !forked && wallMs <= notAfterMs
          ),
        );
      }
    },
  ));
});

Deno.test("Roster.active() hands out the same list until a member changes or expires", () => {
  const bad = keysOf("bad");
  const roster = rosterOf(
    ...founding,
    ...join(bad, "bad"),
    ...join(keysOf("short"), "short", { validMs: 10 * day }),
  );
  const atFirst = roster.active(now + day);
  equal(atFirst.length, 3);
  equal(roster.active(now + 2 * day), atFirst);
  roster.merge(join(keysOf("late"), "late"), now + 2 * day);
  const joined = roster.active(now + 2 * day);
  deepEqual(namesOf(joined), ["bad", "founder", "late", "short"]);
  equal(roster.active(now + 9 * day), joined);
  const expired = roster.active(now + 11 * day);
  notEqual(expired, joined);
  equal(expired.length, 3);
  const revocation = writeRevocation({
    meshId,
    signer: operator,
    by: "operator",
    node: bad.node,
    nowMs: now + 11 * day,
  });
  roster.merge([revocation], now + 11 * day);
  deepEqual(namesOf(roster.active(now + 11 * day)), ["founder", "late"]);
});

function namesOf(members: readonly Member[]): string[] {
  return members.map(({ name }) => name).sort();
}
