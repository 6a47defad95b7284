import { deepEqual, equal } from "node:assert/strict";
import {
  readAddresses,
  readCertificate,
  readName,
} from "../../mesh/peer_text.ts";

const names: { name: string; text: unknown; taken: boolean }[] = [
  { name: "a host name", text: "till-2", taken: true },
  {
    name: "a name with umlauts and spaces",
    text: "Büro 2. Stock",
    taken: true,
  },
  { name: "63 bytes", text: "x".repeat(63), taken: true },
  { name: "64 bytes", text: "x".repeat(64), taken: false },
  { name: "22 three-byte characters", text: "店".repeat(22), taken: false },
  { name: "nothing", text: "", taken: false },
  { name: "a space at the end", text: "till ", taken: false },
  { name: "a line break", text: "till\n2", taken: false },
  { name: "a terminal escape", text: "\x1b[2J", taken: false },
  { name: "a C1 control", text: "a\x9bb", taken: false },
  { name: "right-to-left override", text: "a\u202eb", taken: false },
  { name: "a bidi isolate", text: "a\u2066b", taken: false },
  { name: "a zero-width space", text: "a\u200bb", taken: false },
  { name: "a line separator", text: "a\u2028b", taken: false },
  { name: "a private-use character", text: "a\ue000b", taken: false },
  { name: "a lone surrogate", text: "a\ud800b", taken: false },
  { name: "bytes", text: new Uint8Array(3), taken: false },
  { name: "no field at all", text: undefined, taken: false },
];
for (const { name, text, taken } of names) {
  Deno.test(`readName() ${taken ? "takes" : "refuses"} ${name}`, () => {
    equal(readName(text as string), taken ? text : undefined);
  });
}

const addresses: { address: unknown; taken: boolean }[] = [
  { address: "192.0.2.1:443", taken: true },
  { address: "[2001:db8::1]:443", taken: true },
  { address: "[::ffff:192.0.2.1]:1", taken: true },
  { address: "gate.example.org:65535", taken: true },
  { address: "gate.example.org", taken: false },
  { address: "gate.example.org:", taken: false },
  { address: "gate.example.org:65536", taken: false },
  { address: "gate.example.org:0", taken: false },
  { address: "gate.example.org:0443", taken: false },
  { address: "2001:db8::1:443", taken: false },
  { address: "http://gate:443", taken: false },
  { address: "user@gate:443", taken: false },
  { address: "gate:443/path", taken: false },
  { address: "-gate:443", taken: false },
  { address: `${"x".repeat(260)}:443`, taken: false },
  { address: 443, taken: false },
];
for (const { address, taken } of addresses) {
  const shown = String(address).slice(0, 30);
  Deno.test(`readAddresses() ${taken ? "takes" : "refuses"} ${shown}`, () => {
    const list = ["10.0.0.1:443", address as string];
    deepEqual(readAddresses(list), taken ? list : undefined);
  });
}

Deno.test("readAddresses() takes up to eight", () => {
  const nine = Array.from({ length: 9 }, (_, at) => `10.0.0.${at}:443`);
  equal(readAddresses(nine), undefined);
  equal(readAddresses(nine.slice(1))?.length, 8);
  deepEqual(readAddresses([]), []);
});

Deno.test("readCertificate() takes up to 2,048 bytes", () => {
  equal(readCertificate(new Uint8Array(2_048))?.length, 2_048);
  equal(readCertificate(new Uint8Array(2_049)), undefined);
  equal(readCertificate("DER"), undefined);
});
