/**
 * XEdDSA signing (Perrin 2016, sections 2.1 to 2.5) in plain numbers on affine
 * points: slow, leaky, only to hold `primitives/xeddsa.ts` against.
 *
 * @module
 */
import { createHash } from "node:crypto";

const p = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const d = field(-121665n * inverse(121666n));
/** The base point of RFC 8032, section 5.1. */
const base: Point = [
  15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  46316835694926478169428394003475163141307993866256225615783033603165251855960n,
];

type Point = readonly [x: bigint, y: bigint];

/**
 * @param secret A clamped X25519 secret.
 * @param z The 64 random bytes of section 2.5, or none as we leave them out.
 */
export function twinXeddsaSign(
  secret: Uint8Array,
  message: Uint8Array,
  z: Uint8Array,
): Uint8Array {
  const k = numberOf(secret) % order;
  const e = multiply(k, base);
  const a = e[0] % 2n === 1n ? (order - k) % order : k;
  const publicKey = bytesOf(e[1]);
  const prefix = bytesOf(2n ** 256n - 2n);
  const r = hash(prefix, bytesOf(a), message, z);
  const R = encode(multiply(r, base));
  const s = (r + hash(R, publicKey, message) * a) % order;
  return Uint8Array.of(...R, ...bytesOf(s));
}

function field(value: bigint): bigint {
  return ((value % p) + p) % p;
}

function inverse(value: bigint): bigint {
  let [result, power, left] = [1n, field(value), p - 2n];
  for (; left > 0n; left >>= 1n) {
    if (left & 1n) result = field(result * power);
    power = field(power * power);
  }
  return result;
}

/** The addition law of RFC 8032, section 5.1, in affine coordinates. */
function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const t = field(d * x1 * x2 * y1 * y2);
  return [
    field((x1 * y2 + x2 * y1) * inverse(1n + t)),
    field((y1 * y2 + x1 * x2) * inverse(1n - t)),
  ];
}

function multiply(scalar: bigint, point: Point): Point {
  let result: Point = [0n, 1n];
  let power = point;
  for (let left = scalar; left > 0n; left >>= 1n) {
    if (left & 1n) result = add(result, power);
    power = add(power, power);
  }
  return result;
}

function encode([x, y]: Point): Uint8Array {
  return bytesOf(y | (x & 1n) << 255n);
}

function hash(...parts: Uint8Array[]): bigint {
  const state = createHash("sha512");
  for (const part of parts) state.update(part);
  return numberOf(state.digest()) % order;
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => sum << 8n | BigInt(byte), 0n);
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from(
    { length: 32 },
    (_, index) => Number(value >> BigInt(8 * index) & 255n),
  );
}
