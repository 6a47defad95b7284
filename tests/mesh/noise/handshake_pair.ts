/**
 * Two parties of one handshake, for the tests of `mesh/noise/`: keys from fixed
 * seeds, so that a failing test fails again.
 *
 * @module
 */
import {
  type HandshakeOptions,
  HandshakeState,
} from "../../../mesh/noise/handshake_state.ts";
import { countPsks } from "../../../mesh/noise/pattern.ts";
import { parseProtocolName } from "../../../mesh/noise/protocol_name.ts";
import type { TransportKeys } from "../../../mesh/noise/transport_keys.ts";
import type { Random } from "../../../mesh/world.ts";

/** The framework's own; links use the two below. */
export const classicProtocol = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";
/** What members use. */
export const memberProtocol =
  "Noise_IKhfs+psk2_25519+MLKEM768_ChaChaPoly_BLAKE2s";
/** What guests and their inviters use. */
export const guestProtocol =
  "Noise_XXhfs+psk3_25519+MLKEM768_ChaChaPoly_BLAKE2s";

/** Numbers that look random and depend only on `seed` (xorshift32). */
export function seededRandom(seed: number): Random {
  let state = (seed * 2_654_435_761 | 0) || 1;
  return {
    fill(bytes) {
      for (const index of bytes.keys()) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        bytes[index] = state;
      }
    },
  };
}

/** One side of a pair. */
export type Side = "initiator" | "responder";

/** The options both sides of a protocol need, consistent with each other. */
export function pairOptions(
  name: string,
): Record<Side, HandshakeOptions> {
  const protocol = parseProtocolName(name);
  const { pattern, dh } = protocol;
  const [ours, theirs] = [1, 2].map((seed) =>
    dh.generateKeyPair(seededRandom(seed))
  );
  if (!ours || !theirs) throw new TypeError("two key pairs were made");
  const psks = Array.from(
    { length: countPsks(pattern) },
    (_, index) => new Uint8Array(32).fill(100 + index),
  );
  const prologue = new TextEncoder().encode("test");
  const shared = { protocol, prologue, psks };
  return {
    initiator: {
      ...shared,
      initiator: true,
      random: seededRandom(3),
      s: ours,
      ...(pattern.preResponder.includes("s") && { rs: theirs.public }),
    },
    responder: {
      ...shared,
      initiator: false,
      random: seededRandom(4),
      s: theirs,
      ...(pattern.preInitiator.includes("s") && { rs: ours.public }),
    },
  };
}

/** Both sides, before the first message. */
export function startPair(
  name: string,
  change: Partial<Record<Side, Partial<HandshakeOptions>>> = {},
): Record<Side, HandshakeState> {
  const options = pairOptions(name);
  const start = (side: Side) =>
    new HandshakeState({ ...options[side], ...change[side] });
  return { initiator: start("initiator"), responder: start("responder") };
}

/** Runs every message; the payload of message `i` is `i + 1` bytes. */
export function finishPair(
  pair: Record<Side, HandshakeState>,
): Record<Side, TransportKeys> {
  let [writer, reader] = [pair.initiator, pair.responder];
  for (let index = 0; !writer.isComplete; index++) {
    const payload = new Uint8Array(index + 1).fill(index);
    const read = reader.readMessage(writer.writeMessage(payload));
    if (read?.length !== payload.length) throw new Error("message was refused");
    [writer, reader] = [reader, writer];
  }
  return {
    initiator: pair.initiator.split(),
    responder: pair.responder.split(),
  };
}

/** The transport keys of a fresh pair. */
export function transportPair(
  name: string = classicProtocol,
): Record<Side, TransportKeys> {
  return finishPair(startPair(name));
}

/** The same bytes with one bit changed. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice();
  const at = bit >> 3;
  flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}
