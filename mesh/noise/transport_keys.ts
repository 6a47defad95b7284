/**
 * The two keys a finished handshake leaves, one per direction: transport
 * messages (Noise Protocol Framework, revision 34, sections 3 and 5), rekey
 * (section 11.3) and the handshake hash for channel binding (section 11.2).
 * Messages must arrive in order and without gaps; WebSocket sees to that, so
 * whatever does not open is forged, replayed or out of order.
 *
 * @module
 */
import { tagLen } from "../primitives/cipher_function.ts";
import type { CipherState } from "./cipher_state.ts";

/** Longest Noise message (section 3), in bytes. */
export const messageBytesMax = 65_535;

const none = new Uint8Array(0);

/** What a link seals and opens its messages with. */
export class TransportKeys {
  /** `h` at the end of the handshake: names this session to both parties. */
  readonly handshakeHash: Uint8Array;
  #send: CipherState | undefined;
  #receive: CipherState | undefined;

  /**
   * Made by `HandshakeState.split()`.
   *
   * @param send Absent for the recipient of a one-way pattern, who must not
   *   answer (section 7.4).
   * @param receive Absent for the sender of a one-way pattern.
   */
  constructor(
    send: CipherState | undefined,
    receive: CipherState | undefined,
    handshakeHash: Uint8Array,
  ) {
    this.#send = send;
    this.#receive = receive;
    this.handshakeHash = handshakeHash;
  }

  /**
   * Encrypts the next message to the peer.
   *
   * @returns 16 bytes more than `plaintext`.
   * @throws {RangeError} If the message would exceed 65,535 bytes.
   * @throws {TypeError} On the receiving side of a one-way pattern, and after
   *   {@linkcode wipe}.
   * @throws {NonceExhaustedError} After 2^64 - 1 messages.
   */
  seal(plaintext: Uint8Array): Uint8Array {
    if (plaintext.length > messageBytesMax - tagLen) {
      throw new RangeError(
        `Cannot seal ${plaintext.length} bytes: at most ${
          messageBytesMax - tagLen
        }`,
      );
    }
    return keyed(this.#send, "send").encryptWithAd(none, plaintext);
  }

  /**
   * Decrypts the next message of the peer.
   *
   * @returns Undefined if it is not authentic, truncated, overlong, not the
   *   next one, or could not have been sent at all; the nonce stays.
   */
  open(message: Uint8Array): Uint8Array | undefined {
    if (message.length < tagLen || message.length > messageBytesMax) {
      return undefined;
    }
    return this.#receive?.decryptWithAd(none, message);
  }

  /** Replaces the key for sending; the peer must do the same at this point. */
  rekeySend(): void {
    keyed(this.#send, "send").rekey();
  }

  /** Replaces the key for receiving, where the peer replaced its own. */
  rekeyReceive(): void {
    keyed(this.#receive, "receive").rekey();
  }

  /** Forgets both keys; nothing can be sealed or opened afterwards. */
  wipe(): void {
    // A CipherState without a key passes plaintext through, so drop it too.
    this.#send?.wipe();
    this.#receive?.wipe();
    this.#send = this.#receive = undefined;
  }
}

function keyed(
  state: CipherState | undefined,
  verb: "send" | "receive",
): CipherState {
  if (state) return state;
  throw new TypeError(
    `Cannot ${verb}: these transport keys are wiped or one-way`,
  );
}
