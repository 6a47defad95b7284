import { equal, throws } from "node:assert/strict";
import {
  Gate,
  mintToken,
  tokensPerLabelMax,
  windowMs,
} from "../../mesh/gate.ts";
import { replayTokensMax } from "../../mesh/limits.ts";

const wallMs = 1_000 * windowMs + 5_000;
const annaKey = new Uint8Array(32).fill(1);
const bertaKey = new Uint8Array(32).fill(2);

function gateOf(entries: [string, Uint8Array][]): Gate<string> {
  const gate = new Gate<string>();
  gate.setKeys(new Map(entries));
  return gate;
}

function nonceOf(number: number): Uint8Array {
  const nonce = new Uint8Array(8);
  new DataView(nonce.buffer).setUint32(0, number);
  return nonce;
}

function flip(token: Uint8Array, at: number): Uint8Array {
  const changed = token.slice();
  changed[at]! ^= 1;
  return changed;
}

const genuine = mintToken(annaKey, wallMs, nonceOf(1));
const foreign = mintToken(new Uint8Array(32).fill(9), wallMs, nonceOf(1));
const rows: { name: string; token: Uint8Array; label?: string }[] = [
  { name: "a member's token", token: genuine, label: "anna" },
  {
    name: "another member's token",
    token: mintToken(bertaKey, wallMs, nonceOf(1)),
    label: "berta",
  },
  {
    name: "the window before",
    token: mintToken(annaKey, wallMs - windowMs, nonceOf(1)),
    label: "anna",
  },
  {
    name: "the window after",
    token: mintToken(annaKey, wallMs + windowMs, nonceOf(1)),
    label: "anna",
  },
  {
    name: "two windows before",
    token: mintToken(annaKey, wallMs - 2 * windowMs, nonceOf(1)),
  },
  {
    name: "two windows after",
    token: mintToken(annaKey, wallMs + 2 * windowMs, nonceOf(1)),
  },
  { name: "a stranger's token", token: foreign },
  { name: "a changed selector", token: flip(genuine, 0) },
  { name: "a changed nonce", token: flip(genuine, 8) },
  { name: "a changed MAC", token: flip(genuine, 31) },
  {
    name: "a known selector with a stranger's rest",
    token: new Uint8Array([...genuine.subarray(0, 8), ...foreign.subarray(8)]),
  },
  {
    name: "one member's selector with another's rest",
    token: new Uint8Array([
      ...genuine.subarray(0, 8),
      ...mintToken(bertaKey, wallMs, nonceOf(1)).subarray(8),
    ]),
  },
  {
    name: "a neighbouring window's selector with this one's rest",
    token: new Uint8Array([
      ...mintToken(annaKey, wallMs - windowMs, nonceOf(1)).subarray(0, 8),
      ...genuine.subarray(8),
    ]),
  },
  { name: "no bytes", token: new Uint8Array() },
  { name: "one byte less", token: genuine.subarray(0, 31) },
  { name: "one byte more", token: new Uint8Array([...genuine, 0]) },
  { name: "zeros", token: new Uint8Array(32) },
];
for (const { name, token, label } of rows) {
  Deno.test(`Gate.admit() ${label ? "takes" : "refuses"} ${name}`, () => {
    const gate = gateOf([["anna", annaKey], ["berta", bertaKey]]);
    equal(gate.admit(token, wallMs), label);
  });
}

Deno.test("Gate.admit() takes a token once, in every window it is good for", () => {
  const gate = gateOf([["anna", annaKey]]);
  const early = wallMs - windowMs;
  equal(gate.admit(genuine, early), "anna");
  for (const againMs of [early, wallMs, wallMs + windowMs]) {
    equal(gate.admit(genuine, againMs), undefined);
  }
});

