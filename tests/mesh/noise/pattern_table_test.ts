import { deepEqual } from "node:assert/strict";
import type { Token } from "../../../mesh/noise/pattern.ts";
import { patternTable } from "../../../mesh/noise/pattern_table.ts";

const patterns = [...patternTable.values()];

Deno.test("patternTable has the patterns of sections 7.4, 7.5 and 18.1", () => {
  const deferred = patterns.filter(({ name }) => name.includes("1"));
  const oneWay = patterns.filter((pattern) => pattern.oneWay);
  deepEqual(oneWay.map(({ name }) => name), ["N", "K", "X"]);
  deepEqual(deferred.length, 23);
  deepEqual(patterns.length, 3 + 12 + 23);
});

for (const { name, messages, preInitiator, preResponder } of patterns) {
  const all = messages.flatMap(({ tokens }) => tokens);

  Deno.test(`pattern ${name} alternates and begins with e`, () => {
    deepEqual(
      messages.map(({ from }) => from),
      messages.map((_, index) => index % 2 === 0 ? "initiator" : "responder"),
    );
    deepEqual(messages[0]?.tokens[0], "e");
    const agreements = all.filter((token) => token !== "e" && token !== "s");
    deepEqual(new Set(agreements).size, agreements.length);
  });

  Deno.test(`pattern ${name} has the keys its letters promise`, () => {
    // Section 7.4 and 7.5: N none, K known, X or I transmitted.
    const letters = name.replaceAll("1", "");
    const [first = "", second = first] = letters.length === 1
      ? [letters, "K"]
      : letters;
    const sends = (from: string) =>
      messages.some((message) =>
        message.from === from && message.tokens.includes("s")
      );
    deepEqual(preInitiator.includes("s"), first === "K");
    deepEqual(sends("initiator"), first === "X" || first === "I");
    deepEqual(preResponder.includes("s"), second === "K");
    deepEqual(sends("responder"), second === "X");
    deepEqual(all.includes("se"), first !== "N" && letters.length === 2);
    deepEqual(all.includes("es"), second !== "N");
  });

  Deno.test(`pattern ${name} agrees only on keys both have (section 7.3)`, () => {
    const known = {
      initiator: new Set<string>(preInitiator),
      responder: new Set<string>(preResponder),
    };
    const needs: Partial<Record<Token, [string, string]>> = {
      ee: ["e", "e"],
      es: ["e", "s"],
      se: ["s", "e"],
      ss: ["s", "s"],
    };
    for (const { from, tokens } of messages) {
      for (const token of tokens) {
        const needed = needs[token];
        if (!needed) {
          deepEqual(known[from].has(token), false, `${token} sent twice`);
          known[from].add(token);
          continue;
        }
        deepEqual(known.initiator.has(needed[0]), true, token);
        deepEqual(known.responder.has(needed[1]), true, token);
      }
    }
  });
}
