import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../defense/address.ts";
import { isPrefix64, prefix64Of, subjectText } from "../../defense/prefix64.ts";

const rows: { address: string; prefix: string }[] = [
  { address: "192.0.2.7", prefix: "192.0.2.7" },
  { address: "2001:db8:1:2:3:4:5:6", prefix: "2001:db8:1:2::" },
  { address: "2001:db8::7", prefix: "2001:db8::" },
  { address: "2001:db8::", prefix: "2001:db8::" },
  { address: "fd00::1:0:0:1", prefix: "fd00::" },
  { address: "fe80::7", prefix: "fe80::7" },
  { address: "::1", prefix: "::" },
];

for (const { address, prefix } of rows) {
  Deno.test(`prefix64Of() of ${address} is ${prefix}`, () => {
    equal(prefix64Of(parseAddress(address)), prefix);
  });
}

Deno.test("prefix64Of() twice is once, and what it gives stands for a /64", () => {
  fc.assert(fc.property(fc.ipV6(), (text) => {
    const address = parseAddress(text);
    const prefix = prefix64Of(address);
    equal(prefix64Of(prefix), prefix);
    if (prefix.includes(":") && !prefix.startsWith("fe") && prefix !== "::") {
      ok(isPrefix64(prefix), prefix);
      equal(subjectText(prefix), `${prefix}/64`);
    }
  }));
});

for (const address of ["::", "::1", "fe80::", "192.0.2.0", "2001:db8::1"]) {
  Deno.test(`isPrefix64() knows that ${address} is an address`, () => {
    equal(isPrefix64(parseAddress(address)), false);
  });
}
