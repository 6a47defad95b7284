import { deepEqual, equal, ok, throws } from "node:assert/strict";
import {
  bodySizes,
  decodeAnswered,
  decodeBody,
  encodeAnswered,
  encodeBody,
  type SealedBody,
} from "../../../mesh/wire/sealed_body.ts";

const body: SealedBody = {
  kind: "tell",
  hopsGiven: 7,
  incarnation: 0xffff_ffff,
  number: 3,
  sentMs: 1_790_000_000_123,
  payload: new Uint8Array(60).fill(1),
};

for (const length of [0, 108, 109, 360, 361, 8_000]) {
  Deno.test(`decodeBody() undoes encodeBody() with ${length} bytes`, () => {
    const whole = { ...body, payload: new Uint8Array(length).fill(2) };
    const bytes = encodeBody(whole);
    ok(bodySizes.includes(bytes.length));
    deepEqual(decodeBody(bytes), whole);
  });
}

Deno.test("encodeBody() refuses a payload that is too long", () => {
  throws(
    () => encodeBody({ ...body, payload: new Uint8Array(8_193) }),
    RangeError,
  );
});

function changed(at: number, value: number): Uint8Array {
  return encodeBody(body).map((byte, index) => index === at ? value : byte);
}
const hostile: { name: string; bytes: Uint8Array }[] = [
  { name: "nothing", bytes: new Uint8Array(0) },
  { name: "another size", bytes: encodeBody(body).slice(1) },
  { name: "an unknown kind", bytes: changed(0, 4) },
  { name: "kind 0", bytes: changed(0, 0) },
  { name: "no hops", bytes: changed(1, 0) },
  { name: "a length past the end", bytes: changed(18, 0xff) },
  { name: "padding that is not zero", bytes: changed(127, 1) },
  {
    name: "a time that is no number",
    bytes: changed(10, 0x7f).fill(0xff, 11, 18),
  },
];
for (const { name, bytes } of hostile) {
  Deno.test(`decodeBody() refuses ${name}`, () => {
    equal(decodeBody(bytes), undefined);
  });
}

Deno.test("decodeAnswered() undoes encodeAnswered(), and refuses other lengths", () => {
  const answered = { incarnation: 9, number: 0xffff_ffff, hops: 4 };
  deepEqual(decodeAnswered(encodeAnswered(answered)), answered);
  equal(decodeAnswered(new Uint8Array(8)), undefined);
  equal(decodeAnswered(new Uint8Array(10)), undefined);
});
