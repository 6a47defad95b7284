import { deepEqual } from "node:assert/strict";
import { hexToBytes } from "@noble/hashes/utils.js";
import {
  type HandshakeOptions,
  HandshakeState,
} from "../../mesh/noise/handshake_state.ts";
import { parseProtocolName } from "../../mesh/noise/protocol_name.ts";
import { chaChaPoly } from "../../mesh/primitives/chacha_poly.ts";
import hybrid from "./hybrid.json" with { type: "json" };
import { madeHybridVectors } from "./make_hybrid_vectors.ts";

const none = new Uint8Array(0);

/** Hands out the given bytes once; asking for other sizes is an error. */
function dealing(...pieces: Uint8Array[]) {
  return {
    fill(bytes: Uint8Array) {
      const piece = pieces.shift();
      deepEqual(bytes.length, piece?.length);
      bytes.set(piece ?? none);
    },
  };
}

for (const [index, vector] of hybrid.vectors.entries()) {
  const protocol = parseProtocolName(vector.protocol_name);
  const { dh, pattern } = protocol;
  const keyOf = (hex: string) => dh.keyPairOf(hexToBytes(hex));
  const shared = {
    protocol,
    prologue: hexToBytes(vector.prologue),
    psks: [hexToBytes(vector.psk)],
  };
  const responderStatic = keyOf(vector.resp_static);
  const init: HandshakeOptions = {
    ...shared,
    initiator: true,
    s: keyOf(vector.init_static),
    random: dealing(
      hexToBytes(vector.init_ephemeral),
      hexToBytes(vector.init_kem_seed),
    ),
    ...(pattern.preResponder.includes("s") && { rs: responderStatic.public }),
  };
  const resp: HandshakeOptions = {
    ...shared,
    initiator: false,
    s: responderStatic,
    random: dealing(
      hexToBytes(vector.resp_ephemeral),
      hexToBytes(vector.resp_kem_message),
    ),
  };

  Deno.test(`HandshakeState gives the twin's bytes: ${pattern.name} ${index}`, () => {
    let [writer, reader] = [new HandshakeState(init), new HandshakeState(resp)];
    const ends = [writer, reader] as const;
    for (const { payload = "", ciphertext } of vector.messages) {
      const message = writer.writeMessage(hexToBytes(payload));
      deepEqual(message.toHex(), ciphertext);
      deepEqual(reader.readMessage(message)?.toHex(), payload);
      [writer, reader] = [reader, writer];
    }
    const [one, two] = ends.map((end) => end.split());
    deepEqual(one?.handshakeHash.toHex(), vector.handshake_hash);
    deepEqual(two?.handshakeHash.toHex(), vector.handshake_hash);
    // The transport keys show only in what they seal.
    for (const [at, keys] of [one, two].entries()) {
      const key = hexToBytes(vector.transport_keys[at] ?? "");
      const text = Uint8Array.of(1, 2, 3);
      deepEqual(keys?.seal(text), chaChaPoly.encrypt(key, 0n, none, text));
    }
  });
}

Deno.test("hybrid.json is what make_hybrid_vectors.ts makes", () => {
  deepEqual(JSON.parse(madeHybridVectors()), hybrid);
});
