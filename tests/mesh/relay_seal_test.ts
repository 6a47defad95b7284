import { deepEqual, equal, ok } from "node:assert/strict";
import { RelaySeal } from "../../mesh/relay_seal.ts";
import {
  anna,
  berta,
  carla,
  meshId,
  nextKeys,
  randomOf,
} from "./roster_cast.ts";

const secret = new Uint8Array(32).fill(5);
const plaintext = new TextEncoder().encode("for Berta alone");
const seal = new RelaySeal(meshId, secret, randomOf("seal"));

function sealed(): Uint8Array {
  return seal.seal(anna, berta.node, berta.noise.public, plaintext);
}

Deno.test("RelaySeal.open() gives what was sealed, and whose key sealed it", () => {
  const opened = seal.open(berta, sealed());
  deepEqual(opened?.plaintext, plaintext);
  deepEqual(opened?.senderNoise, anna.noise.public);
});

Deno.test("RelaySeal.seal() never gives the same bytes twice", () => {
  ok(sealed().toHex() !== sealed().toHex());
});

const strangers: { name: string; open: () => unknown }[] = [
  { name: "another member", open: () => seal.open(carla, sealed()) },
  { name: "the sender", open: () => seal.open(anna, sealed()) },
  {
    name: "the receiver's next keys",
    open: () => seal.open(nextKeys(berta), sealed()),
  },
  {
    name: "another mesh",
    open: () =>
      new RelaySeal(new Uint8Array(32).fill(1), secret, randomOf("x"))
        .open(berta, sealed()),
  },
  {
    name: "the receiver without the mesh secret",
    open: () =>
      new RelaySeal(meshId, new Uint8Array(32), randomOf("x"))
        .open(berta, sealed()),
  },
  {
    name: "the receiver's key under another id",
    open: () => seal.open({ ...berta, node: carla.node }, sealed()),
  },
  {
    name: "anybody, cut short",
    open: () => seal.open(berta, sealed().slice(1)),
  },
  { name: "anybody, empty", open: () => seal.open(berta, new Uint8Array(0)) },
];
for (const { name, open } of strangers) {
  Deno.test(`RelaySeal.open() gives nothing to ${name}`, () => {
    equal(open(), undefined);
  });
}

Deno.test("RelaySeal.open() refuses a seal with any byte changed", () => {
  const whole = sealed();
  for (let at = 0; at < whole.length; at++) {
    const spoilt = whole.map((byte, index) => index === at ? byte ^ 1 : byte);
    equal(seal.open(berta, spoilt), undefined, `byte ${at}`);
  }
});
