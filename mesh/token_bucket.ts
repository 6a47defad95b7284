/**
 * A token bucket (RFC 2697, section 3, with one rate and one burst): how much
 * of something a peer, a link or this node itself may use up.
 *
 * It starts full. A clock that goes back adds nothing and takes nothing.
 *
 * @module
 */

/** What a bucket allows. */
export interface Allowance {
  /** Tokens that are there at most. */
  readonly burst: number;
  /** Tokens that come back. */
  readonly perSecond: number;
}

/** Tokens that come back with time. */
export class TokenBucket {
  #allowance: Allowance;
  #tokens: number;
  #atMs: number;

  constructor(allowance: Allowance, nowMs: number) {
    this.#allowance = allowance;
    this.#tokens = allowance.burst;
    this.#atMs = nowMs;
  }

  /** Whether a token is there; takes none. */
  has(nowMs: number): boolean {
    const { burst, perSecond } = this.#allowance;
    const passedMs = Math.max(0, nowMs - this.#atMs);
    this.#atMs = Math.max(this.#atMs, nowMs);
    this.#tokens = Math.min(burst, this.#tokens + passedMs * perSecond / 1_000);
    return this.#tokens >= 1;
  }

  /** Takes a token if one is there. */
  take(nowMs: number): boolean {
    if (!this.has(nowMs)) return false;
    this.#tokens--;
    return true;
  }
}
