import { deepEqual, throws } from "node:assert/strict";
import { listVectors, parseVector, vectorProtocol } from "./vector_file.ts";

const messages = [{ payload: "", ciphertext: "00ff" }];

const lists = [
  { text: '{"vectors":[1,2]}', count: 2 },
  { text: "[1]", count: 1 },
  { text: '\uFEFF{"vectors":[]}', count: 0 },
];

for (const { text, count } of lists) {
  Deno.test(`listVectors() reads ${JSON.stringify(text)}`, () => {
    deepEqual(listVectors(text).length, count);
  });
}

for (const text of ["", "{", "null", "3", "{}", '{"vectors":{}}', "Noise"]) {
  Deno.test(`listVectors() refuses ${JSON.stringify(text)}`, () => {
    throws(() => listVectors(text), SyntaxError);
    throws(() => listVectors(text), /^SyntaxError: Cannot read vectors: /);
  });
}

const older = { pattern: "NN", dh: "25519", cipher: "AESGCM", hash: "SHA256" };
const named = [
  { json: { protocol_name: "Noise_XX_a_b_c" }, name: "Noise_XX_a_b_c" },
  { json: { name: "NoisePSK_XX_a_b_c" }, name: "NoisePSK_XX_a_b_c" },
  { json: older, name: "Noise_NN_25519_AESGCM_SHA256" },
  { json: { ...older, name: "a test" }, name: "Noise_NN_25519_AESGCM_SHA256" },
  {
    json: { ...older, init_psk: "00" },
    name: "NoisePSK_NN_25519_AESGCM_SHA256",
  },
  {
    json: { ...older, hybrid: "NewHope" },
    name: "Noise_NN_25519+NewHope_AESGCM_SHA256",
  },
  { json: { name: "a test" }, name: undefined },
  { json: { ...older, dh: 25519 }, name: undefined },
  { json: null, name: undefined },
  { json: [], name: undefined },
];

for (const { json, name } of named) {
  Deno.test(`vectorProtocol() of ${JSON.stringify(json)}`, () => {
    deepEqual(vectorProtocol(json), name);
  });
}

Deno.test("parseVector() decodes every field", () => {
  deepEqual(
    parseVector({
      protocol_name: "Noise_NNpsk0_25519_AESGCM_SHA256",
      init_prologue: "01",
      init_psks: ["02"],
      init_static: "03",
      init_ephemeral: "04",
      init_remote_static: null,
      resp_prologue: "01",
      resp_psk: "02",
      resp_remote_static: "0A",
      handshake_hash: "0b",
      fallback: true,
      fail: false,
      messages,
    }),
    {
      protocolName: "Noise_NNpsk0_25519_AESGCM_SHA256",
      init: {
        prologue: Uint8Array.of(1),
        psks: [Uint8Array.of(2)],
        static: Uint8Array.of(3),
        ephemeral: Uint8Array.of(4),
      },
      resp: {
        prologue: Uint8Array.of(1),
        psks: [Uint8Array.of(2)],
        remoteStatic: Uint8Array.of(10),
      },
      handshakeHash: Uint8Array.of(11),
      messages: [{
        payload: new Uint8Array(0),
        ciphertext: Uint8Array.of(0, 255),
      }],
      fail: false,
      fallbackPattern: "XXfallback",
    },
  );
});

const malformed: { json: unknown; reason: RegExp }[] = [
  { json: 3, reason: /not an object/ },
  { json: { ...older }, reason: /messages is not a list/ },
  { json: { ...older, messages: [] }, reason: /messages is not a list/ },
  { json: { ...older, messages: [1] }, reason: /messages\[0\]/ },
  { json: { ...older, messages: [{}] }, reason: /payload is not hexadecimal/ },
  {
    json: { ...older, messages, init_static: "0" },
    reason: /init_static is not hexadecimal/,
  },
  {
    json: { ...older, messages, resp_psks: ["xx"] },
    reason: /resp_psks\[0\] is not hexadecimal/,
  },
  { json: { ...older, messages, init_psks: "00" }, reason: /not a list/ },
  { json: { ...older, messages, fail: 1 }, reason: /fail is not true/ },
  { json: { messages }, reason: /no protocol_name/ },
];

for (const { json, reason } of malformed) {
  Deno.test(`parseVector() refuses ${JSON.stringify(json)}`, () => {
    throws(() => parseVector(json), reason);
    throws(() => parseVector(json), SyntaxError);
  });
}
