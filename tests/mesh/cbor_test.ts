import { deepEqual, equal, throws } from "node:assert/strict";
import { hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import {
  asArray,
  asBytes,
  asUnsigned,
  type CborValue,
  decodeCbor,
  encodeCbor,
} from "../../mesh/cbor.ts";

/** RFC 8949, appendix A, as far as the mesh uses CBOR. */
const examples: [CborValue, string][] = [
  [0, "00"],
  [23, "17"],
  [24, "1818"],
  [1000, "1903e8"],
  [1_000_000_000_000, "1b000000e8d4a51000"],
  [-1, "20"],
  [-1000, "3903e7"],
  [false, "f4"],
  [true, "f5"],
  [null, "f6"],
  [hexToBytes("01020304"), "4401020304"],
  ["", "60"],
  ["ü", "62c3bc"],
  [[], "80"],
  [[1, [2, 3], [4, 5]], "8301820203820405"],
];
for (const [value, hex] of examples) {
  Deno.test(`encodeCbor() writes ${hex}, decodeCbor() reads it`, () => {
    deepEqual(encodeCbor(value), hexToBytes(hex));
    deepEqual(decodeCbor(hexToBytes(hex)), value);
  });
}

const refused: { name: string; hex: string }[] = [
  { name: "nothing", hex: "" },
  { name: "a longer form of a number", hex: "1817" },
  { name: "a longer form of a length", hex: "580101" },
  { name: "bytes after the value", hex: "0000" },
  { name: "a cut-off array", hex: "8301" },
  { name: "a length beyond the end", hex: "5bffffffffffffffff" },
  { name: "an array length beyond the end", hex: "9bffffffffffffffff" },
  { name: "an indefinite array", hex: "9f01ff" },
  { name: "indefinite bytes", hex: "5f4101ff" },
  { name: "a map", hex: "a0" },
  { name: "a tag", hex: "c000" },
  { name: "a float", hex: "f93e00" },
  { name: "NaN", hex: "f97e00" },
  { name: "undefined", hex: "f7" },
  { name: "a number past 2^53", hex: "1b0020000000000000" },
  { name: "text that is not UTF-8", hex: "61ff" },
  { name: "seventeen arrays in each other", hex: "81".repeat(17) + "00" },
  { name: "arrays that exhaust a stack", hex: "81".repeat(16_000) + "00" },
];
for (const { name, hex } of refused) {
  Deno.test(`decodeCbor() refuses ${name}`, () => {
    equal(decodeCbor(hexToBytes(hex)), undefined);
  });
}

Deno.test("decodeCbor() refuses more bytes than it was told", () => {
  const bytes = encodeCbor(new Uint8Array(100));
  equal(decodeCbor(bytes, bytes.length - 1), undefined);
  deepEqual(decodeCbor(bytes, bytes.length), new Uint8Array(100));
});

Deno.test("encodeCbor() throws at what CBOR here cannot say", () => {
  const values = [
    1.5,
    NaN,
    -0,
    2 ** 53,
    undefined,
    {},
    new Map(),
    1n,
    "\ud800",
  ];
  for (const value of values) {
    throws(() => encodeCbor(value as CborValue), TypeError);
    throws(() => encodeCbor([value as CborValue]), TypeError);
  }
});

Deno.test("asArray(), asBytes(), asUnsigned() take their own kind only", () => {
  deepEqual(asArray([1]), [1]);
  equal(asArray("no"), undefined);
  equal(asBytes(new Uint8Array(3), 4), undefined);
  equal(asBytes("abcd", 4), undefined);
  deepEqual(asBytes(new Uint8Array(4), 4), new Uint8Array(4));
  equal(asUnsigned(0), 0);
  equal(asUnsigned(-1), undefined);
  equal(asUnsigned(true), undefined);
});

const values: fc.Arbitrary<CborValue> =
  fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.maxSafeInteger(),
      fc.string({ unit: "binary" }),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
      fc.array(tie("value"), { maxLength: 4 }),
    ),
  })).value;

Deno.test("decodeCbor() undoes encodeCbor()", () => {
  fc.assert(fc.property(values, (value) => {
    deepEqual(decodeCbor(encodeCbor(value)), value);
  }));
});
