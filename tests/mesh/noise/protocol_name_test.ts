import { deepEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { parseProtocolName } from "../../../mesh/noise/protocol_name.ts";

Deno.test("parseProtocolName() finds every part", () => {
  const found = parseProtocolName("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s");
  deepEqual(
    [found.pattern.name, found.dh.name, found.cipher.name, found.hash.name],
    ["IKpsk2", "25519", "ChaChaPoly", "BLAKE2s"],
  );
  deepEqual(found.pattern.messages[1]?.tokens, ["e", "ee", "se", "psk"]);
  deepEqual(found.kem, undefined);
});

Deno.test("parseProtocolName() finds the KEM of a hybrid", () => {
  const found = parseProtocolName(
    "Noise_XXhfs+psk3_25519+MLKEM768_ChaChaPoly_BLAKE2s",
  );
  deepEqual([found.dh.name, found.kem?.name], ["25519", "MLKEM768"]);
});

const known = [
  "Noise_N_448_AESGCM_SHA512",
  "Noise_X1X1_25519_AESGCM_BLAKE2b",
  "Noise_NNpsk0+psk2_448_ChaChaPoly_SHA256",
  "Noise_XXfallback+psk0_25519_ChaChaPoly_BLAKE2s",
  "Noise_IKhfs+psk2_25519+MLKEM768_ChaChaPoly_BLAKE2s",
  "Noise_XXpsk3+hfs_448+MLKEM768_AESGCM_SHA512",
];

for (const name of known) {
  Deno.test(`parseProtocolName() knows ${name}`, () => {
    deepEqual(parseProtocolName(name).name, name);
  });
}

const unknown = [
  { name: "", reason: /prefix "" is not "Noise"/ },
  { name: "NoisePSK_XX_25519_AESGCM_SHA256", reason: /prefix "NoisePSK"/ },
  { name: "noise_XX_25519_AESGCM_SHA256", reason: /prefix "noise"/ },
  { name: "Noise_XX_25519_AESGCM", reason: /expected Noise_PATTERN_/ },
  { name: "Noise_XX_25519_AESGCM_SHA256_", reason: /expected Noise_PATTERN_/ },
  { name: "Noise_XX__AESGCM_SHA256", reason: /expected Noise_PATTERN_/ },
  { name: "Noise_YY_25519_AESGCM_SHA256", reason: /handshake pattern "YY"/ },
  { name: "Noise_xx_25519_AESGCM_SHA256", reason: /handshake pattern "xx"/ },
  { name: "Noise_XX_P256_AESGCM_SHA256", reason: /DH function "P256"/ },
  { name: "Noise_XX_25519_DES_SHA256", reason: /cipher function "DES"/ },
  { name: "Noise_XX_25519_AESGCM_MD5", reason: /hash function "MD5"/ },
  { name: "Noise_XXpsk4_25519_AESGCM_SHA256", reason: /needs 4 messages/ },
  { name: "Noise_XXpsk0+_25519_AESGCM_SHA256", reason: /unknown modifier ""/ },
  {
    name: "Noise_XXhfs_25519+Kyber1024_AESGCM_SHA256",
    reason: /unknown KEM "Kyber1024" \(known: MLKEM768\)/,
  },
  {
    name: "Noise_XXhfs_25519_AESGCM_SHA256",
    reason: /pattern "XXhfs" needs a KEM behind "25519\+"/,
  },
  {
    name: "Noise_XX_25519+MLKEM768_AESGCM_SHA256",
    reason: /pattern "XX" has no use for a KEM/,
  },
  {
    name: "Noise_XXhfs_25519+_AESGCM_SHA256",
    reason: /unknown KEM ""/,
  },
  {
    name: "Noise_XXhfs_25519+MLKEM768+MLKEM768_AESGCM_SHA256",
    reason: /unknown KEM "MLKEM768\+MLKEM768"/,
  },
  {
    name: "Noise_XXhfs+hfs_25519+MLKEM768_AESGCM_SHA256",
    reason: /"hfs" stands twice/,
  },
  {
    name: "Noise_XXpsk1+psk1_25519_AESGCM_SHA256",
    reason: /"psk1" stands twice/,
  },
  {
    name: "Noise_XXpsk0+fallback_25519_AESGCM_SHA256",
    reason: /would put "psk" there/,
  },
  { name: `Noise_${"X".repeat(250)}`, reason: /longer than 255 bytes/ },
];

for (const { name, reason } of unknown) {
  Deno.test(`parseProtocolName() refuses "${name.slice(0, 50)}"`, () => {
    throws(() => parseProtocolName(name), SyntaxError);
    throws(() => parseProtocolName(name), reason);
  });
}

Deno.test("parseProtocolName() throws nothing but SyntaxError", () => {
  const part = fc.constantFrom(
    "Noise",
    "XX",
    "psk0",
    "+",
    "_",
    "25519",
    "hfs",
    "MLKEM768",
    "AESGCM",
    "SHA256",
    "__proto__",
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.array(part).map((parts) => parts.join(""))),
      (name) => {
        try {
          parseProtocolName(name);
        } catch (error) {
          deepEqual(error instanceof SyntaxError, true);
        }
      },
    ),
  );
});
