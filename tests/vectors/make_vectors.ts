/**
 * Writes `own.json`: vectors made by our own code, so that a change of bytes
 * shows where no published file is at hand. They prove constancy, not
 * correctness; the published ones do that (see `README.md`).
 *
 * `deno run tests/vectors/make_vectors.ts > tests/vectors/own.json`
 *
 * @module
 */
import {
  type HandshakeOptions,
  HandshakeState,
} from "../../mesh/noise/handshake_state.ts";
import { countPsks } from "../../mesh/noise/pattern.ts";
import { parseProtocolName } from "../../mesh/noise/protocol_name.ts";
import type { TransportKeys } from "../../mesh/noise/transport_keys.ts";

/** Ours, and one of each kind the shared files do not hold. */
const names = [
  "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s",
  "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s",
  "Noise_X_25519_AESGCM_BLAKE2b",
  "Noise_KK1_25519_ChaChaPoly_SHA512",
  "Noise_X1X1_448_AESGCM_BLAKE2b",
  "Noise_NNpsk0+psk2_25519_ChaChaPoly_SHA512",
];
/** Written as noise-c writes a fallback: `IK` first, then `XXfallback`. */
const fallbackFrom = "Noise_IK_25519_ChaChaPoly_BLAKE2s";

const prologue = new TextEncoder().encode("StealthMesh");

/** 0, 1, 2, … from `first`: plainly not a secret. */
function countUp(first: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => first + index);
}

function madeVector(name: string, fallback: boolean): object {
  const protocol = parseProtocolName(name);
  const { pattern, dh } = protocol;
  const keyOf = (first: number) => dh.keyPairOf(countUp(first, dh.dhLen));
  const keys = {
    init: { s: keyOf(0), e: keyOf(32) },
    resp: { s: keyOf(64), e: keyOf(96) },
  };
  const psks = Array.from(
    { length: countPsks(pattern) },
    (_, index) => countUp(160 + 32 * index, 32),
  );
  // With fallback, the initiator holds a key the responder no longer has.
  const believed = fallback ? keyOf(128).public : keys.resp.s.public;
  const random = {
    fill: () => {
      throw new TypeError("every ephemeral key is given");
    },
  };
  const start = (
    role: "init" | "resp",
    more: Partial<HandshakeOptions>,
  ): HandshakeState =>
    new HandshakeState({
      protocol,
      initiator: role === "init",
      prologue,
      random,
      psks,
      ...keys[role],
      ...more,
    });
  const knows = pattern.preResponder.includes("s");
  const known = pattern.preInitiator.includes("s");
  let init = start("init", knows ? { rs: believed } : {});
  let resp = start("resp", known ? { rs: keys.init.s.public } : {});

  const messages: { payload: string; ciphertext: string }[] = [];
  let left: { init: TransportKeys; resp: TransportKeys } | undefined;
  let oneWay = pattern.oneWay;
  let fromInit = true;
  for (let index = 0; index < pattern.messages.length + 4; index++) {
    const payload = countUp(index * 16, 5 + index);
    const role = fromInit ? "init" : "resp";
    const ciphertext = left
      ? left[role].seal(payload)
      : (fromInit ? init : resp).writeMessage(payload);
    messages.push({ payload: payload.toHex(), ciphertext: ciphertext.toHex() });
    if (!left) (fromInit ? resp : init).readMessage(ciphertext);
    if (fallback && index === 0) {
      const next = parseProtocolName(name.replace("IK", "XXfallback"));
      oneWay = next.pattern.oneWay;
      init = start("init", { protocol: next, initiator: false });
      resp = start("resp", {
        protocol: next,
        initiator: true,
        re: keys.init.e.public,
      });
    }
    if (!left && init.isComplete && resp.isComplete) {
      left = { init: init.split(), resp: resp.split() };
    }
    if (!oneWay) fromInit = !fromInit;
  }
  const shared = psks.length > 0 ? psks.map((psk) => psk.toHex()) : undefined;
  return {
    name: "made by tests/vectors/make_vectors.ts",
    protocol_name: name,
    fallback: fallback || undefined,
    init_prologue: prologue.toHex(),
    init_psks: shared,
    init_static: keys.init.s.secret.toHex(),
    init_ephemeral: keys.init.e.secret.toHex(),
    init_remote_static: knows ? believed.toHex() : undefined,
    resp_prologue: prologue.toHex(),
    resp_psks: shared,
    resp_static: keys.resp.s.secret.toHex(),
    resp_ephemeral: keys.resp.e.secret.toHex(),
    resp_remote_static: known ? keys.init.s.public.toHex() : undefined,
    handshake_hash: left?.init.handshakeHash.toHex(),
    messages,
  };
}

/** The text of `own.json`. */
export function madeVectors(): string {
  const vectors = [
    ...names.map((name) => madeVector(name, false)),
    madeVector(fallbackFrom, true),
  ];
  return `${JSON.stringify({ vectors }, undefined, 2)}\n`;
}

if (import.meta.main) {
  Deno.stdout.writeSync(new TextEncoder().encode(madeVectors()));
}
