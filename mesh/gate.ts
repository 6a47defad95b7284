/**
 * The gate before a handshake (design §5): whoever asks to open a link shows a
 * token that only two members, or an inviter and its guest, can make.
 * Everybody else gets the page's own 404, for the same work.
 *
 * A token is made for one 30 s window and works once.
 *
 * | offset | bytes | meaning |
 * | ---: | ---: | --- |
 * | 0 | 8 | selector: MAC(gate key, "selector" ‖ window), says whose key to try |
 * | 8 | 8 | nonce of the dialler |
 * | 16 | 16 | MAC(gate key, "token" ‖ window ‖ nonce) |
 *
 * The MAC is keyed BLAKE2s (RFC 7693), the hash of our Noise suite. Selectors
 * are computed once per key and window, so a token costs one look-up and one
 * MAC whether it is known or not, and no Diffie-Hellman. Clocks may differ by
 * one window.
 *
 * Bounds: at most `replayTokensMax` used tokens are remembered per window and
 * `tokensPerLabelMax` per label; past either the gate refuses. The handshake
 * behind the gate proves the peer anew, so a token replayed after the clock was
 * set back gains nothing but a connection.
 *
 * @module
 */
import { equalBytes } from "@noble/ciphers/utils.js";
import { blake2s } from "@noble/hashes/blake2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { replayTokensMax } from "./limits.ts";

/** Bytes of a token. */
export const tokenBytes = 32;
/** Bytes of the nonce a token is made with. */
export const tokenNonceBytes = 8;
/** Validity of one token: the design's window. */
export const windowMs = 30_000;
/**
 * Tokens one label may use per window, so that no member can fill the replay
 * cache for the others. Our choice: a peer that dials eight times a second.
 */
export const tokensPerLabelMax = 256;

const selectorBytes = 8;
const macBytes = 16;
const selectorPurpose = utf8ToBytes("stealthmesh gate selector");
const tokenPurpose = utf8ToBytes("stealthmesh gate token");
/** Stands in for the key of an unknown selector, so that work is equal. */
const nobodysKey = new Uint8Array(32);

/**
 * Makes a token.
 *
 * @param gateKey 32 bytes, from `pairKeys` or `inviteKeys`.
 * @param wallMs The dialler's wall clock.
 * @param nonce 8 unpredictable bytes, fresh for each dial.
 * @throws {RangeError} If `nonce` is not 8 bytes.
 */
export function mintToken(
  gateKey: Uint8Array,
  wallMs: number,
  nonce: Uint8Array,
): Uint8Array {
  if (nonce.length !== tokenNonceBytes) {
    throw new RangeError(`Cannot mint token: nonce must be 8 bytes`);
  }
  const window = windowOf(wallMs);
  const token = new Uint8Array(tokenBytes);
  token.set(selectorOf(gateKey, window), 0);
  token.set(nonce, selectorBytes);
  token.set(macOf(gateKey, window, nonce), selectorBytes + tokenNonceBytes);
  return token;
}

/** One key that opens the gate, and its selectors by window. */
interface Opener<Label> {
  readonly label: Label;
  readonly key: Uint8Array;
  readonly selectors: Map<number, string>;
}

/** Who may knock, and what was already used. */
export class Gate<Label> {
  #openers = new Map<Label, Opener<Label>>();
  /** By selector (hex), for the windows around {@linkcode #window}. */
  #known = new Map<string, { opener: Opener<Label>; window: number }>();
  #window: number | undefined;
  readonly #used = new Map<number, UsedTokens<Label>>();

