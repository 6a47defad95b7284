/**
 * Slow hashes of passwords, on a thread of their own.
 *
 * @module
 */
import { randomBytes, scrypt } from "node:crypto";
import {
  type PasswordCost,
  passwordCost,
  type PasswordHash,
} from "../web/account.ts";

/** Derives 32 bytes with scrypt (RFC 7914). */
export function derivePassword(
  password: string,
  salt: Uint8Array,
  { n: N, r, p }: PasswordCost,
): Promise<Uint8Array> {
  // Twice what it needs (128·N·r), or it refuses.
  const maxmem = 256 * N * r;
  const text = password.normalize("NFKC");
  return new Promise((resolve, reject) => {
    scrypt(text, salt, 32, { N, r, p, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(new Uint8Array(key));
    });
  });
}

/** Hashes a new password. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = new Uint8Array(randomBytes(16));
  const hash = await derivePassword(password, salt, passwordCost);
  return { cost: passwordCost, salt, hash };
}
