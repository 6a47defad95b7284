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
 * are computed once per key and window, so every token, whatever is wrong with
 * it, costs the same: three look-ups, one MAC, one look-up among the used, about
 * 1.3 µs and no Diffie-Hellman (`deno bench tests/mesh/gate_bench.ts`). The
 * selectors of the window to come are computed little by little (`prepare`), or
 * the first stranger after each turn of the window would wait for all of them.
 * Clocks may differ by one window.
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
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { replayTokensMax } from "./limits.ts";
import { KeyedBlake2s } from "./primitives/keyed_blake2s.ts";

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
/** What BLAKE2s writes before it is cut to `macBytes`. */
const hashBytes = 32;
const selectorPurpose = utf8ToBytes("stealthmesh gate selector");
const tokenPurpose = utf8ToBytes("stealthmesh gate token");
const macAt = selectorBytes + tokenNonceBytes;
/** Window and nonce: what is hashed for each token. */
const statementBytes = 8 + tokenNonceBytes;

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
  const statement = new Uint8Array(statementBytes);
  writeWindow(statement, window);
  statement.set(nonce, 8);
  const hash = new Uint8Array(hashBytes);
  new KeyedBlake2s(gateKey, tokenPurpose, macBytes).write(statement, hash);
  token.set(hash.subarray(0, macBytes), macAt);
  return token;
}

/** One key that opens the gate. */
interface Opener<Label> {
  readonly label: Label;
  readonly key: Uint8Array;
  readonly mac: KeyedBlake2s;
}

/** A selector, and whose token it announces. */
interface Expected<Label> {
  readonly selector: Uint8Array;
  /** Absent for an unknown selector: nobody's key, so that work is equal. */
  readonly label: Label | undefined;
  readonly mac: KeyedBlake2s;
  readonly window: Window<Label>;
}

/** One window: the selectors it opens with and the tokens used in it. */
interface Window<Label> {
  readonly number: number;
  /** Eight bytes of number; the shown nonce is put behind them. */
  readonly statement: Uint8Array;
  readonly byOpener: Map<Opener<Label>, Expected<Label>>;
  /** So many of the gate's openers, in their order, are among them. */
  done: number;
  /** By 53 bits of the selector. */
  readonly bySelector: Map<number, Expected<Label>>;
  readonly used: UsedTokens<Label>;
}

/** `prepare` once a second has a window ready with ten seconds to spare. */
const preparedShare = 20;

