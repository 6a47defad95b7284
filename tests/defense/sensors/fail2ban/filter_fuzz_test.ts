/** Whatever a filter's file or a log says: it is read or refused, in bounded time. */
import { ok } from "node:assert/strict";
import { FilterError } from "../../../../defense/sensors/fail2ban/filter_options.ts";
import { FilterReader } from "../../../../defense/sensors/fail2ban/filter_reader.ts";
import { definitionOf, testClock } from "./made_filter.ts";
import { type Chance, seeded } from "./made_lines.ts";

const pieces = [
  "[Definition]\n",
  "[Init]\n",
  "[DEFAULT]\n",
  "[INCLUDES]\n",
  "failregex = ",
  "ignoreregex = ",
  "prefregex = ",
  "datepattern = ",
  "maxlines = ",
  "before = other.conf\n",
  "mode = a\n",
  "a = ",
  "b = ",
  "%(a)s",
  "%(b)s",
  "%(known/a)s",
  "%(Init/b)s",
  "%%",
  "%",
  "<a>",
  "<b>",
  "<a-<mode>>",
  "<HOST>",
  "<F-USER>",
  "</F-USER>",
  "<F-MLFID>",
  "<F-CONTENT>.+</F-CONTENT>",
  "<SKIPLINES>",
  "{DATE}",
  "{^LN-BEG}",
  "\n   ",
  "\n",
  " ; ",
  "# ",
  "(a+)+$",
  "(x|x)*y",
  "[",
  "(",
  ")",
  "\\",
  "*",
  "{1000}",
  "(?P<n>",
  "(?(n)",
  "\uD800",
  "\uDC00",
  "\0",
  "192.0.2.7",
  "Mar  3 04:10:01 ",
  "2026-03-03 ",
  "=",
  ":",
];

function some(chance: Chance, most: number): string {
  const count = Math.floor(chance() * most);
  return Array.from(
    { length: count },
    () => pieces[Math.floor(chance() * pieces.length)],
  ).join("");
}

Deno.test("any filter and any line are read or refused", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const chance = seeded(seed);
  let used = 0;
  for (let round = 0; round < 400; round++) {
    const files = {
      "shop.conf": `[Definition]\nfailregex = <HOST>${some(chance, 8)}\n` +
        some(chance, 30),
      "other.conf": some(chance, 20),
    };
    let reader: FilterReader;
    try {
      reader = new FilterReader(definitionOf("shop", files), () => testClock);
    } catch (error) {
      ok(error instanceof FilterError, `seed ${seed}: ${error}`);
      continue;
    }
    used++;
    for (let line = 0; line < 5; line++) {
      const text = some(chance, 20) + "ax".repeat(chance() * 200);
      try {
        reader.read(text);
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify([files, text])}`, {
          cause: error,
        });
      }
    }
  }
  ok(used > 20, `seed ${seed}: ${used} filters were used`);
});
