/**
 * People who may log in with a password and a code: what is kept of each, and
 * whether somebody is who he says. Neither password nor code can be read from
 * what is kept of the one; the secret of the other has to be kept as it is.
 *
 * @module
 */
import type { Role } from "./role.ts";

/** How a password is made slow to guess: scrypt (RFC 7914). */
export interface PasswordCost {
  /** CPU and memory, a power of two. */
  readonly n: number;
  /** Block size; memory is 128·n·r bytes. */
  readonly r: number;
  /** Passes. */
  readonly p: number;
}

/**
 * 16 MiB and five passes: the least memory among the equally strong choices of
 * the OWASP Password Storage Cheat Sheet, because a dashboard runs on tills.
 */
export const passwordCost: PasswordCost = { n: 16_384, r: 8, p: 5 };

/** A password as it is kept. */
export interface PasswordHash {
  /** What it was made with; a later version may choose another. */
  readonly cost: PasswordCost;
  /** 16 bytes, random. */
  readonly salt: Uint8Array;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** Derives 32 bytes, off this thread. */
export type DerivePassword = (
  password: string,
  salt: Uint8Array,
  cost: PasswordCost,
) => Promise<Uint8Array>;

/** One person. */
export interface Account {
  /** After {@linkcode accountName}. */
  readonly name: string;
  /** What may be done. */
  readonly role: Role;
  /** The password. */
  readonly password: PasswordHash;
  /** Shared with the app that shows codes; 20 bytes. */
  readonly totpSecret: Uint8Array;
  /** Another one after each change; sessions of before end by it. */
  readonly stamp: string;
}

/** Where accounts are kept. */
export interface AccountStore {
  /** By name; what no account is called is not found. */
  find(name: string): Account | undefined;
  /**
   * Notes that a code was used, unless it or a later one was: of two who bring
   * the same code one gets in.
   *
   * @returns Whether it counts.
   */
  takeStep(name: string, step: number): boolean;
  /** Time step of the last code that was used, −1 for none. */
  usedStep(name: string): number;
}

/** Accounts at most; a business of 500 machines has no more who watch. */
export const accountsMax = 64;
/** Fewer characters are guessed too fast (NIST SP 800-63B-4, §3.1.1.2). */
export const passwordLengthMin = 12;
/** Longer passwords are refused, so that nobody keeps us busy with one. */
export const passwordLengthMax = 256;

/** Letters, digits, dot, underscore, hyphen: safe in a header and in a log. */
export const accountName = /^[a-z0-9][a-z0-9._-]{0,31}$/;

/** Compares without telling by its time where two values differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let n = 0; n < a.length; n++) difference |= (a[n] ?? 0) ^ (b[n] ?? 0);
  return difference === 0;
}
