import { deepEqual, equal, ok } from "node:assert/strict";
import { OperatorSeal, wrongMax } from "../../cli/operator_seal.ts";
import { ed25519Signer } from "../../mesh/mod.ts";
import { StateError } from "../../mesh/host/mod.ts";

const seed = new Uint8Array(32).fill(1);
const other = new Uint8Array(32).fill(2);
const { public: operator } = ed25519Signer(seed);
const bytes = new Uint8Array([1, 2, 3]);

function stateError(code: StateError["code"]): StateError {
  const at = { attempt: "read", file: "f", what: "w", nextStep: "n" } as const;
  return new StateError(code, at);
}

/** A store with keys under these passphrases; empty: open, absent: none. */
function storeWith(
  keys: { now?: [Uint8Array, string]; next?: [Uint8Array, string] },
) {
  const tries: (string | undefined)[] = [];
  const read = (key?: [Uint8Array, string]) => (passphrase?: string) => {
    tries.push(passphrase);
    if (!key) return Promise.reject(stateError("missing"));
    const [seed, secret] = key;
    if (secret === "") return Promise.resolve(seed);
    if (passphrase === undefined) {
      return Promise.reject(stateError("passphrase_needed"));
    }
    return passphrase === secret
      ? Promise.resolve(seed)
      : Promise.reject(stateError("wrong_passphrase"));
  };
  return {
    tries,
    hasOperator: () => Promise.resolve(keys.now !== undefined),
    readOperator: read(keys.now),
    hasNextOperator: () => Promise.resolve(keys.next !== undefined),
    readNextOperator: read(keys.next),
  };
}

const rows = [
  { name: "no key", keys: {}, state: "absent" },
  { name: "an open key", keys: { now: [seed, ""] }, state: "open" },
  { name: "a sealed key", keys: { now: [seed, "s"] }, state: "sealed" },
  { name: "another's key", keys: { now: [other, ""] }, state: "absent" },
  {
    name: "one that was voted in",
    keys: { now: [other, ""], next: [seed, ""] },
    state: "open",
  },
] as const;

for (const { name, keys, state } of rows) {
  Deno.test(`OperatorSeal.state() with ${name}: ${state}`, async () => {
    const copy = structuredClone(keys) as Parameters<typeof storeWith>[0];
    const seal = new OperatorSeal(storeWith(copy), { operator }, () => 0);
    equal(await seal.state(), state);
    const signed = await seal.sign(bytes, undefined);
    equal(signed instanceof Uint8Array, state === "open");
  });
}

Deno.test("OperatorSeal.sign() takes five wrong passphrases in a row, then none for a minute", async () => {
  let nowMs = 0;
  const store = storeWith({ now: [seed, "right"] });
  const seal = new OperatorSeal(store, { operator }, () => nowMs);
  for (let times = 0; times < wrongMax; times++) {
    const said = await seal.sign(bytes, "wrong");
    ok(
      "refused" in said && said.kind === "refused",
      "it says that it is wrong",
    );
  }
  const tried = store.tries.filter((each) => each !== undefined).length;
  for (const passphrase of ["wrong", "right"]) {
    const said = await seal.sign(bytes, passphrase);
    ok("refused" in said && said.kind === "too_many");
  }
  equal(
    store.tries.filter((each) => each !== undefined).length,
    tried,
    "nothing was tried",
  );
  nowMs = 60_000;
  deepEqual(await seal.sign(bytes, "right"), ed25519Signer(seed).sign(bytes));
});

Deno.test("OperatorSeal.sign() tries one passphrase at a time", async () => {
  const store = storeWith({ now: [seed, "right"] });
  const seal = new OperatorSeal(store, { operator }, () => 0);
  const [first, second] = await Promise.all([
    seal.sign(bytes, "right"),
    seal.sign(bytes, "right"),
  ]);
  ok(first instanceof Uint8Array);
  ok("refused" in second && second.kind === "too_many");
});