/** Who may knock, and what was already used. */
export class Gate<Label> {
  #openers = new Map<Label, Opener<Label>>();
  /** The same, in the order in which windows learn them. */
  #order: readonly Opener<Label>[] = [];
  /** The windows before, at and after the clock, in this order; or none yet. */
  #near: readonly Window<Label>[] = [];
  /** The window that comes next, as far as it is prepared. */
  #coming: Window<Label> = windowAt(0);
  readonly #nobody: Expected<Label> = nobody();
  /** The token shown, made 32 bytes long; its parts are views of it. */
  readonly #shown = new Uint8Array(tokenBytes);
  readonly #shownSelector = this.#shown.subarray(0, selectorBytes);
  readonly #shownNonce = this.#shown.subarray(selectorBytes, macAt);
  readonly #shownMac = this.#shown.subarray(macAt);
  readonly #hash = new Uint8Array(hashBytes);
  readonly #mac = this.#hash.subarray(0, macBytes);

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
      const mac = same
        ? old.mac
        : new KeyedBlake2s(key, tokenPurpose, macBytes);
      this.#openers.set(label, same ? old : { label, key: key.slice(), mac });
    }
    this.#order = [...this.#openers.values()];
    const kept = new Set(this.#order);
    for (const window of [...this.#near, this.#coming]) {
      window.done = 0;
      for (const [opener, { selector }] of window.byOpener) {
        if (kept.has(opener)) continue;
        window.byOpener.delete(opener);
        window.bySelector.delete(numberIn(selector));
      }
    }
    for (const window of this.#near) this.#expect(window, Infinity);
  }

  /**
   * Does a share of the work that the next window will need. To be called
   * about once a second; what is not done by then delays the first knock.
   *
   * @param wallMs This node's wall clock.
   */
  prepare(wallMs: number): void {
    this.#turn(windowOf(wallMs));
    this.#expect(this.#coming, Math.ceil(this.#openers.size / preparedShare));
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
    this.#turn(windowOf(wallMs));
    const whole = token.length === tokenBytes;
    this.#shown.fill(0);
    this.#shown.set(whole ? token : token.subarray(0, tokenBytes));
    const { label, mac, selector, window } = this.#announced();
    window.statement.set(this.#shownNonce, 8);
    mac.write(window.statement, this.#hash);
    // All three are worked out, so that none of them shows in the time.
    const named = equalBytes(selector, this.#shownSelector);
    const genuine = equalBytes(this.#mac, this.#shownMac);
    const name = numberIn(this.#mac);
    const fresh = !window.used.has(name);
    if (!named || !genuine || !fresh || !whole || label === undefined) {
      return undefined;
    }
    return window.used.add(label, name) ? label : undefined;
  }

  /** Looks in every window, wherever it finds the shown selector. */
  #announced(): Expected<Label> {
    const name = numberIn(this.#shown);
    let found = this.#nobody;
    for (const { bySelector } of this.#near) {
      found = bySelector.get(name) ?? found;
    }
    return found;
  }

  /** Brings the windows around `number` up, forgets older and newer ones. */
  #turn(number: number): void {
    if (this.#near[1]?.number === number) return;
    const known = [...this.#near, this.#coming];
    const at = (wanted: number) =>
      known.find((each) => each.number === wanted) ?? windowAt<Label>(wanted);
    this.#near = [at(number - 1), at(number), at(number + 1)];
    this.#coming = at(number + 2);
    for (const window of this.#near) this.#expect(window, Infinity);
  }

  /** Adds at most `countMax` of the selectors that a window still lacks. */
  #expect(window: Window<Label>, countMax: number): void {
    let count = 0;
    for (; window.done < this.#order.length; window.done++) {
      const opener = this.#order[window.done]!;
      if (window.byOpener.has(opener)) continue;
      if (++count > countMax) return;
      const { label, key, mac } = opener;
      const selector = selectorOf(key, window.number);
      const expected = { selector, label, mac, window };
      window.byOpener.set(opener, expected);
      window.bySelector.set(numberIn(selector), expected);
    }
  }
}

function windowAt<Label>(number: number): Window<Label> {
  const statement = new Uint8Array(statementBytes);
  writeWindow(statement, number);
  return {
    number,
    statement,
    byOpener: new Map(),
    done: 0,
    bySelector: new Map(),
    used: new UsedTokens(),
  };
}

/** What stands in where a selector is unknown. */
function nobody<Label>(): Expected<Label> {
  return {
    selector: new Uint8Array(selectorBytes),
    label: undefined,
    mac: new KeyedBlake2s(new Uint8Array(32), tokenPurpose, macBytes),
    window: windowAt(0),
  };
}

/**
 * The replay cache of one window. Genuine tokens are told apart by 53 bits of
 * their MAC: a used one is always found, a fresh one is taken for used once in
 * 10^11 dials.
 */
class UsedTokens<Label> {
  readonly #names = new Set<number>();
  readonly #perLabel = new Map<Label, number>();

  has(name: number): boolean {
    return this.#names.has(name);
  }

  /** Remembers a token; false if there is no room. */
  add(label: Label, name: number): boolean {
    const count = this.#perLabel.get(label) ?? 0;
    if (this.#names.size >= replayTokensMax || count >= tokensPerLabelMax) {
      return false;
    }
    this.#names.add(name);
    this.#perLabel.set(label, count + 1);
    return true;
  }
}

/** The first 53 bits as a number: a name that costs no text. */
function numberIn(bytes: Uint8Array): number {
  const high = bytes[0]! * 0x1000000 + (bytes[1]! << 16) + (bytes[2]! << 8) +
    bytes[3]!;
  const low = (bytes[4]! << 13) | (bytes[5]! << 5) | (bytes[6]! >> 3);
  return high * 0x200000 + low;
}

function windowOf(wallMs: number): number {
  // One window before it must have a number, too.
  return Math.max(1, Math.floor(wallMs / windowMs));
}

function selectorOf(gateKey: Uint8Array, window: number): Uint8Array {
  const number = new Uint8Array(8);
  writeWindow(number, window);
  return blake2s(concatBytes(selectorPurpose, number), {
    key: gateKey,
    dkLen: selectorBytes,
  });
}

/** Writes the window into the first eight bytes. */
function writeWindow(into: Uint8Array, window: number): void {
  new DataView(into.buffer).setBigUint64(0, BigInt(window));
}
