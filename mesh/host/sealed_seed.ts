/**
 * The operator key at rest: a 32-byte seed, bare or under a passphrase.
 * scrypt (RFC 7914) makes the passphrase expensive to guess, ChaCha20-Poly1305
 * (RFC 8439) seals; the parameters stand beside the sealed seed and are
 * authenticated with it, so later versions can raise them.
 *
 * @module
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { type CborValue, encodeCbor } from "../cbor.ts";
import type { Random } from "../world.ts";

/** Work of one scrypt run; memory is 128·n·r bytes. */
export interface ScryptCost {
  /** Cost, a power of two. */
  readonly n: number;
  /** Block size. */
  readonly r: number;
  /** Passes. */
  readonly p: number;
}

/** A seed as it is kept. `salt`, `nonce`, `box`: 16, 12 and 48 bytes. */
export type SealedSeed =
  | { readonly sealed: false; readonly seed: Uint8Array }
  | {
    readonly sealed: true;
    readonly cost: ScryptCost;
    readonly salt: Uint8Array;
    readonly nonce: Uint8Array;
    readonly box: Uint8Array;
  };

/** 128 MiB for every guess; OWASP Password Storage Cheat Sheet, scrypt. */
export const passphraseCost: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };

/** A file cannot ask for more than this: 1 GiB and eight passes. */
export const costMax: ScryptCost = { n: 2 ** 20, r: 8, p: 8 };

/**
 * Seals a seed under a passphrase.
 *
 * @throws {RangeError} If the passphrase is empty.
 */
export async function sealSeed(
  seed: Uint8Array,
  passphrase: string,
  random: Random,
  cost: ScryptCost = passphraseCost,
): Promise<SealedSeed> {
  if (passphrase === "") {
    throw new RangeError("Cannot seal the operator key: empty passphrase");
  }
  const salt = new Uint8Array(16);
  const nonce = new Uint8Array(12);
  random.fill(salt);
  random.fill(nonce);
  const key = await keyOf(passphrase, salt, cost);
  const box = chacha20poly1305(key, nonce, boundTo(cost, salt)).encrypt(seed);
  return { sealed: true, cost, salt, nonce, box };
}

/**
 * Opens a sealed seed.
 *
 * @returns `undefined` when the passphrase is not the one.
 */
export async function openSeed(
  sealed: Extract<SealedSeed, { sealed: true }>,
  passphrase: string,
): Promise<Uint8Array | undefined> {
  const { cost, salt, nonce, box } = sealed;
  const key = await keyOf(passphrase, salt, cost);
  try {
    return chacha20poly1305(key, nonce, boundTo(cost, salt)).decrypt(box);
  } catch {
    return undefined;
  }
}

/** Unicode NFKC first: the same passphrase from any keyboard. */
function keyOf(
  passphrase: string,
  salt: Uint8Array,
  cost: ScryptCost,
): Promise<Uint8Array> {
  const words = new TextEncoder().encode(passphrase.normalize("NFKC"));
  return scryptAsync(words, salt, {
    N: cost.n,
    r: cost.r,
    p: cost.p,
    dkLen: 32,
    maxmem: 2 ** 31,
  });
}

function boundTo(cost: ScryptCost, salt: Uint8Array): Uint8Array {
  const parts: CborValue = ["operator", cost.n, cost.r, cost.p, salt];
  return encodeCbor(parts);
}
