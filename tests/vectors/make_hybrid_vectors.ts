/**
 * Writes `hybrid.json`: vectors of our two hybrid handshakes, made by
 * `hybrid_twin.ts` and so by nothing of the product.
 *
 * `deno run tests/vectors/make_hybrid_vectors.ts > tests/vectors/hybrid.json`
 *
 * @module
 */
import {
  guestTwin,
  type HybridSecrets,
  type HybridTranscript,
  memberTwin,
} from "./hybrid_twin.ts";

const twins: Readonly<
  Record<string, (given: HybridSecrets) => HybridTranscript>
> = {
  "Noise_IKhfs+psk2_25519+MLKEM768_ChaChaPoly_BLAKE2s": memberTwin,
  "Noise_XXhfs+psk3_25519+MLKEM768_ChaChaPoly_BLAKE2s": guestTwin,
};

/** 0, 1, 2, … from `first`: plainly not a secret. */
function countUp(first: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => first + index);
}

function madeVector(name: string, round: number): object {
  const part = (index: number, length = 32) =>
    countUp(round * 101 + index * 32, length);
  const given: HybridSecrets = {
    prologue: round === 0 ? new Uint8Array(0) : part(9, 50),
    psk: part(5),
    initStatic: part(0),
    initEphemeral: part(1),
    respStatic: part(2),
    respEphemeral: part(3),
    initKemSeed: part(6, 64),
    respKemMessage: part(4),
    payloads: [0, 1, 2].map((index) => part(index, round * (40 + index))),
  };
  const twin = twins[name];
  if (!twin) throw new RangeError(`no twin of ${name}`);
  const { messages, handshakeHash, keys } = twin(given);
  return {
    protocol_name: name,
    prologue: given.prologue.toHex(),
    psk: given.psk.toHex(),
    init_static: given.initStatic.toHex(),
    init_ephemeral: given.initEphemeral.toHex(),
    init_kem_seed: given.initKemSeed.toHex(),
    resp_static: given.respStatic.toHex(),
    resp_ephemeral: given.respEphemeral.toHex(),
    resp_kem_message: given.respKemMessage.toHex(),
    messages: messages.map((ciphertext, index) => ({
      payload: given.payloads[index]?.toHex(),
      ciphertext: ciphertext.toHex(),
    })),
    handshake_hash: handshakeHash.toHex(),
    transport_keys: keys.map((key) => key.toHex()),
  };
}

/** The text of `hybrid.json`. */
export function madeHybridVectors(): string {
  const vectors = Object.keys(twins).flatMap((name) =>
    [0, 1, 2].map((round) => madeVector(name, round))
  );
  return `${JSON.stringify({ vectors }, undefined, 2)}\n`;
}

if (import.meta.main) {
  Deno.stdout.writeSync(new TextEncoder().encode(madeHybridVectors()));
}
