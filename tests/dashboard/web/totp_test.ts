import { equal } from "node:assert/strict";
import { base32, totpCode, totpLink } from "../../../dashboard/mod.ts";
import { totpStep } from "../../../dashboard/web/totp.ts";

const secret = new TextEncoder().encode("12345678901234567890");

// RFC 6238, appendix B (SHA-1), the last six of eight digits.
const vectors: [number, string][] = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
];
for (const [seconds, code] of vectors) {
  Deno.test(`totpCode() at ${seconds} s is ${code}`, () => {
    equal(totpCode(secret, Math.floor(seconds / 30)), code);
    equal(
      totpStep(secret, code, seconds * 1_000, -1),
      Math.floor(seconds / 30),
    );
  });
}

const drifts: [number, boolean][] = [
  [-2, false],
  [-1, true],
  [0, true],
  [1, true],
  [2, false],
];
for (const [steps, taken] of drifts) {
  Deno.test(`totpStep() with a clock ${steps} steps off: ${taken}`, () => {
    const code = totpCode(secret, 1_000 + steps);
    equal(totpStep(secret, code, 30_000_000, -1) !== undefined, taken);
  });
}

Deno.test("totpStep() takes no code twice, nor one before the last", () => {
  const code = totpCode(secret, 1_000);
  equal(totpStep(secret, code, 30_000_000, 999), 1_000);
  equal(totpStep(secret, code, 30_000_000, 1_000), undefined);
  equal(totpStep(secret, code, 30_000_000, 1_001), undefined);
});

// RFC 4648, §10.
const spelled: [string, string][] = [
  ["", ""],
  ["f", "MY"],
  ["fo", "MZXQ"],
  ["foo", "MZXW6"],
  ["foob", "MZXW6YQ"],
  ["fooba", "MZXW6YTB"],
  ["foobar", "MZXW6YTBOI"],
];
for (const [text, expected] of spelled) {
  Deno.test(`base32() spells "${text}"`, () => {
    equal(base32(new TextEncoder().encode(text)), expected);
  });
}

Deno.test("totpLink() is read by apps as it was meant", () => {
  const url = new URL(totpLink(secret, "anna", "till 1&secret=x"));
  equal(url.protocol, "otpauth:");
  equal(url.searchParams.get("secret"), base32(secret));
  equal(url.searchParams.get("issuer"), "StealthMesh till 1&secret=x");
});
