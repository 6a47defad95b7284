import { deepEqual, ok, throws } from "node:assert/strict";
import { cardWords } from "../../cli/card_words.ts";
import { OperatorError } from "../../cli/operator_error.ts";
import type { Config } from "../../cli/schema.ts";

const config = (
  listen: string,
  advertise: readonly string[] = [],
): Config => ({ name: "web", listen, advertise: [...advertise] }) as Config;

Deno.test("cardWords() says what the configuration advertises", () => {
  deepEqual(cardWords(config("[::]:8443", ["web.example:443"])), {
    name: "web",
    addresses: ["web.example:443"],
  });
});

Deno.test("cardWords() says the port in use where the system chose it", () => {
  deepEqual(cardWords(config("192.0.2.1:0"), 40_123).addresses, [
    "192.0.2.1:40123",
  ]);
});

Deno.test("cardWords() has an address on a host that is offline, too", () => {
  const { addresses } = cardWords(config("0.0.0.0:8443"));
  ok(addresses.length > 0);
  ok(addresses.every((address) => address.endsWith(":8443")));
});

Deno.test("cardWords() names no address where the host only dials out", () => {
  deepEqual(cardWords(config("[::]:0", ["none"])).addresses, []);
});

for (const listen of ["192.0.2.1:0", "[::]:0"]) {
  Deno.test(`cardWords() refuses ${listen}: nobody could dial it`, () => {
    throws(
      () => cardWords(config(listen)),
      (error) => error instanceof OperatorError && error.code === "wrong_usage",
    );
  });
}
