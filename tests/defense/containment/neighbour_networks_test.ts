import { deepEqual } from "node:assert/strict";
import { neighbourCommands } from "../../../defense/containment/neighbour_networks.ts";

const set = "inet stealthmesh neighbours6";
const rows: { name: string; networks: string[]; prefixes: string[] }[] = [
  { name: "nobody", networks: [], prefixes: [] },
  {
    name: "an address of ours",
    networks: ["2001:db8:1:2::7", "2001:db8:1:2::9", "192.0.2.1"],
    prefixes: ["2001:db8:1:2::"],
  },
  {
    name: "part of a /64",
    networks: ["2001:db8:1:2:3::/80"],
    prefixes: ["2001:db8:1:2::"],
  },
  {
    name: "a whole /64 and more, of which nothing is counted",
    networks: ["2001:db8:1:2::/64", "2001:db8::/32"],
    prefixes: [],
  },
  { name: "a link-local address", networks: ["fe80::7"], prefixes: [] },
];
for (const { name, networks, prefixes } of rows) {
  Deno.test(`neighbourCommands() of ${name}`, () => {
    const entries = networks.map((network) => ({ network, reason: "" }));
    deepEqual(neighbourCommands(entries), [
      `flush set ${set}`,
      ...["fe80::", ...prefixes].map((prefix) =>
        `add element ${set} { ${prefix} }`
      ),
    ]);
  });
}
