/**
 * The two Noise handshakes of a link (design §5): `IKhfs+psk2` between members,
 * who know each other's keys and share a pair psk, and `XXhfs+psk3` for a
 * guest, whose key nobody knows yet, with the invite's psk. Both are bound to
 * the mesh and to this version of the protocol through the prologue, so a
 * message of one mesh is noise in another.
 *
 * ```text
 * member  <- s                      guest
 *         ...                               -> e, e1
 *         -> e, es, e1, s, ss               <- e, ee, ekem1, s, es
 *         <- e, ee, ekem1, se, psk          -> s, se, psk
 * ```
 *
 * `e1` is an ephemeral ML-KEM-768 key and `ekem1` the answer to it: their
 * secret is mixed into the chaining key like a Diffie-Hellman result (Perrin,
 * "KEM-based Hybrid Forward Secrecy for Noise"), so a recording stays closed
 * unless both X25519 and ML-KEM fall. There is one name per purpose and no
 * negotiation: the name starts the handshake hash, so a peer that speaks less
 * fails at its first message. `mesh/README.md` says what each token is for.
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
  "Noise_IKhfs+psk2_25519+MLKEM768_ChaChaPoly_BLAKE2s",
);
const guestProtocol = parseProtocolName(
  "Noise_XXhfs+psk3_25519+MLKEM768_ChaChaPoly_BLAKE2s",
);
/** Changes with every change of cells, records or link messages. */
const version = utf8ToBytes("stealthmesh link v2\0");

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
