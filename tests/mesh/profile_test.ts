import { equal } from "node:assert/strict";
import { isGlobalAddress } from "../../mesh/global_address.ts";
import {
  type FarProfileName,
  isFar,
  type ProfileName,
  profileOfLink,
  profiles,
} from "../../mesh/profile.ts";

const addresses: { text: string; is: boolean }[] = [
  { text: "203.0.113.9:443", is: true },
  { text: "8.8.8.8:8443", is: true },
  { text: "172.32.0.1:1", is: true },
  { text: "100.128.0.1:1", is: true },
  { text: "[2001:db8::1]:8443", is: true },
  { text: "[::ffff:203.0.113.9]:8443", is: true },
  { text: "10.1.2.3:443", is: false },
  { text: "172.16.0.1:443", is: false },
  { text: "172.31.255.255:443", is: false },
  { text: "192.168.1.1:443", is: false },
  { text: "100.64.0.1:443", is: false },
  { text: "127.0.0.1:443", is: false },
  { text: "169.254.1.1:443", is: false },
  { text: "0.0.0.0:443", is: false },
  { text: "224.0.0.1:443", is: false },
  { text: "255.255.255.255:443", is: false },
  { text: "256.1.1.1:443", is: false },
  { text: "[fe80::1]:443", is: false },
  { text: "[fd00::1]:443", is: false },
  { text: "[::1]:443", is: false },
  { text: "[::]:443", is: false },
  { text: "[ff02::1]:443", is: false },
  { text: "[::ffff:10.0.0.1]:443", is: false },
  { text: "office.example:443", is: false },
  { text: "203.0.113.9", is: false },
  { text: "203.0.113.9.example:443", is: false },
  { text: "", is: false },
];

for (const { text, is } of addresses) {
  Deno.test(`isGlobalAddress("${text}") is ${is}`, () =>
    equal(isGlobalAddress(text), is));
}

const global = "203.0.113.9:443";
const local = "10.0.0.1:443";

Deno.test("isFar() needs every address to be global, and one at least", () => {
  equal(isFar([global]), true);
  equal(isFar([global, "[2001:db8::1]:443"]), true);
  equal(isFar([global, local]), false);
  equal(isFar([]), false);
});

const rows: {
  node: ProfileName;
  far: FarProfileName | undefined;
  address: string;
  is: ProfileName;
}[] = [
  { node: "lan", far: undefined, address: global, is: "lan" },
  { node: "lan", far: "wan", address: global, is: "wan" },
  { node: "lan", far: "wan", address: local, is: "lan" },
  { node: "wan", far: "metered", address: global, is: "metered" },
  { node: "metered", far: "wan", address: global, is: "metered" },
  { node: "open", far: "metered", address: global, is: "open" },
];

for (const { node, far, address, is } of rows) {
  Deno.test(`profileOfLink() on ${node} to ${address} with far ${far} is ${is}`, () =>
    equal(profileOfLink(profiles[node], far, [address]).name, is));
}
