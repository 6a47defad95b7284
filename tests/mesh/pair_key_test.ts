import { deepEqual, notDeepEqual, throws } from "node:assert/strict";
import { pairKeys } from "../../mesh/pair_key.ts";
import { keysOf } from "./roster_cast.ts";

const anna = keysOf("anna");
const berta = keysOf("berta");
const meshSecret = new Uint8Array(32).fill(5);

Deno.test("pairKeys() is the same at both ends", () => {
  const here = pairKeys(anna, berta.noise.public, meshSecret);
  deepEqual(here, pairKeys(berta, anna.noise.public, meshSecret));
  notDeepEqual(here.psk, here.gateKey);
  deepEqual([here.psk.length, here.gateKey.length], [32, 32]);
});

const others: [string, ReturnType<typeof pairKeys>][] = [
  ["peers", pairKeys(anna, keysOf("carla").noise.public, meshSecret)],
  ["meshes", pairKeys(anna, berta.noise.public, new Uint8Array(32))],
  ["own keys", pairKeys(keysOf("carla"), berta.noise.public, meshSecret)],
];
for (const [what, keys] of others) {
  Deno.test(`pairKeys() differs between ${what}`, () => {
    const here = pairKeys(anna, berta.noise.public, meshSecret);
    notDeepEqual(keys.psk, here.psk);
    notDeepEqual(keys.gateKey, here.gateKey);
  });
}

Deno.test("pairKeys() throws at keys of small order and short secrets", () => {
  throws(() => pairKeys(anna, new Uint8Array(32), meshSecret));
  throws(
    () => pairKeys(anna, berta.noise.public, new Uint8Array(31)),
    RangeError,
  );
});
