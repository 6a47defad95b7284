import { deepEqual, equal } from "node:assert/strict";
import {
  decodeLifeWords,
  encodeLifeWords,
  type LifeWords,
} from "../../../mesh/wire/life_word.ts";

const said: LifeWords = {
  writtenS: 1_790_000_000,
  words: [
    { kind: "suspect", about: new Uint8Array(8).fill(1), life: 0 },
    { kind: "heard", about: new Uint8Array(8).fill(2), life: 65_536 },
    { kind: "alive", about: new Uint8Array(8).fill(3), life: 2 ** 48 - 1 },
  ],
};
const bytes = encodeLifeWords(said);

Deno.test("decodeLifeWords() undoes encodeLifeWords()", () => {
  deepEqual(decodeLifeWords(bytes), said);
});

const hostile: { name: string; given: Uint8Array }[] = [
  { name: "nothing", given: new Uint8Array(0) },
  { name: "no word", given: bytes.slice(0, 5) },
  { name: "half a word", given: bytes.slice(0, -1) },
  { name: "another kind of statement", given: bytes.with(0, 2) },
  { name: "an unknown word", given: bytes.with(5, 4) },
  { name: "word 0", given: bytes.with(20, 0) },
  { name: "too many words", given: new Uint8Array(5 + 17 * 15).fill(1) },
];
for (const { name, given } of hostile) {
  Deno.test(`decodeLifeWords() refuses ${name}`, () => {
    equal(decodeLifeWords(given), undefined);
  });
}

Deno.test("encodeLifeWords() bounds a life that does not fit", () => {
  const about = new Uint8Array(8);
  const life = 2 ** 50;
  const [word] = decodeLifeWords(
    encodeLifeWords({ writtenS: 0, words: [{ kind: "alive", about, life }] }),
  )!.words;
  equal(word!.life, 2 ** 48 - 1);
});
