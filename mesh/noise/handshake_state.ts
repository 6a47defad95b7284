/**
 * One party's side of a handshake: the HandshakeState object of the Noise
 * Protocol Framework (revision 34), section 5.3, which walks through the
 * messages of a pattern. What a single token does is in `token_rule.ts`; what
 * comes after the last message is `transport_keys.ts`.
 *
 * A message that cannot be read ends the handshake: every secret is wiped and
 * each further read gives undefined. Public keys of low order are taken as
 * they are, see `primitives/dh_function.ts`.
 *
 * @module
 */
import { tagLen } from "../primitives/cipher_function.ts";
import { type DhKeyPair, requireKeyLength } from "../primitives/dh_function.ts";
import type { Random } from "../world.ts";
import {
  countPsks,
  isPskPattern,
  type MessagePattern,
  type PreMessage,
} from "./pattern.ts";
import type { NoiseProtocol } from "./protocol_name.ts";
import { SymmetricState } from "./symmetric_state.ts";
import {
  type HandshakeVariables,
  mixEphemeral,
  tokenRules,
} from "./token_rule.ts";
import { messageBytesMax, TransportKeys } from "./transport_keys.ts";

/** Bytes of a pre-shared key (section 9). */
const pskBytes = 32;

/** What one party brings to the handshake. */
export interface HandshakeOptions {
  /** From `parseProtocolName()`. */
  readonly protocol: NoiseProtocol;
  /** Whether this party sends the pattern's first message. */
  readonly initiator: boolean;
  /** Bytes both parties must agree on; may be empty. */
  readonly prologue: Uint8Array;
  /** Used for the ephemeral keys and the encapsulation only. */
  readonly random: Random;
  /** Own static key pair, where the pattern uses one. */
  readonly s?: DhKeyPair;
  /** The peer's static key, where the pattern presumes it known. */
  readonly rs?: Uint8Array;
  /** For published vectors, and for who fell back (section 10.2). */
  readonly e?: DhKeyPair;
  /** The ephemeral key that was received before falling back. */
  readonly re?: Uint8Array;
  /** Pre-shared keys in the order of the psk tokens, 32 bytes each. */
  readonly psks?: readonly Uint8Array[];
}

/**
 * One side of a handshake.
 *
 * @example
 * ```ts
 * import { deepEqual } from "node:assert/strict";
 * import { type HandshakeOptions, HandshakeState } from "./handshake_state.ts";
 * import { parseProtocolName } from "./protocol_name.ts";
 *
 * const nothing = new Uint8Array(0);
 * const options: HandshakeOptions = {
 *   protocol: parseProtocolName("Noise_NN_25519_ChaChaPoly_BLAKE2s"),
 *   initiator: true,
 *   prologue: nothing,
 *   random: { fill: (bytes) => void bytes.fill(7) },
 * };
 * const alice = new HandshakeState(options);
 * const bob = new HandshakeState({ ...options, initiator: false });
 *
 * bob.readMessage(alice.writeMessage(nothing));
 * alice.readMessage(bob.writeMessage(nothing));
 * const sealed = alice.split().seal(Uint8Array.of(1));
 * deepEqual(bob.split().open(sealed), Uint8Array.of(1));
 * ```
 */
export class HandshakeState {
  readonly #protocol: NoiseProtocol;
  readonly #variables: HandshakeVariables;
  /** The caller's ephemeral key is not ours to wipe. */
  readonly #ownsEphemeral: boolean;
  #next = 0;
  #phase: "running" | "dead" | "split" = "running";

  /**
   * Initialize().
   *
   * @throws {TypeError} If a key is missing that the pattern needs, or `rs` is
   *   given although the pattern transmits it.
   * @throws {RangeError} If a key has the wrong length or there are more psks
   *   than psk tokens.
   */
  constructor(options: HandshakeOptions) {
    const { protocol, initiator } = options;
    const { pattern, dh, kem } = protocol;
    this.#protocol = protocol;
    this.#ownsEphemeral = options.e === undefined;
    this.#variables = {
      symmetric: new SymmetricState(protocol),
      dh,
      kem,
      initiator,
      random: options.random,
      pskMode: isPskPattern(pattern),
      s: options.s,
      e: options.e,
      rs: options.rs?.slice(),
      re: options.re?.slice(),
      e1: undefined,
      re1: undefined,
      psks: new Array(countPsks(pattern)).fill(undefined),
      psksUsed: 0,
    };
    checkKeys(this.#variables, protocol);
    for (const [index, psk] of (options.psks ?? []).entries()) {
      this.setPsk(index, psk);
    }
    this.#variables.symmetric.mixHash(options.prologue);
    this.#mixPreMessage(pattern.preInitiator, initiator);
    this.#mixPreMessage(pattern.preResponder, !initiator);
  }

