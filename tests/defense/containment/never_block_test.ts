import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../../defense/address.ts";
import {
  NeverBlock,
  protectedMax,
} from "../../../defense/containment/never_block.ts";

const rows: { address: string; reason: string | undefined }[] = [
  { address: "127.0.0.1", reason: "loopback" },
  { address: "127.9.9.9", reason: "loopback" },
  { address: "::1", reason: "loopback" },
  { address: "::ffff:127.0.0.1", reason: "loopback" },
  { address: "0.0.0.0", reason: "unspecified" },
  { address: "::", reason: "unspecified" },
  { address: "169.254.3.4", reason: "link-local" },
  { address: "fe80::1", reason: "link-local" },
  { address: "febf:ffff::1", reason: "link-local" },
  { address: "fec0::1", reason: undefined },
  { address: "224.0.0.251", reason: "multicast" },
  { address: "239.255.255.255", reason: "multicast" },
  { address: "ff02::1", reason: "multicast" },
  { address: "255.255.255.255", reason: "broadcast" },
  { address: "192.0.2.1", reason: "gateway" },
  { address: "::ffff:192.0.2.1", reason: "gateway" },
  { address: "192.0.2.2", reason: undefined },
  { address: "10.20.30.40", reason: "operator" },
  { address: "2001:db8:1::5", reason: "operator" },
  { address: "2001:db8:2::5", reason: undefined },
  { address: "::2", reason: undefined },
];

for (const { address, reason } of rows) {
  Deno.test(`NeverBlock.match() ${address}: ${reason ?? "may be contained"}`, () => {
    const list = new NeverBlock([
      { network: "192.0.2.1", reason: "gateway" },
      { network: "10.0.0.0/8", reason: "operator" },
      { network: "2001:db8:1::/48", reason: "operator" },
    ]);
    equal(list.match(parseAddress(address))?.reason, reason);
  });
}

Deno.test("NeverBlock.add() takes all entries or none", () => {
  const list = new NeverBlock();
  const before = list.entries.length;
  throws(() =>
    list.add([
      { network: "192.0.2.1", reason: "operator" },
      { network: "not a network", reason: "operator" },
    ]), SyntaxError);
  equal(list.match(parseAddress("192.0.2.1")), undefined);
  equal(list.entries.length, before);
});

Deno.test("NeverBlock.add() tells whether the list has grown", () => {
  const list = new NeverBlock();
  const entry = { network: "192.0.2.9/24", reason: "operator" };
  deepEqual([list.add([entry]), list.add([entry]), list.add([])], [
    true,
    false,
    false,
  ]);
  deepEqual(list.entries.at(-1), {
    network: "192.0.2.0/24",
    reason: "operator",
  });
});

Deno.test("NeverBlock.add() refuses to overflow rather than to leave a gap", () => {
  const list = new NeverBlock();
  const many = Array.from({ length: protectedMax }, (_, index) => ({
    network: `10.${index >> 16}.${index >> 8 & 255}.${index & 255}`,
    reason: "mesh member",
  }));
  throws(() => list.add(many), RangeError);
  const fitting = many.slice(0, protectedMax - list.entries.length);
  equal(list.add(fitting), true);
  equal(list.add(fitting), false);
  throws(() => list.add([{ network: "11.0.0.1", reason: "x" }]), RangeError);
});

Deno.test("NeverBlock.list() takes off what it put on, and nothing else", () => {
  const list = new NeverBlock([{ network: "192.0.2.1", reason: "gateway" }]);
  const reasonOf = (address: string) =>
    list.match(parseAddress(address))?.reason;
  const before = list.entries;
  const operator = (network: string) => ({ network, reason: "operator" });
  list.list([operator("192.0.2.1"), operator("198.51.100.0/24")]);
  equal(reasonOf("198.51.100.7"), "operator");
  // The same network twice is one entry, and the found one says why.
  equal(reasonOf("192.0.2.1"), "gateway");
  equal(list.entries.length, before.length + 1);
  throws(() => list.list([operator("nonsense")]), SyntaxError);
  equal(reasonOf("198.51.100.7"), "operator");
  list.list([]);
  equal(reasonOf("198.51.100.7"), undefined);
  equal(reasonOf("192.0.2.1"), "gateway");
  equal(reasonOf("127.0.0.1"), "loopback");
  deepEqual(list.entries, before);
});

Deno.test("NeverBlock.list() spares a /64 for one address in it, until it is gone", () => {
  const list = new NeverBlock();
  const prefix = parseAddress("2001:db8:7::");
  list.list([{ network: "2001:db8:7::9", reason: "operator" }]);
  equal(list.within(prefix)?.network, "2001:db8:7::9");
  equal(list.match(prefix)?.reason, "operator");
  list.list([]);
  equal(list.within(prefix), undefined);
});

Deno.test("NeverBlock.list() and add() share one bound", () => {
  const list = new NeverBlock();
  const many = Array.from(
    { length: protectedMax - list.entries.length },
    (_, index) => ({
      network: `10.${index >> 16}.${index >> 8 & 255}.${index & 255}`,
      reason: "mesh member",
    }),
  );
  list.add(many.slice(1));
  list.list([{ network: "11.0.0.1", reason: "operator" }]);
  throws(() => list.add([many[0]!]), RangeError);
  throws(() =>
    list.list([
      { network: "11.0.0.1", reason: "operator" },
      { network: "11.0.0.2", reason: "operator" },
    ]), RangeError);
  equal(list.match(parseAddress("11.0.0.1"))?.reason, "operator");
});

Deno.test("NeverBlock.list() never unprotects what was found, whatever is listed", () => {
  const found = [
    { network: "192.0.2.1", reason: "gateway" },
    { network: "192.0.2.53", reason: "DNS" },
    { network: "2001:db8::/64", reason: "own network" },
  ];
  const network = fc.oneof(
    fc.constantFrom(...found.map((each) => each.network)),
    fc.ipV4(),
    fc.tuple(fc.ipV4(), fc.nat(32)).map(([ip, bits]) => `${ip}/${bits}`),
    fc.ipV6().filter((ip) => !ip.includes(".")),
  );
  const lists = fc.array(fc.array(network, { maxLength: 5 }), { maxLength: 5 });
  fc.assert(fc.property(lists, (turns) => {
    const list = new NeverBlock(found);
    for (const turn of turns) {
      list.list(turn.map((network) => ({ network, reason: "operator" })));
      for (const address of ["192.0.2.1", "192.0.2.53", "2001:db8::7", "::1"]) {
        ok(list.match(parseAddress(address)));
      }
    }
    list.list([]);
    deepEqual(list.entries, new NeverBlock(found).entries);
  }));
});
