import { deepEqual, equal } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { tokenHeaders, tokenOf } from "../../../mesh/host/upgrade.ts";

const none = new Uint8Array(32);

Deno.test("tokenOf() reads what tokenHeaders() wrote", () => {
  fc.assert(fc.property(
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    (token) => {
      deepEqual(tokenOf(new Headers(tokenHeaders(token))), token);
    },
  ));
});

Deno.test("tokenOf() reads any 43 characters as the runtime does", () => {
  const alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  fc.assert(fc.property(
    fc.array(fc.constantFrom(...alphabet), { minLength: 43, maxLength: 43 })
      .map((characters) => characters.join("")),
    (text) => {
      const token = tokenOf(new Headers({ cookie: `session=${text}` }));
      const { length } = token;
      equal(length, 32);
      deepEqual(
        token,
        Uint8Array.from(Buffer.from(text, "base64url").subarray(0, length)),
      );
    },
  ));
});

const good = "Zm9v".repeat(10) + "Zm8";
for (
  const { cookie, found } of [
    { cookie: `session=${good}`, found: true },
    { cookie: `theme=dark; session=${good}; lang=de`, found: true },
    { cookie: "", found: false },
    { cookie: `session=${good}x`, found: false },
    { cookie: `session=${good.slice(1)}`, found: false },
    { cookie: `mysession=${good}`, found: false },
    { cookie: `session=${good.slice(1)}é`, found: false },
    { cookie: `session=${good.slice(1)}=`, found: false },
  ]
) {
  Deno.test(`tokenOf() finds ${found ? "a" : "no"} token in "${cookie}"`, () => {
    const token = tokenOf(new Headers({ cookie }));
    equal(token.length, 32);
    equal(token.toHex() !== none.toHex(), found);
  });
}
