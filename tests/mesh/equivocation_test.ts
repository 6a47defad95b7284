import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { accusedBy, judgeProof, writeProof } from "../../mesh/equivocation.ts";
import { linkMessageBytesMax, payloadBytesMax } from "../../mesh/limits.ts";
import { MessageWriter, type SignedMessage } from "../../mesh/message.ts";
import { writeRotation } from "../../mesh/roster_entry.ts";
import { writeRevocation } from "../../mesh/office_entry.ts";
import { encodeLinkMessage } from "../../mesh/wire/link_message.ts";
import {
  day,
  hour,
  join,
  keysOf,
  meshId,
  nextKeys,
  now,
  operator,
  rosterOf,
} from "./roster_cast.ts";

const anna = keysOf("anna");
const berta = keysOf("berta");
const members = [...join(anna, "anna"), ...join(berta, "berta")];
const roster = rosterOf(...members);

/** A chain of an incarnation of its own writer. */
function chainOf(
  texts: readonly string[],
  { keys = anna, incarnation = 7, mesh = meshId } = {},
): SignedMessage[] {
  const writer = new MessageWriter(keys, incarnation, mesh);
  return texts.map((text) => writer.write(new TextEncoder().encode(text)));
}

const [one, two] = chainOf(["one", "two"]);
const [other, more] = chainOf(["other", "more"]);
const rotation = writeRotation({
  meshId,
  old: anna,
  next: nextKeys(anna),
  nowMs: now + day,
});
const revocation = writeRevocation({
  meshId,
  signer: operator,
  by: "operator",
  node: anna.node,
  nowMs: now,
});

const proven: { name: string; proof: Uint8Array; reason: string }[] = [
  {
    name: "two messages under one number",
    proof: writeProof(one!, other!),
    reason: "same_number",
  },
  {
    name: "a successor of something else",
    proof: writeProof(one!, more!),
    reason: "forked",
  },
  {
    name: "the same, told the other way round",
    proof: writeProof(more!, one!),
    reason: "forked",
  },
];

for (const { name, proof, reason } of proven) {
  Deno.test(`judgeProof() is convinced by ${name}`, () => {
    deepEqual(judgeProof(proof, roster, now + hour), {
      node: anna.node,
      reason,
    });
    equal(accusedBy(proof, roster), anna.node);
  });
}

const unproven: {
  name: string;
  proof: Uint8Array;
  in?: ReturnType<typeof rosterOf>;
  atMs?: number;
}[] = [
  { name: "nothing", proof: new Uint8Array() },
  { name: "a length alone", proof: Uint8Array.of(0, 10) },
  {
    name: "one message",
    proof: writeProof(one!, { counter: 0, bytes: new Uint8Array() }),
  },
  { name: "one message twice", proof: writeProof(one!, one!) },
  { name: "an honest chain", proof: writeProof(one!, two!) },
  {
    name: "a gap in a chain",
    proof: writeProof(one!, chainOf(["a", "b", "c"])[2]!),
  },
  {
    name: "two incarnations",
    proof: writeProof(one!, chainOf(["x"], { incarnation: 8 })[0]!),
  },
  {
    name: "two members",
    proof: writeProof(one!, chainOf(["x"], { keys: berta })[0]!),
  },
  {
    name: "another's signature in a member's name",
    proof: writeProof(
      one!,
      chainOf(["x"], { keys: { ...berta, node: anna.node } })[0]!,
    ),
  },
  {
    name: "a stranger",
    proof: writeProof(
      ...chainOf(["x"], { keys: keysOf("stranger") }) as [SignedMessage],
      chainOf(["y"], { keys: keysOf("stranger") })[0]!,
    ),
  },
  {
    name: "messages of another mesh",
    proof: writeProof(
      chainOf(["x"], { mesh: new Uint8Array(32) })[0]!,
      chainOf(["y"], { mesh: new Uint8Array(32) })[0]!,
    ),
  },
  {
    name: "a revoked member",
    proof: writeProof(one!, other!),
    in: rosterOf(...members, revocation),
  },
  {
    name: "a key whose day of grace is over",
    proof: writeProof(one!, other!),
    in: rosterOf(...members, rotation),
    atMs: now + 3 * day,
  },
];

for (const { name, proof, in: its = roster, atMs = now + hour } of unproven) {
  Deno.test(`judgeProof() is not convinced by ${name}`, () => {
    equal(judgeProof(proof, its, atMs), undefined);
  });
}

Deno.test("judgeProof() is not convinced by a proof with any bit changed", () => {
  const proof = writeProof(one!, other!);
  const bits = fc.nat(proof.length * 8 - 1);
  fc.assert(fc.property(bits, (bit) => {
    const at = bit >> 3;
    const changed = proof.with(at, proof[at]! ^ (1 << (bit & 7)));
    equal(judgeProof(changed, roster, now + hour), undefined);
  }));
});

Deno.test("judgeProof() (fuzz) takes any bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
    equal(judgeProof(bytes, roster, now), undefined);
    equal(accusedBy(bytes, roster), undefined);
  }));
});

Deno.test("writeProof() of the longest messages fits a link message", () => {
  const longest = ["x", "y"].map((letter) =>
    chainOf([letter.repeat(payloadBytesMax)], { incarnation: 2 ** 32 - 1 })[0]!
  );
  const proof = writeProof(longest[0]!, longest[1]!);
  ok(judgeProof(proof, roster, now + hour));
  const bytes = encodeLinkMessage({ type: "proof", proof });
  ok(bytes.length <= linkMessageBytesMax);
});
