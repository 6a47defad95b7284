/**
 * Runs what every request to the port goes through, reading the cookie and
 * asking the gate, until the engine has compiled it. Interpreted it takes 27 µs
 * of an answer's 100, and strangers come so seldom that it would stay
 * interpreted: who knows the machine and the page could see the mesh beside it.
 * Compiled it takes 5. (The agent runs without V8's middle tiers to save memory,
 * see `deno.json`, so compiled code comes late; then it stays.)
 *
 * A gate of its own is asked, because compiled code belongs to the functions and
 * not to the gate, and no count of the node's should show this.
 *
 * @module
 */
import { Gate, mintToken, tokenBytes } from "../gate.ts";
import { tokenHeaders, tokenOf } from "./upgrade.ts";

/** From about 1,000 on a round takes what it takes for good; 30 ms in all. */
const rounds = 1_500;
/** Any time but the first windows. */
const wallMs = 1e9;

/**
 * Kept: the engine lets go of compiled code when the last object of a shape
 * that it was compiled for is gone.
 */
const gate = new Gate<string>();

/** Warms the way to the gate; before the port opens. */
export function warmGate(): void {
  const key = new Uint8Array(32);
  gate.setKeys(new Map([["nobody", key]]));
  // Both outcomes of each look-up: a token that is used, and an unknown one.
  const used = mintToken(key, wallMs, new Uint8Array(8));
  const shown = [used, new Uint8Array(tokenBytes)]
    .map((token) => new Headers(tokenHeaders(token)));
  for (let round = 0; round < rounds; round++) {
    for (const headers of shown) gate.admit(tokenOf(headers), wallMs);
  }
}
