import { deepEqual, equal, throws } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import { AccountLedger } from "../../../defense/detectors/account_ledger.ts";
import {
  networkKeyOf,
  networkOf,
} from "../../../defense/detectors/address_network.ts";
import { DistinctWindow } from "../../../defense/detectors/distinct_window.ts";
import { hashOf } from "../../../defense/detectors/first_contact.ts";
import { predicateOf } from "../../../defense/detectors/predicate.ts";
import { Records } from "../../../defense/detectors/records.ts";
import { Sequence } from "../../../defense/detectors/sequence.ts";
import type { Observation } from "../../../defense/observation.ts";

Deno.test("networkOf() is /24 and /64", () => {
  equal(networkOf(parseAddress("192.0.2.77")), "192.0.2.0/24");
  equal(networkOf(parseAddress("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::/64");
  equal(networkOf(parseAddress("::1")), "::/64");
});

Deno.test("networkKeyOf() is the same for addresses of one network only", () => {
  const keys = [
    "192.0.2.77",
    "192.0.2.255",
    "192.0.3.77",
    "0.0.0.1",
    "255.255.255.255",
    "2001:db8:1:2:3:4:5:6",
    "2001:db8:1:2::",
    "2001:db8:1:3::",
  ].map((text) => networkKeyOf(parseAddress(text)));
  deepEqual(keys.map((key) => keys.indexOf(key)), [0, 0, 2, 3, 4, 5, 5, 7]);
});

Deno.test("DistinctWindow.take() counts different things within the time", () => {
  const records = new Records();
  const window = new DistinctWindow(3, 10_000, records);
  records.create();
  const seen = (thing: string, atMs: number) =>
    window.take(hashOf([thing]), atMs);
  equal(seen("a", 0), false);
  equal(seen("a", 5_000), false);
  equal(seen("b", 6_000), false);
  equal(seen("c", 15_500), false, "a has left the window");
  equal(seen("d", 16_000), true);
  window.clear();
  equal(window.size, 0);
  throws(() => new DistinctWindow(65, 1, new Records()), RangeError);
});

function login(
  kind: "auth_failure" | "auth_success",
  atMs: number,
): Observation {
  const source = parseAddress("192.0.2.1");
  return { kind, atMs, service: "sshd", source, user: "ada" };
}

Deno.test("Sequence.take() follows the steps in order and in time", () => {
  const steps = [
    { fits: predicateOf({ kind: ["auth_failure"] }), count: 2 },
    { fits: predicateOf({ kind: ["auth_success"] }), count: 1 },
  ];
  const records = new Records();
  const sequence = new Sequence(steps, 10_000, records);
  records.create();
  const marks = (
    [
      ["auth_success", 0],
      ["auth_failure", 1],
      ["auth_success", 2],
      [
        "auth_failure",
        3,
      ],
      ["auth_failure", 4],
      ["auth_success", 5],
      ["auth_failure", 6],
      [
        "auth_failure",
        7,
      ],
      ["auth_success", 11_000],
    ] as const
  ).map(([kind, atMs]) => {
    const place = sequence.take(login(kind, atMs));
    if (place === undefined) return "-";
    return place.last ? "last" : place.first ? "first" : "next";
  });
  deepEqual(marks, [
    "-",
    "first",
    "-",
    "next",
    "-",
    "last",
    "first",
    "next",
    "-",
  ]);
});

Deno.test("AccountLedger.settle() gives back what has not faded", () => {
  const records = new Records();
  const ledger = new AccountLedger(1_000, records);
  records.create();
  ledger.add(1, 2, 0);
  ledger.add(1, 1, 1_000);
  ledger.add(2, 5, 1_000);
  deepEqual(ledger.settle(1, 2_000), { nats: 1, count: 2 });
  equal(ledger.settle(1, 2_000), undefined);
  deepEqual(ledger.settle(2, 1_000), { nats: 5, count: 1 });
});
