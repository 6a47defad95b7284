import { equal } from "node:assert/strict";
import { readAddress } from "../../../defense/address.ts";
import { isDocumentationAddress } from "../../../defense/drills/documentation_address.ts";

const rows = [
  ["192.0.2.0", true],
  ["192.0.2.255", true],
  ["192.0.1.255", false],
  ["192.0.3.0", false],
  ["198.51.100.7", true],
  ["198.51.101.7", false],
  ["203.0.113.255", true],
  ["203.0.112.1", false],
  ["2001:db8::", true],
  ["2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true],
  ["2001:db9::", false],
  ["2001:db7:ffff::1", false],
  ["::ffff:192.0.2.1", true],
  ["::ffff:10.0.0.1", false],
  ["10.0.0.1", false],
  ["127.0.0.1", false],
] as const;

for (const [text, is] of rows) {
  Deno.test(`isDocumentationAddress() says ${is} of ${text}`, () => {
    const address = readAddress(text);
    equal(address !== undefined && isDocumentationAddress(address), is);
  });
}
