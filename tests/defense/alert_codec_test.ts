import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../defense/address.ts";
import {
  type AgentMessage,
  claimOf,
  decodeMessage,
  encodeMessage,
  meansTheSameEverywhere,
} from "../../defense/alert_codec.ts";
import { type CborValue, encodeCbor } from "../../mesh/mod.ts";
import { alertOf, dawnMs, villain } from "./agent_scene.ts";

const v4 = Uint8Array.of(203, 0, 113, 7);
const good: CborValue[] = [
  1,
  0,
  v4,
  dawnMs,
  "T1046",
  "port-scan",
  1,
  115,
  7,
];
const put = (at: number, value: CborValue) =>
  good.map((field, index) => index === at ? value : field);

Deno.test("encodeMessage() keeps a usual claim within 90 bytes", () => {
  for (const address of ["203.0.113.7", "2001:db8:1:2:3:4:5:6"]) {
    const subject = parseAddress(address);
    const claim = claimOf(alertOf(subject, "E1", dawnMs));
    const bytes = encodeMessage(claim);
    ok(bytes.length <= 90, `${address}: ${bytes.length} bytes`);
    deepEqual(decodeMessage(bytes), claim);
  }
});

Deno.test("encodeMessage() keeps a trace within 32 bytes", () => {
  const subject = parseAddress("2001:db8:1:2:3:4:5:6");
  for (
    const trace of [
      { kind: "refusals", subject, atMs: dawnMs * 5, nats: 500 },
      { kind: "way", subject, atMs: dawnMs * 5, service: "winrm" },
    ] as const
  ) ok(encodeMessage(trace).length <= 32);
});

const rows: { name: string; fields: CborValue; read: string }[] = [
  { name: "a good claim", fields: good, read: "claim" },
  { name: "withdraw", fields: [1, 1, v4, dawnMs], read: "withdraw" },
  {
    name: "release of all",
    fields: [1, 2, null, dawnMs, null],
    read: "release",
  },
  {
    name: "signed release",
    fields: [1, 2, v4, dawnMs, new Uint8Array(64)],
    read: "release",
  },
  {
    name: "a tally",
    fields: [1, 3, "password-spraying", dawnMs, new Uint8Array(132)],
    read: "tally",
  },
  {
    name: "a drill",
    fields: [1, 16, v4, dawnMs, new Uint8Array(8)],
    read: "drill",
  },
  {
    name: "a drill without a name",
    fields: [1, 16, v4, dawnMs, new Uint8Array(7)],
    read: "undefined",
  },
  {
    name: "a tally of another length",
    fields: [1, 3, "password-spraying", dawnMs, new Uint8Array(131)],
    read: "undefined",
  },
  {
    name: "a tally by another name",
    fields: [1, 3, "Spraying!", dawnMs, new Uint8Array(132)],
    read: "undefined",
  },
  { name: "refusals", fields: [1, 5, v4, dawnMs, 1_000], read: "refusals" },
  {
    name: "refusals beyond bounds",
    fields: [1, 5, v4, dawnMs, 1_001],
    read: "undefined",
  },
  {
    name: "refusals below nothing",
    fields: [1, 5, v4, dawnMs, -1],
    read: "undefined",
  },
  {
    name: "refusals of nobody",
    fields: [1, 5, null, dawnMs, 10],
    read: "undefined",
  },
  { name: "a way", fields: [1, 6, v4, dawnMs, 3], read: "way" },
  {
    name: "a way by another service",
    fields: [1, 6, v4, dawnMs, 4],
    read: "undefined",
  },
  {
    name: "a way by text",
    fields: [1, 6, v4, dawnMs, "ssh"],
    read: "undefined",
  },
  {
    name: "a way with a field too many",
    fields: [1, 6, v4, dawnMs, 0, 0],
    read: "undefined",
  },
  { name: "a kind to come", fields: [1, 9, "?"], read: "unknown" },
  { name: "a version to come", fields: [2, 0], read: "unknown" },
  { name: "no array", fields: "claim", read: "undefined" },
  { name: "an empty array", fields: [], read: "undefined" },
  { name: "a negative kind", fields: [1, -1], read: "undefined" },
  { name: "version 0", fields: put(0, 0), read: "undefined" },
  { name: "a field too many", fields: [...good, 1], read: "undefined" },
  { name: "a field too few", fields: good.slice(0, -1), read: "undefined" },
  {
    name: "5 address bytes",
    fields: put(2, new Uint8Array(5)),
    read: "undefined",
  },
  {
    name: "an address as text",
    fields: put(2, "192.0.2.1"),
    read: "undefined",
  },
  {
    name: "IPv4 within IPv6",
    fields: put(
      2,
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...v4),
    ),
    read: "undefined",
  },
  {
    name: "loopback",
    fields: put(2, Uint8Array.of(127, 0, 0, 1)),
    read: "undefined",
  },
  { name: "0.0.0.0", fields: put(2, new Uint8Array(4)), read: "undefined" },
  {
    name: "multicast",
    fields: put(2, Uint8Array.of(224, 0, 0, 1)),
    read: "undefined",
  },
  { name: "time 0", fields: put(3, 0), read: "undefined" },
  { name: "no time", fields: put(3, null), read: "undefined" },
  { name: "time beyond dates", fields: put(3, 8.64e15 + 1), read: "undefined" },
  { name: "a technique of markup", fields: put(4, "<b>"), read: "undefined" },
  {
    name: "a scenario of markup",
    fields: put(5, "<script>"),
    read: "undefined",
  },
  {
    name: "a scenario of 33",
    fields: put(5, "a".repeat(33)),
    read: "undefined",
  },
  { name: "a line break", fields: put(5, "a\nb"), read: "undefined" },
  { name: "evidence class 3", fields: put(6, 3), read: "undefined" },
  { name: "a score beyond bounds", fields: put(7, 100_001), read: "undefined" },
  { name: "negative observations", fields: put(8, -1), read: "undefined" },
  {
    name: "a short signature",
    fields: [1, 2, v4, dawnMs, new Uint8Array(63)],
    read: "undefined",
  },
  {
    name: "a withdrawal of all",
    fields: [1, 1, null, dawnMs],
    read: "undefined",
  },
];

