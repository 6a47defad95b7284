import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  decodeSelf,
  encodeQuestion,
  encodeWord,
  findingsMax,
  type SelfWord,
  sensorsMax,
  settingsStates,
} from "../../defense/self_word.ts";
import { decodeCbor, encodeCbor, payloadBytesMax } from "../../mesh/mod.ts";

const word: SelfWord = {
  version: "0.1.0",
  mode: "enforce",
  profile: "lan",
  startedAtMs: 1_700_000_000_000,
  measures: 3,
  sensors: [{ name: "packets" }, { name: "auth.log", trouble: "unreadable" }],
  findings: [{
    what: "nft",
    verdict: "missing",
    detail: "no nft that can be run",
    nextStep: "Install the package nftables",
  }],
};

Deno.test("decodeSelf() reads what was written", () => {
  deepEqual(decodeSelf(encodeQuestion(7)), { kind: "question", number: 7 });
  deepEqual(decodeSelf(encodeWord(7, word)), { kind: "word", number: 7, word });
  const ordered: SelfWord = {
    ...word,
    settings: { id: "ab".repeat(16), state: "back", why: "a release" },
  };
  deepEqual(decodeSelf(encodeWord(7, ordered)), {
    kind: "word",
    number: 7,
    word: ordered,
  });
});

const text = fc.string({ unit: "binary", maxLength: 400 });
const anyWord: fc.Arbitrary<SelfWord> = fc.record({
  version: text,
  mode: fc.constantFrom("observe", "enforce", "observer"),
  profile: text,
  startedAtMs: fc.double({ min: 0, max: 1e15, noNaN: true }),
  measures: fc.nat(),
  sensors: fc.array(
    fc.record({ name: text, trouble: text }),
    { maxLength: 3 * sensorsMax },
  ),
  findings: fc.array(
    fc.record({
      what: text,
      verdict: fc.constantFrom("ok", "limited", "missing", "unknown"),
      detail: text,
      nextStep: text,
    }),
    { maxLength: 3 * findingsMax },
  ),
  settings: fc.record({
    id: fc.uint8Array({ minLength: 16, maxLength: 16 })
      .map((bytes) => bytes.toHex()),
    state: fc.constantFrom(...settingsStates),
    why: text,
  }),
}, {
  requiredKeys: [
    "version",
    "mode",
    "profile",
    "startedAtMs",
    "measures",
    "sensors",
    "findings",
  ],
});

Deno.test("encodeWord() makes of anything what fits and can be read and shown", () => {
  fc.assert(fc.property(anyWord, fc.nat(), (any, number) => {
    const bytes = encodeWord(number, any);
    ok(bytes.length <= payloadBytesMax);
    const read = decodeSelf(bytes);
    equal(read?.kind, "word");
    const shown = JSON.stringify(read);
    ok(!/[\p{Cc}\p{Cf}]/u.test(shown), shown);
  }));
});

Deno.test("decodeSelf() takes anything and throws for nothing", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
    const read = decodeSelf(bytes);
    if (read?.kind === "word") {
      deepEqual(encodeWord(read.number, read.word), bytes);
    }
  }));
});

Deno.test("decodeSelf() refuses a word with one field changed to something else", () => {
  const fields = decodeCbor(encodeWord(7, word)) as unknown[];
  const others = ["x".repeat(500), "\u202e", [[1]], true, new Uint8Array(2)];
  for (let at = 0; at < fields.length; at++) {
    for (const other of others) {
      const changed = fields.with(at, other) as Parameters<
        typeof encodeCbor
      >[0];
      equal(decodeSelf(encodeCbor(changed)), undefined, `${at}: ${other}`);
    }
  }
  equal(decodeSelf(encodeCbor([...fields, 1] as never)), undefined);
});
