import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { parseAddress } from "../../../defense/address.ts";
import {
  NetworkMap,
  parseNetwork,
} from "../../../defense/containment/network.ts";

const readable: { text: string; canonical: string }[] = [
  { text: "192.0.2.7", canonical: "192.0.2.7" },
  { text: "192.0.2.7/32", canonical: "192.0.2.7" },
  { text: "192.0.2.7/24", canonical: "192.0.2.0/24" },
  { text: "10.0.0.0/8", canonical: "10.0.0.0/8" },
  { text: "192.0.2.7/0", canonical: "0.0.0.0/0" },
  { text: "2001:DB8::0:1", canonical: "2001:db8::1" },
  { text: "2001:db8::1/32", canonical: "2001:db8::/32" },
  { text: "fe80::1%eth0", canonical: "fe80::1" },
  { text: "::ffff:10.1.2.3", canonical: "10.1.2.3" },
  { text: "::ffff:10.1.2.3/104", canonical: "10.0.0.0/8" },
  { text: "::/0", canonical: "::/0" },
];

for (const { text, canonical } of readable) {
  Deno.test(`parseNetwork() reads ${text}`, () => {
    equal(parseNetwork(text).text, canonical);
    equal(parseNetwork(canonical).text, canonical);
  });
}

const unreadable = [
  "",
  "/",
  "/8",
  "10.0.0.0/",
  "10.0.0.0/33",
  "10.0.0.0/-1",
  "10.0.0.0/08",
  "10.0.0.0/8/8",
  "10.0.0.0/255.0.0.0",
  "10.0.0/8",
  "010.0.0.1",
  "::1/129",
  "::ffff:10.0.0.0/95",
  "gateway",
  "10.0.0.1 ",
  "10.0.0.1, 10.0.0.2",
  "10.0.0.1 }; flush ruleset; #",
];

for (const text of unreadable) {
  Deno.test(`parseNetwork() rejects ${JSON.stringify(text)}`, () => {
    throws(() => parseNetwork(text), SyntaxError);
  });
}

Deno.test("NetworkMap.match() finds the network that contains an address", () => {
  const map = new NetworkMap<string>();
  equal(map.add(parseNetwork("10.0.0.0/8"), "ten"), true);
  equal(map.add(parseNetwork("10.9.0.0/8"), "again"), false);
  map.add(parseNetwork("2001:db8::/33"), "doc");
  map.add(parseNetwork("192.0.2.7"), "one");
  const found = ["10.255.0.1", "11.0.0.0", "192.0.2.7", "192.0.2.6"]
    .concat("2001:db8:7fff::1", "2001:db8:8000::", "::a00:1")
    .map((text) => map.match(parseAddress(text)));
  deepEqual(found, [
    ...["ten", undefined, "one", undefined],
    ...["doc", undefined, undefined],
  ]);
});

Deno.test("NetworkMap.match() agrees with ipaddr.js on every network", () => {
  fc.assert(fc.property(
    fc.oneof(fc.ipV4(), fc.ipV6()),
    fc.oneof(fc.ipV4(), fc.ipV6()),
    fc.nat(128),
    (network, candidate, bits) => {
      const from = parseAddress(network);
      const address = parseAddress(candidate);
      const prefix = from.includes(":") ? bits : bits % 33;
      const map = new NetworkMap<true>();
      map.add(parseNetwork(`${from}/${prefix}`), true);
      const [a, b] = [ipaddr.parse(address), ipaddr.parse(from)];
      const expected = a.kind() === b.kind() &&
        (a as ipaddr.IPv4).match(b as ipaddr.IPv4, prefix);
      equal(map.match(address) ?? false, expected);
      equal(map.match(from), true);
    },
  ));
});
