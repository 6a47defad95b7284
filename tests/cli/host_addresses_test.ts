import { deepEqual } from "node:assert/strict";
import {
  advertisedAddresses,
  splitHostPort,
} from "../../cli/host_addresses.ts";

const interfaces = [
  { address: "127.0.0.1", family: "IPv4" },
  { address: "::1", family: "IPv6" },
  { address: "192.0.2.2", family: "IPv4" },
  { address: "fe80::1", family: "IPv6" },
  { address: "169.254.3.4", family: "IPv4" },
  { address: "2001:db8::2", family: "IPv6" },
  { address: "192.0.2.2", family: "IPv4" },
] as const;

const rows: {
  name: string;
  advertise?: string[];
  listen: string;
  found?: typeof interfaces | [];
  told: string[];
}[] = [
  {
    name: "both families for ::",
    listen: "[::]:8443",
    told: ["192.0.2.2:8443", "[2001:db8::2]:8443"],
  },
  {
    name: "IPv4 only for 0.0.0.0",
    listen: "0.0.0.0:8443",
    told: ["192.0.2.2:8443"],
  },
  {
    name: "one named address alone",
    listen: "198.51.100.1:9",
    told: ["198.51.100.1:9"],
  },
  {
    name: "what the operator says, whatever the host has",
    advertise: ["gate.example:443"],
    listen: "[::]:8443",
    told: ["gate.example:443"],
  },
  {
    name: "nothing on a host that is offline",
    listen: "[::]:1",
    found: [],
    told: [],
  },
];

for (const { name, advertise = [], listen, found = interfaces, told } of rows) {
  Deno.test(`advertisedAddresses() tells ${name}`, () => {
    deepEqual(
      advertisedAddresses(advertise, splitHostPort(listen), found),
      told,
    );
  });
}

Deno.test("advertisedAddresses() fits a card on a host with many addresses", () => {
  const many = Array.from({ length: 50 }, (_, index) => ({
    address: `192.0.2.${index + 1}`,
    family: "IPv4" as const,
  }));
  const listen = { hostname: "::", port: 1 };
  deepEqual(advertisedAddresses([], listen, many).length, 8);
});
