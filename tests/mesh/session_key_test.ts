/**
 * Session keys do not outlive their time: what was recorded under an old key
 * stays closed to whoever seizes a node later.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { concatBytes } from "@noble/hashes/utils.js";
import { HandshakeState } from "../../mesh/noise/handshake_state.ts";
import { parseProtocolName } from "../../mesh/noise/protocol_name.ts";
import { chaChaPoly } from "../../mesh/primitives/chacha_poly.ts";
import type { CipherFunction } from "../../mesh/primitives/cipher_function.ts";
import { drawBytes, drawKeys, LinkPair } from "./link_pair.ts";
import { seededRandom } from "./virtual_world.ts";

const none = new Uint8Array(0);
const zeros = new Uint8Array(32);
const name = "Noise_IKhfs+psk2_25519+MLKEM768_ChaChaPoly_BLAKE2s";

/** Every key array that either end ever held, in order of first use. */
class KeySpy {
  readonly held: Uint8Array[] = [];
  /** What each was when it was first used: the thief of that moment. */
  readonly stolen: Uint8Array[] = [];
  readonly cipher: CipherFunction = {
    name: chaChaPoly.name,
    encrypt: (k, n, ad, plaintext) => {
      this.#see(k);
      return chaChaPoly.encrypt(k, n, ad, plaintext);
    },
    decrypt: (k, n, ad, ciphertext) => {
      this.#see(k);
      return chaChaPoly.decrypt(k, n, ad, ciphertext);
    },
  };

  /** Those that are not wiped. */
  get live(): Uint8Array[] {
    return this.held.filter((key) => key.some((byte) => byte !== 0));
  }

  #see(k: Uint8Array): void {
    if (this.held.includes(k)) return;
    this.held.push(k);
    this.stolen.push(k.slice());
  }
}

function spiedPair() {
  const spy = new KeySpy();
  const protocol = { ...parseProtocolName(name), cipher: spy.cipher };
  const keys = [drawKeys(), drawKeys()] as const;
  const psk = drawBytes(32);
  const pair = new LinkPair({
    keys,
    change: (end, options) => ({
      ...options,
      handshake: new HandshakeState({
        protocol,
        initiator: end === 0,
        prologue: none,
        random: seededRandom(`spy ${end}`),
        s: keys[end].noise,
        psks: [psk],
        ...(end === 0 && { rs: keys[1].noise.public }),
      }),
    }),
  });
  return { spy, pair };
}

/** Opens a cell with any of the keys, whatever its counter. */
function opens(keys: readonly Uint8Array[], cell: Uint8Array): boolean {
  return keys.some((key) =>
    Array.from({ length: 40 }, (_, n) => BigInt(n)).some((n) =>
      chaChaPoly.decrypt(key, n, none, cell) !== undefined
    )
  );
}

/** Runs until each end has renewed its key `times` times. */
function runToRekeys(pair: LinkPair, times: number): void {
  // Each end counts the marker it sent and the one it heard.
  while ((pair.counts.rekeys ?? 0) < 4 * times) {
    pair.run(1_000);
    ok(pair.nowMs < 1_000_000);
  }
  // A new key is seen once a cell used it.
  pair.run(1_000);
}

Deno.test("Link wipes the keys of the handshake once it is over", () => {
  const { spy, pair } = spiedPair();
  pair.run(4_000);
  ok(pair.isOpen);
  // Two directions at two ends; all that the handshake used is zero.
  equal(spy.live.length, 4);
  ok(spy.held.length > 8);
});

Deno.test("Link two periods on: old keys are zeros, old cells stay closed", () => {
  const { spy, pair } = spiedPair();
  pair.run(4_000);
  const sealed = ([0, 1] as const).map((end) => {
    const cell = pair.sentBy(end).at(-1)?.cell;
    ok(cell);
    return cell.slice();
  });
  const old = spy.live;
  const stolen = spy.stolen.slice();
  for (const cell of sealed) ok(opens(stolen, cell), "the test can fail");

  runToRekeys(pair, 2);
  for (const key of old) deepEqual(key, zeros);
  equal(spy.live.length, 4);
  for (const cell of sealed) equal(opens(spy.live, cell), false);

  // The ends themselves refuse them, too, and go on.
  const before = pair.counts.cells_rejected ?? 0;
  pair.links[1].receive(sealed[0] ?? none, pair.nowMs);
  pair.links[0].receive(sealed[1] ?? none, pair.nowMs);
  equal(pair.counts.cells_rejected, before + 2);
  pair.run(1_000);
  equal(pair.counts.cells_rejected, before + 2);
});

Deno.test("Link renews without a way back: no live key yields a former one", () => {
  const { spy, pair } = spiedPair();
  pair.run(4_000);
  const former = spy.live.map((key) => key.slice());
  runToRekeys(pair, 1);
  const live = spy.live.map((key) => key.toHex());
  for (const key of former) equal(live.includes(key.toHex()), false);
  // Forward is easy (section 11.3 of Noise), so the order is what is shown.
  const forward = former.map((key) =>
    chaChaPoly.encrypt(key, 2n ** 64n - 1n, none, zeros).slice(0, 32).toHex()
  );
  deepEqual(new Set(forward), new Set(live));
});

Deno.test("Link.close() leaves no key, at any moment of its life", () => {
  for (const ms of [1, 600, 1_300, 1_700, 4_000, 130_000]) {
    const { spy, pair } = spiedPair();
    pair.run(ms);
    for (const link of pair.links) link.close();
    equal(concatBytes(...spy.live).length, 0, `after ${ms} ms`);
  }
});