  /**
   * Replaces the keys that open the gate. Used tokens stay used.
   *
   * @param keys 32-byte gate keys by whom they let in.
   */
  setKeys(keys: ReadonlyMap<Label, Uint8Array>): void {
    const before = this.#openers;
    this.#openers = new Map();
    for (const [label, key] of keys) {
      const old = before.get(label);
      const same = old !== undefined && equalBytes(old.key, key);
      this.#openers.set(
        label,
        same ? old : { label, key: key.slice(), selectors: new Map() },
      );
    }
    this.#window = undefined;
  }

  /**
   * Takes a token, once.
   *
   * @param token Bytes a stranger sent, of any length.
   * @param wallMs This node's wall clock.
   * @returns Who may come in; `undefined` for a wrong, old, early, used or
   * malformed token, or when the window's replay cache is full.
   */
  admit(token: Uint8Array, wallMs: number): Label | undefined {
    const window = windowOf(wallMs);
    if (window !== this.#window) this.#turn(window);
    const shown = new Uint8Array(tokenBytes);
    shown.set(token.subarray(0, tokenBytes));
    const known = this.#known.get(
      bytesToHex(shown.subarray(0, selectorBytes)),
    );
    const macAt = selectorBytes + tokenNonceBytes;
    const expected = macOf(
      known?.opener.key ?? nobodysKey,
      known?.window ?? window,
      shown.subarray(selectorBytes, macAt),
    );
    const genuine = equalBytes(expected, shown.subarray(macAt));
    if (!known || !genuine || token.length !== tokenBytes) return undefined;
    const { label } = known.opener;
    const fresh = this.#useOnce(known.window, label, bytesToHex(shown));
    return fresh ? label : undefined;
  }

  /** Looks up selectors around `window`, forgets those and tokens before. */
  #turn(window: number): void {
    this.#window = window;
    this.#known = new Map();
    for (const opener of this.#openers.values()) {
      for (const old of opener.selectors.keys()) {
        if (Math.abs(old - window) > 1) opener.selectors.delete(old);
      }
      for (const near of [window - 1, window, window + 1]) {
        const selector = opener.selectors.get(near) ??
          bytesToHex(selectorOf(opener.key, near));
        opener.selectors.set(near, selector);
        this.#known.set(selector, { opener, window: near });
      }
    }
    for (const old of this.#used.keys()) {
      if (Math.abs(old - window) > 1) this.#used.delete(old);
    }
  }

  #useOnce(window: number, label: Label, token: string): boolean {
    let used = this.#used.get(window);
    if (!used) this.#used.set(window, used = new UsedTokens());
    return used.add(label, token);
  }
}

/** The replay cache of one window. */
class UsedTokens<Label> {
  readonly #tokens = new Set<string>();
  readonly #perLabel = new Map<Label, number>();

  /** Whether `token` is new and there is room to remember it. */
  add(label: Label, token: string): boolean {
    const count = this.#perLabel.get(label) ?? 0;
    if (this.#tokens.has(token)) return false;
    if (this.#tokens.size >= replayTokensMax || count >= tokensPerLabelMax) {
      return false;
    }
    this.#tokens.add(token);
    this.#perLabel.set(label, count + 1);
    return true;
  }
}

function windowOf(wallMs: number): number {
  return Math.max(1, Math.floor(wallMs / windowMs));
}

function selectorOf(gateKey: Uint8Array, window: number): Uint8Array {
  const message = new Uint8Array(selectorPurpose.length + 8);
  message.set(selectorPurpose);
  writeWindow(message, selectorPurpose.length, window);
  return blake2s(message, { key: gateKey, dkLen: selectorBytes });
}

function macOf(
  gateKey: Uint8Array,
  window: number,
  nonce: Uint8Array,
): Uint8Array {
  const message = new Uint8Array(tokenPurpose.length + 8 + tokenNonceBytes);
  message.set(tokenPurpose);
  writeWindow(message, tokenPurpose.length, window);
  message.set(nonce, tokenPurpose.length + 8);
  return blake2s(message, { key: gateKey, dkLen: macBytes });
}

function writeWindow(into: Uint8Array, offset: number, window: number): void {
  new DataView(into.buffer).setBigUint64(offset, BigInt(window));
}
