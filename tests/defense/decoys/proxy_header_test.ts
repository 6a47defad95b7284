import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { type Address, parseAddress } from "../../../defense/address.ts";
import {
  decodeProxyHeader,
  encodeProxyHeader,
  proxyHeadBytes,
  proxyRestBytes,
} from "../../../defense/decoys/proxy_header.ts";

const port = fc.integer({ min: 0, max: 65_535 });
const ofFamily = (family: fc.Arbitrary<string>) =>
  fc.record({
    source: family.map(parseAddress),
    sourcePort: port,
    destination: family.map(parseAddress),
    port,
  });
const connection = fc.oneof(
  ofFamily(fc.ipV4()),
  // `::ffff:a.b.c.d` is read as the IPv4 address that it is.
  ofFamily(fc.ipV6().filter((text) => parseAddress(text).includes(":"))),
);

Deno.test("encodeProxyHeader() writes what HAProxy's document draws", () => {
  const octets = encodeProxyHeader({
    source: parseAddress("192.0.2.7"),
    sourcePort: 40_000,
    destination: parseAddress("10.0.0.1"),
    port: 22,
  });
  equal(
    octets.toHex(),
    "0d0a0d0a000d0a515549540a" + "2111000c" + "c0000207" + "0a000001" +
      "9c40" + "0016",
  );
});

Deno.test("encodeProxyHeader() refuses two families in one connection", () => {
  const both = { sourcePort: 1, port: 2 };
  const source = parseAddress("192.0.2.7");
  const destination = parseAddress("2001:db8::1");
  throws(
    () => encodeProxyHeader({ ...both, source, destination }),
    /expected one family/,
  );
});

Deno.test("decodeProxyHeader() undoes encodeProxyHeader()", () => {
  fc.assert(fc.property(connection, (each) => {
    const octets = encodeProxyHeader(each);
    deepEqual(decodeProxyHeader(octets), each);
    equal(
      proxyRestBytes(octets.subarray(0, proxyHeadBytes)),
      octets.length - proxyHeadBytes,
    );
  }));
});

Deno.test("decodeProxyHeader() takes nothing that encodeProxyHeader() would not write", () => {
  const valid = connection.map(encodeProxyHeader);
  const spoilt = fc.tuple(valid, fc.nat(), fc.integer({ min: 0, max: 255 }))
    .map(([octets, at, octet]) => {
      octets[at % octets.length] = octet;
      return octets;
    });
  const any = fc.oneof(fc.uint8Array({ maxLength: 64 }), spoilt);
  fc.assert(fc.property(any, (octets) => {
    const read = decodeProxyHeader(octets);
    if (read) equal(encodeProxyHeader(read).toHex(), octets.toHex());
  }));
});

const whole = encodeProxyHeader({
  source: "192.0.2.7" as Address,
  sourcePort: 1,
  destination: "10.0.0.1" as Address,
  port: 22,
});
const rows: { name: string; octets: Uint8Array }[] = [
  { name: "nothing", octets: new Uint8Array(0) },
  { name: "a header cut short", octets: whole.subarray(0, -1) },
  { name: "a header with more", octets: Uint8Array.from([...whole, 0]) },
  { name: "a health check (LOCAL)", octets: whole.with(12, 0x20) },
  { name: "datagrams", octets: whole.with(13, 0x12) },
  { name: "a length of its own", octets: whole.with(15, 13) },
];
for (const { name, octets } of rows) {
  Deno.test(`decodeProxyHeader() refuses ${name}`, () => {
    equal(decodeProxyHeader(octets), undefined);
  });
}
