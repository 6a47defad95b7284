/**
 * One-time codes from a shared secret and the time: HOTP (RFC 4226) with the
 * time as its counter (RFC 6238), SHA-1, 30 s, 6 digits, which is what every
 * authenticator app understands.
 *
 * @module
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";

/** Bytes of a secret: RFC 4226, §4 R6 recommends 160 bits. */
export const totpSecretBytes = 20;
/** RFC 6238, §5.2: the recommended time step. */
export const totpStepMs = 30_000;
/** Steps that a phone's clock may be off, each way (RFC 6238, §5.2). */
const driftSteps = 1;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code of one time step, 6 digits. */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = hmac(sha1, secret, new Uint8Array(counter.buffer));
  const offset = (mac[19] ?? 0) & 0x0f;
  const word = new DataView(mac.buffer, mac.byteOffset).getUint32(offset);
  return String((word & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/**
 * The time step that a code belongs to, the present one or one beside it. All
 * of them are compared, whichever fits.
 *
 * @param usedStep The last one that was used: it and those before it do not
 * count any more (RFC 6238, §5.2: never accept a code twice).
 */
export function totpStep(
  secret: Uint8Array,
  code: string,
  wallMs: number,
  usedStep: number,
): number | undefined {
  const now = Math.floor(wallMs / totpStepMs);
  let found: number | undefined;
  for (let step = now - driftSteps; step <= now + driftSteps; step++) {
    if (sameText(totpCode(secret, step), code) && step > usedStep) {
      found = step;
    }
  }
  return found;
}

/** Base32 without padding (RFC 4648, §6), as apps want a secret typed. */
export function base32(bytes: Uint8Array): string {
  let [text, held, bits] = ["", 0, 0];
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += alphabet[(held << (5 - bits)) & 31];
  return text;
}

/**
 * What an authenticator app reads from a QR code.
 *
 * @param account Name of the account.
 * @param place Name of the host, so that two meshes can be told apart.
 */
export function totpLink(
  secret: Uint8Array,
  account: string,
  place: string,
): string {
  const issuer = encodeURIComponent(`StealthMesh ${place}`);
  return `otpauth://totp/${issuer}:${encodeURIComponent(account)}` +
    `?secret=${
      base32(secret)
    }&issuer=${issuer}&algorithm=SHA1&digits=6&period=30`;
}

/** Compares without telling by its time where two texts differ. */
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let n = 0; n < a.length; n++) {
    difference |= a.charCodeAt(n) ^ b.charCodeAt(n);
  }
  return difference === 0;
}
