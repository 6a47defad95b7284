/**
 * Strict deterministic CBOR (RFC 8949, section 4.2.1) over `cborg`: one value
 * has one encoding, so signed bytes can be compared and hashed, and nobody
 * can make a second spelling of a signed thing.
 *
 * Only what the mesh needs: integers, text, byte strings, booleans, null and
 * arrays. Maps, floats, tags and indefinite lengths are refused.
 *
 * @module
 */
import { decode, encode } from "cborg";
import { linkMessageBytesMax } from "./limits.ts";

/** What can be written and read. Numbers are safe integers. */
export type CborValue =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[];

/** Nested arrays beyond this are refused; the mesh's own formats use 3. */
const depthMax = 16;

/**
 * The one encoding of `value`.
 *
 * @throws {TypeError} If it holds anything but a {@linkcode CborValue}.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  if (!isCborValue(value, 0)) {
    throw new TypeError("Cannot encode CBOR: unsupported value");
  }
  return new Uint8Array(encode(value));
}

/**
 * Reads bytes that a peer or a file sent.
 *
 * @param bytesMax Longer input is not looked at.
 * @returns `undefined` for anything {@linkcode encodeCbor} would not have
 * written byte for byte.
 */
export function decodeCbor(
  bytes: Uint8Array,
  bytesMax: number = linkMessageBytesMax,
): CborValue | undefined {
  if (bytes.length > bytesMax) return undefined;
  try {
    const value: unknown = decode(bytes, decodeOptions);
    if (!isCborValue(value, 0)) return undefined;
    return sameBytes(encode(value), bytes) ? value : undefined;
  } catch {
    // cborg throws on malformed input, and the stack on absurd nesting.
    return undefined;
  }
}

/** The items of an array, `undefined` for every other value. */
export function asArray(
  value: CborValue | undefined,
): readonly CborValue[] | undefined {
  return Array.isArray(value) ? value as readonly CborValue[] : undefined;
}

/** A byte string of exactly `length` bytes, `undefined` for all else. */
export function asBytes(
  value: CborValue | undefined,
  length: number,
): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length === length
    ? value
    : undefined;
}

/** An integer from 0 to 2^53 - 1, `undefined` for all else. */
export function asUnsigned(value: CborValue | undefined): number | undefined {
  return typeof value === "number" && value >= 0 ? value : undefined;
}

const decodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
} as const;

function isCborValue(value: unknown, depth: number): value is CborValue {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && !Object.is(value, -0);
  }
  if (typeof value === "string") return value.isWellFormed();
  if (value === null || typeof value === "boolean") return true;
  if (value instanceof Uint8Array) return true;
  if (!Array.isArray(value) || depth >= depthMax) return false;
  return value.every((item) => isCborValue(item, depth + 1));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