  /**
   * Gives a psk after the start: the responder of `IKpsk2` learns from the
   * first message whose psk it needs.
   *
   * @param index Which psk token, from 0.
   * @throws {RangeError} If there is no such token or `psk` is not 32 bytes.
   * @throws {TypeError} If that token has already been used.
   */
  setPsk(index: number, psk: Uint8Array): void {
    const { psks, psksUsed } = this.#variables;
    if (!Number.isInteger(index) || index < 0 || index >= psks.length) {
      throw new RangeError(
        `Cannot set psk ${index}: ${this.#protocol.name} has ${psks.length}`,
      );
    }
    if (psk.length !== pskBytes) {
      throw new RangeError(
        `Cannot set psk ${index}: expected ${pskBytes} bytes, got ${psk.length}`,
      );
    }
    if (index < psksUsed || this.#phase !== "running") {
      throw new TypeError(`Cannot set psk ${index}: it is no longer needed`);
    }
    psks[index]?.fill(0);
    psks[index] = psk.slice();
  }

  /**
   * WriteMessage(payload).
   *
   * @returns {@linkcode overheadBytes} more bytes than `payload`.
   * @throws {TypeError} If it is not this party's turn or a psk is missing.
   * @throws {RangeError} If the message would exceed 65,535 bytes.
   */
  writeMessage(payload: Uint8Array): Uint8Array {
    const turn = this.#turn;
    if (!turn || turn.from !== this.#role) {
      throw new TypeError("Cannot write handshake message: not our turn");
    }
    this.#requirePsks(turn);
    const length = this.overheadBytes + payload.length;
    if (length > messageBytesMax) {
      throw new RangeError(
        `Cannot write handshake message of ${length} bytes: at most ${messageBytesMax}`,
      );
    }
    const message = new Uint8Array(length);
    let offset = 0;
    for (const token of turn.tokens) {
      const bytes = tokenRules[token].write(this.#variables);
      message.set(bytes, offset);
      offset += bytes.length;
    }
    message.set(this.#variables.symmetric.encryptAndHash(payload), offset);
    this.#next++;
    return message;
  }

  /**
   * ReadMessage(message).
   *
   * @returns The payload, or undefined if the message is not authentic, not
   *   of this handshake, truncated, overlong or out of turn. The handshake is
   *   then dead.
   * @throws {TypeError} If a psk is missing.
   */
  readMessage(message: Uint8Array): Uint8Array | undefined {
    const turn = this.#turn;
    if (!turn) return undefined;
    if (turn.from === this.#role) return this.#die();
    this.#requirePsks(turn);
    if (message.length > messageBytesMax) return this.#die();
    if (message.length < this.overheadBytes) return this.#die();
    const variables = this.#variables;
    let offset = 0;
    for (const token of turn.tokens) {
      const rule = tokenRules[token];
      const end = offset +
        rule.wireBytes(variables, variables.symmetric.hasKey);
      const authentic = rule.read(variables, message.subarray(offset, end));
      if (!authentic) return this.#die();
      offset = end;
    }
    const payload = variables.symmetric.decryptAndHash(
      message.subarray(offset),
    );
    if (!payload) return this.#die();
    this.#next++;
    return payload;
  }

  /**
   * The peer's static public key once it is known; proven only as far as the
   * pattern has come (section 7.7).
   */
  get remoteStatic(): Uint8Array | undefined {
    return this.#phase === "dead" ? undefined : this.#variables.rs?.slice();
  }

  /** Whether every message has been written and read. */
  get isComplete(): boolean {
    return this.#phase !== "dead" &&
      this.#next === this.#protocol.pattern.messages.length;
  }

  /** Messages of either party still to come; 0 once nothing can. */
  get messagesLeft(): number {
    if (this.#phase !== "running") return 0;
    return this.#protocol.pattern.messages.length - this.#next;
  }

  /**
   * Bytes the next message is longer than its payload, whoever sends it; after
   * the handshake, that of a transport message.
   */
  get overheadBytes(): number {
    const variables = this.#variables;
    let keyed = this.isComplete || variables.symmetric.hasKey;
    let bytes = 0;
    for (const token of this.#turn?.tokens ?? []) {
      const rule = tokenRules[token];
      bytes += rule.wireBytes(variables, keyed);
      keyed ||= rule.setsKey(variables);
    }
    return bytes + (keyed ? tagLen : 0);
  }

  /**
   * Split(): the transport keys; wipes what the handshake still held.
   *
   * @throws {TypeError} Before the last message, and the second time.
   */
  split(): TransportKeys {
    if (!this.isComplete || this.#phase === "split") {
      throw new TypeError("Cannot split: handshake is not complete, or spent");
    }
    const { symmetric, initiator } = this.#variables;
    const { handshakeHash } = symmetric;
    const [fromInitiator, toInitiator] = symmetric.split();
    this.#phase = "split";
    this.#wipe();
    if (this.#protocol.pattern.oneWay) {
      toInitiator.wipe();
      return initiator
        ? new TransportKeys(fromInitiator, undefined, handshakeHash)
        : new TransportKeys(undefined, fromInitiator, handshakeHash);
    }
    return initiator
      ? new TransportKeys(fromInitiator, toInitiator, handshakeHash)
      : new TransportKeys(toInitiator, fromInitiator, handshakeHash);
  }

  /** Gives up: forgets every secret; each further read gives undefined. */
  wipe(): void {
    if (this.#phase === "running") this.#die();
  }

  get #role(): MessagePattern["from"] {
    return this.#variables.initiator ? "initiator" : "responder";
  }

  /** The message that is due, if any. */
  get #turn(): MessagePattern | undefined {
    return this.#phase === "running"
      ? this.#protocol.pattern.messages[this.#next]
      : undefined;
  }

  #mixPreMessage(keys: PreMessage, own: boolean): void {
    const variables = this.#variables;
    for (const key of keys) {
      const publicKey = own
        ? variables[key]?.public
        : variables[key === "e" ? "re" : "rs"];
      // checkKeys() has seen to it that the key is there.
      if (!publicKey) continue;
      if (key === "e") mixEphemeral(variables, publicKey);
      else variables.symmetric.mixHash(publicKey);
    }
  }

  #requirePsks(turn: MessagePattern): void {
    const { psks, psksUsed } = this.#variables;
    const needed = turn.tokens.filter((token) => token === "psk").length;
    const missing = psks.slice(psksUsed, psksUsed + needed).indexOf(undefined);
    if (missing >= 0) {
      throw new TypeError(
        `Cannot go on with the handshake: set psk ${psksUsed + missing} first`,
      );
    }
  }

  #die(): undefined {
    this.#phase = "dead";
    this.#wipe();
    return undefined;
  }

