import { ok } from "node:assert/strict";
import fc from "fast-check";
import { parseConfigFile } from "../../cli/config_file.ts";

const word = fc.constantFrom(
  ..."mode: |profile|listen:|logs:|- |[|]|{|}|\n|  |\"|'|&a |*a|#|enforce|journal:|days:|!!js |<<:|? |: |%|\t|\x00|9e999"
    .split("|"),
);

Deno.test("parseConfigFile() accepts or says where it does not, whatever the text", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(word, { maxLength: 40 }).map((words) => words.join("")),
        fc.string({ maxLength: 200 }),
      ),
      (text) => {
        try {
          parseConfigFile(text, "f");
        } catch (error) {
          ok(error instanceof SyntaxError, String(error));
          ok(/\n {2}f:\d+:\d+: /.test(error.message), error.message);
        }
      },
    ),
    { numRuns: 1_500 },
  );
});
