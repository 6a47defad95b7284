import { deepEqual } from "node:assert/strict";
import own from "./own.json" with { type: "json" };
import { type NoiseVector, parseVector } from "./vector_file.ts";
import { runVector } from "./vector_run.ts";

const vectors = own.vectors.map(parseVector);
const [member] = vectors as [NoiseVector];
const fallback = vectors.find((vector) => vector.fallbackPattern) ?? member;

for (const vector of vectors) {
  Deno.test(`runVector() passes our own ${vector.protocolName}`, () => {
    deepEqual(runVector(vector), { type: "passed" });
  });
}

/** A vector with one message's field changed. */
function changed(
  vector: NoiseVector,
  at: number,
  change: Partial<NoiseVector["messages"][number]>,
): NoiseVector {
  return {
    ...vector,
    messages: vector.messages.map((message, index) =>
      index === at ? { ...message, ...change } : message
    ),
  };
}

function flipped(bytes: Uint8Array | undefined, at = 0): Uint8Array {
  return (bytes ?? new Uint8Array(1)).map((b, i) => i === at ? b ^ 1 : b);
}

const first = member.messages[0];
const wrong: { name: string; vector: NoiseVector; reason: RegExp }[] = [
  {
    name: "a handshake ciphertext",
    vector: changed(member, 1, {
      ciphertext: flipped(member.messages[1]?.ciphertext, 40),
    }),
    reason: /^message 1: ciphertext differs at byte 40$/,
  },
  {
    name: "a transport ciphertext",
    vector: changed(member, 3, {
      ciphertext: flipped(member.messages[3]?.ciphertext),
    }),
    reason: /^message 3: ciphertext differs at byte 0$/,
  },
  {
    name: "a payload",
    vector: changed(member, 0, { payload: new Uint8Array(0) }),
    reason: /^message 0: ciphertext differs at byte \d+ \(\d+ bytes, expected/,
  },
  {
    name: "the handshake hash",
    vector: { ...member, handshakeHash: flipped(member.handshakeHash) },
    reason: /^message 1: handshake hash of init differs at byte 0$/,
  },
  {
    name: "a psk",
    vector: {
      ...member,
      resp: { ...member.resp, psks: [new Uint8Array(32)] },
    },
    reason: /^message 1: ciphertext differs/,
  },
  {
    name: "an end before the handshake's",
    vector: { ...member, messages: first ? [first] : [] },
    reason: /not complete after the last message$/,
  },
  {
    name: "fail, though all is well",
    vector: { ...member, fail: true },
    reason: /read although it must fail$/,
  },
  {
    name: "fallback, though all is well",
    vector: { ...member, fallbackPattern: "XXfallback" },
    reason: /read although it must fall back$/,
  },
  {
    name: "a key of the wrong length",
    vector: { ...member, init: { ...member.init, static: new Uint8Array(31) } },
    reason: /expected 32 bytes, got 31/,
  },
];

for (const { name, vector, reason } of wrong) {
  Deno.test(`runVector() fails on ${name}`, () => {
    const outcome = runVector(vector);
    deepEqual(outcome.type, "failed");
    deepEqual(reason.test("reason" in outcome ? outcome.reason : ""), true);
  });
}

const { ephemeral: _, ...withoutEphemeral } = member.init;
const { static: __, ...withoutStatic } = member.init;
const skipped: { name: string; vector: NoiseVector; reason: RegExp }[] = [
  {
    name: "an older name",
    vector: { ...member, protocolName: "NoisePSK_NN_25519_AESGCM_SHA256" },
    reason: /prefix "NoisePSK" is not "Noise"/,
  },
  {
    name: "a hybrid",
    vector: {
      ...member,
      protocolName: "Noise_XXhfs_25519+Kyber1024_ChaChaPoly_SHA256",
    },
    reason: /unknown KEM "Kyber1024"/,
  },
  {
    name: "an unknown fallback",
    vector: { ...fallback, fallbackPattern: "XXfallback+hfs" },
    reason: /modifier "hfs" needs/,
  },
  {
    name: "no ephemeral",
    vector: { ...member, init: withoutEphemeral },
    reason: /^no init_ephemeral$/,
  },
  {
    name: "no static",
    vector: { ...member, init: withoutStatic },
    reason: /s is missing/,
  },
  {
    name: "no psk",
    vector: { ...member, resp: { ...member.resp, psks: [] } },
    reason: /^0 resp_psks for 1 psk tokens$/,
  },
];

for (const { name, vector, reason } of skipped) {
  Deno.test(`runVector() skips ${name}`, () => {
    const outcome = runVector(vector);
    deepEqual(outcome.type, "skipped");
    deepEqual(reason.test("reason" in outcome ? outcome.reason : ""), true);
  });
}

Deno.test("runVector() passes where the last message fails as it must", () => {
  const last = member.messages.length - 1;
  const ciphertext = flipped(member.messages[last]?.ciphertext);
  const vector = { ...changed(member, last, { ciphertext }), fail: true };
  deepEqual(runVector(vector), { type: "passed" });
});

Deno.test("runVector() plays a fallback pattern from its start, either way", () => {
  // What follows the failed message is an XXfallback of its own, begun by the
  // one called responder; and some files call that one the initiator.
  const { fallbackPattern: _, ...rest } = fallback;
  const alone: NoiseVector = {
    ...rest,
    protocolName: fallback.protocolName.replace("IK", "XXfallback"),
    messages: fallback.messages.slice(1),
  };
  deepEqual(runVector(alone), { type: "passed" });
  const swapped = { ...alone, init: alone.resp, resp: alone.init };
  deepEqual(runVector(swapped), { type: "passed" });
});