  #wipe(): void {
    const variables = this.#variables;
    variables.symmetric.wipe();
    for (const psk of variables.psks) psk?.fill(0);
    if (this.#ownsEphemeral) variables.e?.secret.fill(0);
    variables.e = undefined;
    variables.e1?.secret.fill(0);
    variables.e1 = undefined;
  }
}

/** Section 5.3: what Initialize() must be given, and nothing that clashes. */
function checkKeys(
  { initiator, dh, s, e, rs, re }: HandshakeVariables,
  { pattern, name }: NoiseProtocol,
): void {
  const own = initiator ? pattern.preInitiator : pattern.preResponder;
  const remote = initiator ? pattern.preResponder : pattern.preInitiator;
  const role = initiator ? "initiator" : "responder";
  const sent = pattern.messages.filter(({ from }) => from === role)
    .flatMap(({ tokens }) => tokens);
  const rows = [
    { key: "s", value: s?.public, needed: [...own, ...sent].includes("s") },
    { key: "e", value: e?.public, needed: own.includes("e") },
    { key: "rs", value: rs, needed: remote.includes("s") },
    { key: "re", value: re, needed: remote.includes("e") },
  ];
  for (const { key, value, needed } of rows) {
    if (needed && !value) {
      throw new TypeError(`Cannot begin ${name} as ${role}: ${key} is missing`);
    }
    if (!needed && value && key.startsWith("r")) {
      throw new TypeError(
        `Cannot begin ${name} as ${role}: the pattern transmits ${key}`,
      );
    }
    if (value) requireKeyLength(value, dh.dhLen, key);
  }
  if (s) requireKeyLength(s.secret, dh.dhLen, "secret of s");
  if (e) requireKeyLength(e.secret, dh.dhLen, "secret of e");
}
