import { equal } from "node:assert/strict";
import { readSparedNetwork } from "../../defense/spared_network.ts";

const rows: readonly [string, string | undefined][] = [
  ["203.0.113.7", "203.0.113.7"],
  ["203.0.113.7/24", "203.0.113.0/24"],
  ["203.0.0.0/16", "203.0.0.0/16"],
  ["203.0.0.0/15", undefined],
  ["0.0.0.0/0", undefined],
  ["2001:DB8::1", "2001:db8::1"],
  ["2001:db8::/32", "2001:db8::/32"],
  ["2001:db8::/31", undefined],
  ["::/0", undefined],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["203.0.113.7/33", undefined],
  ["till-3", undefined],
  ["", undefined],
  ["203.0.113.7".padEnd(80), undefined],
];

for (const [text, network] of rows) {
  Deno.test(`readSparedNetwork(${JSON.stringify(text)}): ${network}`, () => {
    equal(readSparedNetwork(text), network);
  });
}
