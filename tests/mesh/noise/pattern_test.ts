import { deepEqual, throws } from "node:assert/strict";
import {
  countPsks,
  type HandshakePattern,
  isKemPattern,
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

/** Perrin's hybrid extension, section 5, example by example. */
const hybrids = [
  { base: "NN", messages: ["-> e, e1", "<- e, ee, ekem1"] },
  { base: "NK", messages: ["-> e, es, e1", "<- e, ee, ekem1"] },
  { base: "NX", messages: ["-> e, e1", "<- e, ee, ekem1, s, es"] },
  { base: "XN", messages: ["-> e, e1", "<- e, ee, ekem1", "-> s, se"] },
  { base: "XK", messages: ["-> e, es, e1", "<- e, ee, ekem1", "-> s, se"] },
  { base: "XX", messages: ["-> e, e1", "<- e, ee, ekem1, s, es", "-> s, se"] },
  { base: "KN", messages: ["-> e, e1", "<- e, ee, ekem1, se"] },
  { base: "KX", messages: ["-> e, e1", "<- e, ee, ekem1, se, s, es"] },
  { base: "IK", messages: ["-> e, es, e1, s, ss", "<- e, ee, ekem1, se"] },
  { base: "IX", messages: ["-> e, e1, s", "<- e, ee, ekem1, se, s, es"] },
  // By the text of section 5; its table has e1 before es here.
  { base: "KK", messages: ["-> e, es, e1, ss", "<- e, ee, ekem1, se"] },
];

for (const { base, messages } of hybrids) {
  Deno.test(`modifyPattern() ${base} with hfs`, () => {
    const hybrid = modifyPattern(table(base), "hfs");
    deepEqual(show(hybrid), messages);
    deepEqual([isKemPattern(hybrid), isKemPattern(table(base))], [true, false]);
  });
}

Deno.test("modifyPattern() makes the two patterns of our links", () => {
  const of = (base: string, psk: string) =>
    show(modifyPattern(modifyPattern(table(base), "hfs"), psk));
  deepEqual(of("IK", "psk2"), [
    "-> e, es, e1, s, ss",
    "<- e, ee, ekem1, se, psk",
  ]);
  deepEqual(of("XX", "psk3"), [
    "-> e, e1",
    "<- e, ee, ekem1, s, es",
    "-> s, se, psk",
  ]);
});

Deno.test("modifyPattern() refuses hfs beside fallback", () => {
  // The KEM key of the failed message would have to be known beforehand.
  const xx = table("XX");
  throws(
    () => modifyPattern(modifyPattern(xx, "fallback"), "hfs"),
    /answered by "ee"/,
  );
  throws(
    () => modifyPattern(modifyPattern(xx, "hfs"), "fallback"),
    /would put "e1" there/,
  );
});

const misfits = [
  { base: "NN", modifier: "psk3", reason: /needs 3 messages, "NN" has 2/ },
  { base: "N", modifier: "psk2", reason: /needs 2 messages/ },
  { base: "N", modifier: "fallback", reason: /needs two messages/ },
  { base: "IK", modifier: "fallback", reason: /would put "es" there/ },
  { base: "NN", modifier: "psk", reason: /unknown modifier "psk"/ },
  { base: "NN", modifier: "psk00", reason: /unknown modifier "psk00"/ },
  { base: "NN", modifier: "psk-1", reason: /unknown modifier "psk-1"/ },
  { base: "N", modifier: "hfs", reason: /answered by "ee", "N" has none/ },
  { base: "X", modifier: "hfs", reason: /answered by "ee", "X" has none/ },
  { base: "NN", modifier: "hfs2", reason: /unknown modifier "hfs2"/ },
  { base: "NN", modifier: "HFS", reason: /unknown modifier "HFS"/ },
  { base: "NN", modifier: "", reason: /unknown modifier ""/ },
];

for (const { base, modifier, reason } of misfits) {
  Deno.test(`modifyPattern() refuses "${modifier}" on ${base}`, () => {
    throws(() => modifyPattern(table(base), modifier), reason);
    throws(() => modifyPattern(table(base), modifier), SyntaxError);
  });
}
