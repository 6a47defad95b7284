/**
 * What each token of a message pattern does: the rules of WriteMessage() and
 * ReadMessage() in the Noise Protocol Framework (revision 34), section 5.3,
 * with the changes for pre-shared keys of section 9, and the rules of `e1` and
 * `ekem1` in Perrin's "KEM-based Hybrid Forward Secrecy for Noise" (revision 1),
 * section 4. The order of tokens and messages is `handshake_state.ts`'s task.
 *
 * @module
 */
import { tagLen } from "../primitives/cipher_function.ts";
import type { DhFunction, DhKeyPair } from "../primitives/dh_function.ts";
import type { KemFunction, KemKeyPair } from "../primitives/kem_function.ts";
import type { Random } from "../world.ts";
import type { Token } from "./pattern.ts";
import type { SymmetricState } from "./symmetric_state.ts";

/** The variables of a HandshakeState that tokens read and set. */
export interface HandshakeVariables {
  /** `ck`, `h`, `k` and `n`. */
  readonly symmetric: SymmetricState;
  /** The group of `s`, `e`, `rs` and `re`. */
  readonly dh: DhFunction;
  /** The mechanism of `e1` and `re1`; only hybrid patterns have one. */
  readonly kem: KemFunction | undefined;
  /** Whether this party is the pattern's initiator. */
  readonly initiator: boolean;
  /** Where fresh ephemeral keys and encapsulations come from. */
  readonly random: Random;
  /** Section 9.2: every `e` is mixed into the key as well. */
  readonly pskMode: boolean;
  /** Own static key pair. */
  s: DhKeyPair | undefined;
  /** Own ephemeral key pair; set beforehand only for published vectors and fallback. */
  e: DhKeyPair | undefined;
  /** The peer's static public key. */
  rs: Uint8Array | undefined;
  /** The peer's ephemeral public key. */
  re: Uint8Array | undefined;
  /** Own ephemeral KEM key pair, until its one use. */
  e1: KemKeyPair | undefined;
  /** The peer's ephemeral KEM public key. */
  re1: Uint8Array | undefined;
  /** In the order of the psk tokens; a late one is undefined. */
  readonly psks: (Uint8Array | undefined)[];
  /** How many psk tokens have been done. */
  psksUsed: number;
}

/** What one token does on either side. */
export interface TokenRule {
  /**
   * Bytes the token takes in the message.
   *
   * @param keyed Whether the handshake encrypts by the time it comes up.
   */
  wireBytes(variables: HandshakeVariables, keyed: boolean): number;
  /** Whether the handshake encrypts from this token on. */
  setsKey(variables: HandshakeVariables): boolean;
  /** Does the sender's part; returns exactly `wireBytes` bytes. */
  write(variables: HandshakeVariables): Uint8Array;
  /**
   * Does the recipient's part.
   *
   * @param bytes Exactly `wireBytes` bytes of the message.
   * @returns False if they are not authentic.
   */
  read(variables: HandshakeVariables, bytes: Uint8Array): boolean;
}

const none = new Uint8Array(0);

const ephemeralKey: TokenRule = {
  wireBytes: ({ dh }) => dh.dhLen,
  setsKey: ({ pskMode }) => pskMode,
  write(variables) {
    variables.e ??= variables.dh.generateKeyPair(variables.random);
    mixEphemeral(variables, variables.e.public);
    return variables.e.public;
  },
  read(variables, bytes) {
    variables.re = bytes.slice();
    mixEphemeral(variables, variables.re);
    return true;
  },
};

const staticKey: TokenRule = {
  wireBytes: ({ dh }, keyed) => dh.dhLen + (keyed ? tagLen : 0),
  setsKey: () => false,
  write({ symmetric, s }) {
    return symmetric.encryptAndHash(present(s, "s").public);
  },
  read(variables, bytes) {
    variables.rs = variables.symmetric.decryptAndHash(bytes);
    return variables.rs !== undefined;
  },
};

const preSharedKey: TokenRule = {
  wireBytes: () => 0,
  setsKey: () => true,
  write(variables) {
    const psk = variables.psks[variables.psksUsed];
    variables.symmetric.mixKeyAndHash(present(psk, "psk"));
    variables.psksUsed++;
    return none;
  },
  read(variables) {
    this.write(variables);
    return true;
  },
};

const kemPublicKey: TokenRule = {
  wireBytes: ({ kem }, keyed) =>
    present(kem, "KEM").publicKeyLen + (keyed ? tagLen : 0),
  setsKey: () => false,
  write(variables) {
    const { symmetric, kem, random } = variables;
    variables.e1 = present(kem, "KEM").generateKeyPair(random);
    return symmetric.encryptAndHash(variables.e1.public);
  },
  read(variables, bytes) {
    const publicKey = variables.symmetric.decryptAndHash(bytes);
    if (!publicKey) return false;
    variables.re1 = publicKey;
    return present(variables.kem, "KEM").isPublicKey(publicKey);
  },
};

const kemCiphertext: TokenRule = {
  wireBytes: ({ kem }, keyed) =>
    present(kem, "KEM").ciphertextLen + (keyed ? tagLen : 0),
  setsKey: () => true,
  write({ symmetric, kem, re1, random }) {
    const { ciphertext, output } = present(kem, "KEM").encapsulate(
      present(re1, "re1"),
      random,
    );
    const bytes = symmetric.encryptAndHash(ciphertext);
    symmetric.mixKey(output);
    output.fill(0);
    return bytes;
  },
  read(variables, bytes) {
    const { symmetric, kem } = variables;
    const ciphertext = symmetric.decryptAndHash(bytes);
    if (!ciphertext) return false;
    const e1 = present(variables.e1, "e1");
    const output = present(kem, "KEM").decapsulate(e1, ciphertext);
    symmetric.mixKey(output);
    output.fill(0);
    e1.secret.fill(0);
    variables.e1 = undefined;
    return true;
  },
};

/** `es` and the like: the initiator's key first, then the responder's. */
function agreement(first: "e" | "s", second: "e" | "s"): TokenRule {
  return {
    wireBytes: () => 0,
    setsKey: () => true,
    write(variables) {
      const { symmetric, dh, initiator } = variables;
      const local = initiator ? first : second;
      const remote = initiator ? second : first;
      const publicKey = remote === "e" ? variables.re : variables.rs;
      const shared = dh.dh(
        present(variables[local], local),
        present(publicKey, `r${remote}`),
      );
      symmetric.mixKey(shared);
      shared.fill(0);
      return none;
    },
    read(variables) {
      this.write(variables);
      return true;
    },
  };
}

/** The rule of every token; the compiler asks for one per token. */
export const tokenRules: Readonly<Record<Token, TokenRule>> = {
  e: ephemeralKey,
  s: staticKey,
  ee: agreement("e", "e"),
  es: agreement("e", "s"),
  se: agreement("s", "e"),
  ss: agreement("s", "s"),
  psk: preSharedKey,
  e1: kemPublicKey,
  ekem1: kemCiphertext,
};

/** Hashes an ephemeral public key, sent or known before (section 9.2). */
export function mixEphemeral(
  { symmetric, pskMode }: HandshakeVariables,
  publicKey: Uint8Array,
): void {
  symmetric.mixHash(publicKey);
  if (pskMode) symmetric.mixKey(publicKey);
}

/** The constructor has checked what a pattern needs; this tells the compiler. */
function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) {
    throw new TypeError(`Cannot go on with the handshake: ${name} is not set`);
  }
  return value;
}
