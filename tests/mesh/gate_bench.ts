/**
 * What a knock costs: `deno bench tests/mesh/gate_bench.ts`. The goal is 10 µs
 * (10,000 bad tokens a second in a tenth of a core), and one price for all:
 * from how long a refusal takes nobody may learn what was wrong.
 *
 * @module
 */
import { Gate, mintToken, windowMs } from "../../mesh/gate.ts";

const wallMs = 1_000 * windowMs;
const keys = new Map(
  Array.from({ length: 64 }, (_, at) => [at, new Uint8Array(32).fill(at + 1)]),
);
const gate = new Gate<number>();
gate.setKeys(keys);

const used = mintToken(keys.get(7)!, wallMs, new Uint8Array(8));
if (gate.admit(used, wallMs) !== 7) throw new Error("the gate is shut");
const expired = mintToken(
  keys.get(7)!,
  wallMs - 9 * windowMs,
  used.slice(8, 16),
);
const badMac = used.with(31, used[31]! ^ 1);
const random = crypto.getRandomValues(new Uint8Array(32));

const tokens: Record<string, Uint8Array> = {
  "no token": new Uint8Array(32),
  "unknown selector": random,
  "known selector, wrong MAC": badMac,
  expired,
  used,
};
// All paths are warm before the first is measured, as on a port under attack.
for (let round = 0; round < 20_000; round++) {
  for (const token of Object.values(tokens)) gate.admit(token, wallMs);
}
for (const [name, token] of Object.entries(tokens)) {
  Deno.bench({
    name,
    group: "Gate.admit()",
    baseline: name === "no token",
    fn: () => void gate.admit(token, wallMs),
  });
}