for (const { name, fields, read } of rows) {
  Deno.test(`decodeMessage() reads ${name} as ${read}`, () => {
    equal(decodeMessage(encodeCbor(fields))?.kind ?? "undefined", read);
  });
}

Deno.test("claimOf() brings an operator's scenario within the wire's bounds", () => {
  const odd = {
    ...alertOf(villain, "E1", dawnMs + 0.4),
    technique: "none",
    scenario: "../Über <b>scan</b> with a very long name indeed",
    score: Infinity,
    observations: NaN,
  };
  const claim = claimOf(odd);
  deepEqual(decodeMessage(encodeMessage(claim)), claim);
  equal(claim.technique, "T0000");
  equal(claim.scenario.length, 32);
});

Deno.test("decodeMessage() undoes encodeMessage()", () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6()).map((text) =>
    parseAddress(text)
  ).filter(meansTheSameEverywhere);
  const atMs = fc.integer({ min: dawnMs, max: dawnMs + 1e12 });
  const message: fc.Arbitrary<AgentMessage> = fc.oneof(
    fc.record({
      kind: fc.constant("claim" as const),
      subject: address,
      atMs,
      technique: fc.constantFrom("T1046", "T1110.001"),
      scenario: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,31}$/),
      evidence: fc.constantFrom("E0" as const, "E1" as const, "E2" as const),
      score: fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 10 + 0),
      observations: fc.nat(1_000_000_000),
    }),
    fc.record({
      kind: fc.constant("withdraw" as const),
      subject: address,
      atMs,
    }),
    fc.record({
      kind: fc.constant("release" as const),
      subject: fc.oneof(fc.constant("all" as const), address),
      atMs,
    }),
    fc.record({
      kind: fc.constant("refusals" as const),
      subject: address,
      atMs,
      nats: fc.nat(1_000).map((n) => n / 10),
    }),
    fc.record({
      kind: fc.constant("way" as const),
      subject: address,
      atMs,
      service: fc.constantFrom("ssh", "smb", "rdp", "winrm"),
    }),
  );
  fc.assert(
    fc.property(message, (each) => {
      deepEqual(decodeMessage(encodeMessage(each)), each);
    }),
    { numRuns: 200 },
  );
});
