import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../../defense/address.ts";
import {
  lentNatsMax,
  ToldRefusals,
} from "../../../defense/detectors/told_refusals.ts";

const guesser = parseAddress("203.0.113.66");
const other = parseAddress("203.0.113.67");
const dawnMs = Date.UTC(2026, 0, 1);
const minuteMs = 60_000;
const faultBound = 2;
/** One refused password of a default account. */
const refusal = 2.4;

class Ear {
  readonly told = new ToldRefusals();
  nowMs = dawnMs;

  /** Nats that are lent from now on; `undefined` if that is no news. */
  hear(
    node: string,
    nats: number,
    { subject = guesser, domain = node, atMs = this.nowMs } = {},
  ): number | undefined {
    const word = { node, domain, subject, atMs, nats };
    return this.told.take(word, faultBound, this.nowMs)?.nats;
  }
}

const rounded = (nats: number | undefined) =>
  nats === undefined ? undefined : Math.round(nats * 10) / 10;

Deno.test("ToldRefusals.take() lends what is left without the two largest words", () => {
  const ear = new Ear();
  deepEqual(
    ["liar", "other liar", "a", "b", "c"].map((node, index) =>
      rounded(ear.hear(node, index < 2 ? 100 : refusal))
    ),
    [0, 0, 2.4, 4.8, rounded(lentNatsMax)],
  );
});

Deno.test("ToldRefusals.take() hears members that fail together as one", () => {
  const ear = new Ear();
  for (const node of ["a", "b", "c", "d"]) {
    equal(ear.hear(node, refusal, { domain: "rack" }), 0);
  }
});

Deno.test("ToldRefusals.take() counts a word for ten minutes, and each source alone", () => {
  const ear = new Ear();
  for (const node of ["a", "b", "c"]) ear.hear(node, refusal);
  equal(ear.hear("d", refusal, { subject: other }), 0);
  ear.nowMs += 10 * minuteMs + 1;
  equal(ear.hear("d", refusal), 0);
});

Deno.test("ToldRefusals.take() lets a member take its word back, and repeats nothing", () => {
  const ear = new Ear();
  for (const node of ["a", "b", "c"]) ear.hear(node, refusal);
  equal(ear.hear("c", refusal), undefined);
  ear.nowMs += 1_000;
  equal(ear.hear("c", 0), 0);
});

Deno.test("ToldRefusals.take() says until when", () => {
  const word = { node: "a", domain: "a", subject: guesser, nats: 1 };
  const lent = new ToldRefusals().take({ ...word, atMs: dawnMs }, 0, dawnMs);
  deepEqual(lent, { nats: 1, untilMs: dawnMs + 10 * minuteMs });
});

Deno.test("ToldRefusals.forget() starts a source, or all, from nothing", () => {
  const ear = new Ear();
  for (const node of ["a", "b", "c"]) ear.hear(node, refusal);
  ear.hear("a", refusal, { subject: other });
  deepEqual(ear.told.forget(guesser), [guesser]);
  deepEqual(ear.told.forget(guesser), []);
  equal(ear.hear("d", refusal), 0);
  deepEqual(ear.told.forget("all"), [other, guesser]);
});

Deno.test("ToldRefusals.take() never lends more than honest members saw, whatever f say", () => {
  const nats = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(fc.property(
    fc.array(nats, { maxLength: 12 }),
    fc.array(fc.record({ liar: fc.nat(faultBound - 1), nats }), {
      maxLength: 12,
    }),
    fc.integer(),
    (honest, lies, seed) => {
      const ear = new Ear();
      const words = [
        ...honest.map((nats, index) => ({ node: `honest ${index}`, nats })),
        ...lies.map(({ liar, nats }) => ({ node: `liar ${liar}`, nats })),
      ];
      // In any order.
      words.sort((a, b) => (a.nats * seed) % 7 - (b.nats * seed) % 7);
      let lent = 0;
      for (const { node, nats } of words) {
        ear.nowMs++;
        lent = ear.hear(node, nats) ?? lent;
      }
      const seen = honest.reduce((sum, each) => sum + each, 0);
      ok(lent <= seen + 1e-9, `${lent} lent, ${seen} seen`);
    },
  ));
});