Deno.test("Gate.admit() remembers used tokens when keys change", () => {
  const gate = gateOf([["anna", annaKey]]);
  equal(gate.admit(genuine, wallMs), "anna");
  gate.setKeys(new Map([["anna", annaKey], ["berta", bertaKey]]));
  equal(gate.admit(genuine, wallMs), undefined);
  const token = mintToken(bertaKey, wallMs, nonceOf(1));
  equal(gate.admit(token, wallMs), "berta");
});

Deno.test("Gate.setKeys() shuts out whom it does not name", () => {
  const gate = gateOf([["anna", annaKey]]);
  equal(gate.admit(mintToken(annaKey, wallMs, nonceOf(1)), wallMs), "anna");
  gate.setKeys(new Map([["berta", bertaKey]]));
  const token = mintToken(annaKey, wallMs, nonceOf(2));
  equal(gate.admit(token, wallMs), undefined);
});

Deno.test("Gate.admit() bounds one label's tokens without harm to others", () => {
  const gate = gateOf([["anna", annaKey], ["berta", bertaKey]]);
  let admitted = 0;
  for (let number = 0; number < tokensPerLabelMax + 10; number++) {
    const token = mintToken(annaKey, wallMs, nonceOf(number));
    if (gate.admit(token, wallMs)) admitted++;
  }
  equal(admitted, tokensPerLabelMax);
  equal(gate.admit(mintToken(bertaKey, wallMs, nonceOf(0)), wallMs), "berta");
  const later = wallMs + 2 * windowMs;
  equal(gate.admit(mintToken(annaKey, later, nonceOf(0)), later), "anna");
});

Deno.test("Gate.admit() refuses beyond replayTokensMax in one window", () => {
  const labels = Math.ceil(replayTokensMax / tokensPerLabelMax) + 1;
  const keys = Array.from({ length: labels }, (_, at) => {
    const key = new Uint8Array(32);
    key.set(nonceOf(at));
    return key;
  });
  const gate = new Gate<number>();
  gate.setKeys(new Map(keys.entries()));
  let admitted = 0;
  for (const key of keys) {
    for (let number = 0; number < tokensPerLabelMax; number++) {
      const token = mintToken(key, wallMs, nonceOf(number));
      if (gate.admit(token, wallMs) !== undefined) admitted++;
    }
  }
  equal(admitted, replayTokensMax);
});

Deno.test("Gate.admit() takes a used token for used after the clock was set back and forth", () => {
  const gate = gateOf([["anna", annaKey]]);
  equal(gate.admit(genuine, wallMs), "anna");
  for (const byMs of [-windowMs, windowMs, -1, 0]) {
    equal(gate.admit(genuine, wallMs + byMs), undefined);
  }
});

Deno.test("Gate.prepare() changes nothing of who may come in", () => {
  const keys = Array.from({ length: 100 }, (_, at) => {
    const key = new Uint8Array(32);
    key.set(nonceOf(at + 1));
    return key;
  });
  const gate = new Gate<number>();
  gate.setKeys(new Map(keys.entries()));
  let nowMs = wallMs;
  for (let window = 0; window < 4; window++) {
    // Whole, in part, not at all: the last two as after a sleep of the host.
    for (let calls = 0; calls < [30, 5, 0, 30][window]!; calls++) {
      gate.prepare(nowMs);
    }
    nowMs += windowMs;
    for (const [label, key] of keys.entries()) {
      const token = mintToken(key, nowMs, nonceOf(window));
      equal(gate.admit(token, nowMs), label);
      equal(gate.admit(token, nowMs), undefined);
    }
  }
  // A key that goes between two calls opens nothing that was prepared for it.
  gate.prepare(nowMs);
  gate.setKeys(new Map([[1, keys[1]!]]));
  nowMs += windowMs;
  equal(gate.admit(mintToken(keys[0]!, nowMs, nonceOf(9)), nowMs), undefined);
  equal(gate.admit(mintToken(keys[1]!, nowMs, nonceOf(9)), nowMs), 1);
});

Deno.test("mintToken() wants a nonce of 8 bytes", () => {
  throws(() => mintToken(annaKey, wallMs, new Uint8Array(7)), RangeError);
});
