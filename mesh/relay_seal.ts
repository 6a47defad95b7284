/**
 * Seals what one member says to another, so that the members it passes learn
 * its destination and the hops it has left, and can neither read nor alter it.
 *
 * One Noise message (revision 34, section 7.4) of the one-way pattern `Xpsk0`:
 * `-> psk, e, es, s, ss`. Why this one: `K` and a psk per pair need the sender
 * in the clear, to find the keys; `X` sends it encrypted, and proves it by
 * `ss`. The psk comes from the mesh secret: with `ss` mixed in as well, that is
 * the same input as the psk of the pair (`pair_key.ts`), and no stranger can
 * make the receiver compute a Diffie-Hellman that succeeds. The prologue binds
 * mesh, version and receiver.
 *
 * Limits of one message without an answer: who later gets the receiver's
 * static key and was a relay then can read it (no forward secrecy towards the
 * receiver until keys rotate), and can with that key pretend to it to be
 * another member. There is no ML-KEM in it; outsiders' recordings are closed by
 * the links, which have it.
 *
 * @module
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { NodeKeys } from "./keys.ts";
import { type NodeId, nodePrefix } from "./node_id.ts";
import { HandshakeState } from "./noise/handshake_state.ts";
import { parseProtocolName } from "./noise/protocol_name.ts";
import type { Random } from "./world.ts";

const protocol = parseProtocolName("Noise_Xpsk0_25519_ChaChaPoly_BLAKE2s");
const version = utf8ToBytes("stealthmesh relay v1\0");

/** What a seal says and who, by the proof of its key, said it. */
export interface Opened {
  /** The sender's X25519 static key, 32 bytes. */
  readonly senderNoise: Uint8Array;
  readonly plaintext: Uint8Array;
}

/** Seals and opens for the members of one mesh. */
export class RelaySeal {
  readonly #meshId: Uint8Array;
  readonly #psk: Uint8Array;
  readonly #random: Random;

  /** @param meshSecret 32 bytes every member knows. */
  constructor(meshId: Uint8Array, meshSecret: Uint8Array, random: Random) {
    this.#meshId = meshId;
    this.#psk = hkdf(sha256, meshSecret, version, meshId, 32);
    this.#random = random;
  }

  /** Seals `plaintext` for the member `to`, whose current key is `toNoise`. */
  seal(
    from: NodeKeys,
    to: NodeId,
    toNoise: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array {
    const handshake = new HandshakeState({
      protocol,
      initiator: true,
      prologue: this.#prologue(to),
      random: this.#random,
      s: from.noise,
      rs: toNoise,
      psks: [this.#psk],
    });
    const sealed = handshake.writeMessage(plaintext);
    wipe(handshake);
    return sealed;
  }

  /** Opens what was sealed for `own`; undefined for anything else. */
  open(own: NodeKeys, sealed: Uint8Array): Opened | undefined {
    const handshake = new HandshakeState({
      protocol,
      initiator: false,
      prologue: this.#prologue(own.node),
      random: this.#random,
      s: own.noise,
      psks: [this.#psk],
    });
    const plaintext = handshake.readMessage(sealed);
    const senderNoise = handshake.remoteStatic;
    if (!plaintext || !senderNoise) return undefined;
    wipe(handshake);
    return { senderNoise, plaintext };
  }

  #prologue(to: NodeId): Uint8Array {
    return concatBytes(version, this.#meshId, nodePrefix(to));
  }
}

/** There is nothing to say after the one message. */
function wipe(handshake: HandshakeState): void {
  handshake.split().wipe();
}
