import { deepEqual, throws } from "node:assert/strict";
import {
  countPsks,
  type HandshakePattern,
  isPskPattern,
  modifyPattern,
  parsePattern,
} from "../../../mesh/noise/pattern.ts";
import { patternTable } from "../../../mesh/noise/pattern_table.ts";

function table(name: string): HandshakePattern {
  const found = patternTable.get(name);
  if (!found) throw new Error(`no pattern ${name}`);
  return found;
}

/** A pattern's messages back in the specification's notation. */
function show({ messages }: HandshakePattern): string[] {
  return messages.map(({ from, tokens }) =>
    `${from === "initiator" ? "->" : "<-"} ${tokens.join(", ")}`
  );
}

Deno.test("parsePattern() reads the specification's notation", () => {
  const pattern = parsePattern("KK", "-> s\n<- s\n...\n-> e, es, ss\n<- e, ee");
  deepEqual(pattern, {
    name: "KK",
    preInitiator: ["s"],
    preResponder: ["s"],
    messages: [
      { from: "initiator", tokens: ["e", "es", "ss"] },
      { from: "responder", tokens: ["e", "ee"] },
    ],
    oneWay: false,
  });
});

const unreadable = [
  { text: "e, ee", reason: /no arrow/ },
  { text: "-> e, eee", reason: /unknown token "eee"/ },
  { text: "-> e,", reason: /unknown token ""/ },
  { text: "<- ee\n...\n-> e", reason: /a pre-message holds only keys/ },
];

for (const { text, reason } of unreadable) {
  Deno.test(`parsePattern() refuses ${JSON.stringify(text)}`, () => {
    throws(() => parsePattern("bad", text), reason);
    throws(() => parsePattern("bad", text), SyntaxError);
  });
}

/** Section 9.4 and section 10.2, example by example. */
const modified = [
  { base: "NN", modifier: "psk0", messages: ["-> psk, e", "<- e, ee"] },
  { base: "NN", modifier: "psk1", messages: ["-> e, psk", "<- e, ee"] },
  { base: "NN", modifier: "psk2", messages: ["-> e", "<- e, ee, psk"] },
  {
    base: "XX",
    modifier: "psk3",
    messages: ["-> e", "<- e, ee, s, es", "-> s, se, psk"],
  },
  {
    base: "XX",
    modifier: "fallback",
    messages: ["-> e, ee, s, se", "<- s, es"],
  },
  {
    base: "IX",
    modifier: "fallback",
    messages: ["-> e, ee, es, s, se"],
  },
];

for (const { base, modifier, messages } of modified) {
  Deno.test(`modifyPattern() ${base} with ${modifier}`, () => {
    deepEqual(show(modifyPattern(table(base), modifier)), messages);
  });
}

Deno.test("modifyPattern() fallback turns the first message into keys known", () => {
  const ix = modifyPattern(table("IX"), "fallback");
  deepEqual([ix.preInitiator, ix.preResponder], [[], ["e", "s"]]);
  // One message is left, yet both may go on talking.
  deepEqual(ix.oneWay, false);
});

Deno.test("modifyPattern() applies several psks", () => {
  const twice = modifyPattern(modifyPattern(table("NN"), "psk0"), "psk2");
  deepEqual(show(twice), ["-> psk, e", "<- e, ee, psk"]);
  deepEqual([countPsks(twice), isPskPattern(twice)], [2, true]);
  deepEqual(isPskPattern(table("NN")), false);
});

const misfits = [
  { base: "NN", modifier: "psk3", reason: /needs 3 messages, "NN" has 2/ },
  { base: "N", modifier: "psk2", reason: /needs 2 messages/ },
  { base: "N", modifier: "fallback", reason: /needs two messages/ },
  { base: "IK", modifier: "fallback", reason: /would put "es" there/ },
  { base: "NN", modifier: "psk", reason: /unknown modifier "psk"/ },
  { base: "NN", modifier: "psk00", reason: /unknown modifier "psk00"/ },
  { base: "NN", modifier: "psk-1", reason: /unknown modifier "psk-1"/ },
  { base: "NN", modifier: "hfs", reason: /unknown modifier "hfs"/ },
  { base: "NN", modifier: "", reason: /unknown modifier ""/ },
];

for (const { base, modifier, reason } of misfits) {
  Deno.test(`modifyPattern() refuses "${modifier}" on ${base}`, () => {
    throws(() => modifyPattern(table(base), modifier), reason);
    throws(() => modifyPattern(table(base), modifier), SyntaxError);
  });
}
