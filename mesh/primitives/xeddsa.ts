/**
 * Signatures by an X25519 key, after Perrin, "The XEdDSA and VXEdDSA Signature
 * Schemes" (Signal, revision 1, 2016), sections 2.3 to 2.6, for curve25519.
 *
 * The roster needs them so that nobody can enter a Noise key that belongs to
 * somebody else: the entry is signed by the Noise key it names.
 *
 * Departs from section 2.5: the 64 random bytes Z are left out, which makes
 * signing deterministic as RFC 8032 is; the nonce still depends on the secret.
 *
 * @module
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { ed25519Verify } from "./ed25519.ts";

const { Point } = ed25519;
const { Fp, Fn } = Point;
/** hash_1 of section 2.1 is SHA-512 after 2^256 - 2, little-endian. */
const nonceHashPrefix = new Uint8Array(32).fill(0xff);
nonceHashPrefix[0] = 0xfe;

/**
 * A 64-byte signature over `message`.
 *
 * @param secret X25519 secret, 32 bytes, clamped or not.
 */
export function xeddsaSign(
  secret: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const clamped = secret.slice();
  clamped[0]! &= 0xf8;
  clamped[31] = (clamped[31]! & 0x7f) | 0x40;
  const k = Fn.create(littleEndian(clamped));
  const edwards = Point.BASE.multiply(k).toBytes();
  const a = edwards[31]! & 0x80 ? Fn.neg(k) : k;
  edwards[31]! &= 0x7f;

  const r = scalarHash(nonceHashPrefix, Fn.toBytes(a), message);
  const R = Point.BASE.multiply(r).toBytes();
  const h = scalarHash(R, edwards, message);
  return concatBytes(R, Fn.toBytes(Fn.add(r, Fn.mul(h, a))));
}

/**
 * Whether `signature` over `message` is by the X25519 key; never throws.
 *
 * Keys of small order, which have no secret of their own, are refused.
 *
 * @param publicKey X25519 public key, 32 bytes.
 */
export function xeddsaVerify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const edwards = edwardsOf(publicKey);
  return edwards !== undefined && ed25519Verify(edwards, message, signature);
}

/** Converts u to y = (u - 1) / (u + 1) with sign bit 0 (section 2.3). */
function edwardsOf(publicKey: Uint8Array): Uint8Array | undefined {
  if (publicKey.length !== 32) return undefined;
  const u = littleEndian(publicKey);
  if (u >= Fp.ORDER) return undefined;
  try {
    const y = Fp.div(Fp.sub(u, Fp.ONE), Fp.add(u, Fp.ONE));
    const edwards = Fp.toBytes(y);
    return Point.fromBytes(edwards).isSmallOrder() ? undefined : edwards;
  } catch {
    // u = -1 has no inverse, and half of all u lie on the twist.
    return undefined;
  }
}

function scalarHash(...parts: Uint8Array[]): bigint {
  return Fn.create(littleEndian(sha512(concatBytes(...parts))));
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytes.slice().reverse().toHex()}`);
}
