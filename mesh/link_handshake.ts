/**
 * The two Noise handshakes of a link (design §5): `IKpsk2` between members,
 * who know each other's keys and share a pair psk, and `XXpsk3` for a guest,
 * whose key nobody knows yet, with the invite's psk. Both are bound to the
 * mesh and to this version of the protocol through the prologue, so a message
 * of one mesh is noise in another.
 *
 * @module
 */
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { NodeKeys } from "./keys.ts";
import { HandshakeState } from "./noise/handshake_state.ts";
import { parseProtocolName } from "./noise/protocol_name.ts";
import type { Pace } from "./traffic/pacer.ts";
import type { Random } from "./world.ts";

const memberProtocol = parseProtocolName(
  "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s",
);
const guestProtocol = parseProtocolName(
  "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s",
);
/** Changes with every change of cells, records or link messages. */
const version = utf8ToBytes("stealthmesh link v1\0");

/**
 * The cell clock of an enrolment, for both ends: they have no profile in
 * common yet, and a roster of 500 members should not take minutes. Our choice:
 * 25 kB/s. That somebody joins is public with its first link anyway.
 */
export const guestPace: Pace = { periodMs: 20, slotted: true };

/** What both handshakes need. */
export interface HandshakeEnd {
  readonly meshId: Uint8Array;
  readonly keys: NodeKeys;
  readonly psk: Uint8Array;
  readonly random: Random;
}

/** Between members; `peerNoise` only where this node dials. */
export function memberHandshake(
  end: HandshakeEnd,
  peerNoise: Uint8Array | undefined,
): HandshakeState {
  return new HandshakeState({
    protocol: memberProtocol,
    initiator: peerNoise !== undefined,
    prologue: concatBytes(version, end.meshId),
    random: end.random,
    s: end.keys.noise,
    psks: [end.psk],
    ...(peerNoise ? { rs: peerNoise } : {}),
  });
}

/** Between a guest, who dials, and the member that invited it. */
export function guestHandshake(
  end: HandshakeEnd,
  guest: boolean,
): HandshakeState {
  return new HandshakeState({
    protocol: guestProtocol,
    initiator: guest,
    prologue: concatBytes(version, end.meshId),
    random: end.random,
    s: end.keys.noise,
    psks: [end.psk],
  });
}
