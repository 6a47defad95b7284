import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  readDhclientLeases,
  readNetworkLease,
  readResolvers,
  readRoutes4,
  readRoutes6,
  readSessions,
  readTimeServers,
  readTimesyncd,
} from "../../../defense/host/address_sources.ts";

const rows: {
  name: string;
  read: (text: string) => { network: string; reason: string }[];
  text: string;
  found: string[];
}[] = [
  {
    name: "readRoutes4() finds gateways, not networks on the wire",
    read: readRoutes4,
    text: [
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU",
      "eth0\t00000000\t0102000A\t0003\t0\t0\t0\t00000000\t0\t0\t0",
      "eth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
      "tun0\t000010AC\tFE0010AC\t0003\t0\t0\t0\t0000FFFF\t0\t0\t0",
    ].join("\n"),
    found: ["10.0.2.1 gateway", "172.16.0.254 gateway"],
  },
  {
    name: "readRoutes6() finds next hops",
    read: readRoutes6,
    text: [
      "fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0",
      "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0",
      "00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo",
    ].join("\n"),
    found: ["fd00::1 gateway"],
  },
  {
    name: "readResolvers() reads nameserver lines only",
    read: readResolvers,
    text:
      "# nameserver 192.0.2.9\nsearch example.org\nnameserver 192.0.2.53\n nameserver\tfe80::1%eth0\nnameserver dns.example\noptions edns0",
    found: ["192.0.2.53 DNS server", "fe80::1 DNS server"],
  },
  {
    name: "readNetworkLease() reads a systemd-networkd lease",
    read: readNetworkLease,
    text:
      "# This is private data.\nADDRESS=192.0.2.77\nROUTER=192.0.2.1\nSERVER_ADDRESS=192.0.2.2\nDNS=192.0.2.3 192.0.2.4\nNTP=192.0.2.5\nHOSTNAME=x\n__proto__=192.0.2.6",
    found: [
      "192.0.2.1 gateway",
      "192.0.2.2 DHCP server",
      "192.0.2.3 DNS server",
      "192.0.2.4 DNS server",
      "192.0.2.5 time server",
    ],
  },
  {
    name: "readDhclientLeases() reads dhclient's options",
    read: readDhclientLeases,
    text:
      'lease {\n  interface "eth0";\n  fixed-address 192.0.2.77;\n  option routers 192.0.2.1, 192.0.2.2;\n  option dhcp-server-identifier 192.0.2.3;\n  option constructor 192.0.2.8;\n  option domain-name-servers 192.0.2.4;\n}\n',
    found: [
      "192.0.2.1 gateway",
      "192.0.2.2 gateway",
      "192.0.2.3 DHCP server",
      "192.0.2.4 DNS server",
    ],
  },
  {
    name: "readTimeServers() reads addresses and looks no name up",
    read: readTimeServers,
    text:
      "pool 2.debian.pool.ntp.org iburst\nserver 192.0.2.5 iburst\n#server 192.0.2.6\npeer -6 2001:db8::7 key 1\nserverx 192.0.2.8",
    found: ["192.0.2.5 time server", "2001:db8::7 time server"],
  },
  {
    name: "readTimesyncd() reads both lists",
    read: readTimesyncd,
    text:
      "[Time]\n#NTP=192.0.2.1\nNTP=192.0.2.5 time.example 2001:db8::5\nFallbackNTP=192.0.2.6\n",
    found: [
      "192.0.2.5 time server",
      "2001:db8::5 time server",
      "192.0.2.6 time server",
    ],
  },
];

for (const { name, read, text, found } of rows) {
  Deno.test(name, () => {
    deepEqual(
      read(text).map(({ network, reason }) => `${network} ${reason}`),
      found,
    );
    deepEqual(read(""), []);
  });
}

/** One record of `utmp(5)` as glibc writes it on x86-64, or on arm64. */
function session(
  type: number,
  address: readonly number[],
  [recordBytes, addressAt] = [384, 348],
): Uint8Array {
  const record = new Uint8Array(recordBytes);
  record[0] = type;
  record.set(address, addressAt);
  return record;
}

const v6 = [0x20, 1, 0x0d, 0xb8, ...Array(11).fill(0), 9];
const sessions: { name: string; records: Uint8Array[]; found: string[] }[] = [
  { name: "no record", records: [], found: [] },
  {
    name: "a user",
    records: [session(7, [192, 0, 2, 7])],
    found: ["192.0.2.7"],
  },
  { name: "IPv6", records: [session(7, v6)], found: ["2001:db8::9"] },
  { name: "the console", records: [session(7, [])], found: [] },
  { name: "one who left", records: [session(8, [192, 0, 2, 7])], found: [] },
  {
    name: "another after a boot record",
    records: [session(2, [192, 0, 2, 1]), session(7, [192, 0, 2, 8])],
    found: ["192.0.2.8"],
  },
  {
    name: "arm64",
    records: [session(7, [192, 0, 2, 7], [400, 360])],
    found: ["192.0.2.7"],
  },
  {
    name: "half a record",
    records: [session(7, [192, 0, 2, 7]).subarray(0, 200)],
    found: [],
  },
];

for (const { name, records, found } of sessions) {
  Deno.test(`readSessions() ${name}`, () => {
    const bytes = new Uint8Array(
      records.flatMap((record) => [...record]),
    );
    deepEqual(readSessions(bytes).map(({ network }) => network), found);
  });
}

Deno.test("address sources read anything without an exception", () => {
  const word = fc.oneof(
    fc.constantFrom(
      "nameserver ",
      "option routers ",
      "NTP=",
      "DNS=",
      "\t",
      "\n",
    ),
    fc.string(),
    fc.ipV4(),
    fc.ipV6(),
    fc.stringMatching(/^[0-9a-fA-F]{0,33}$/),
  );
  fc.assert(fc.property(fc.array(word, { maxLength: 30 }), (words) => {
    for (const { read } of rows) read(words.join(""));
    for (const { read } of rows) read(words.join(" "));
  }));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1_200 }), (bytes) => {
    readSessions(bytes);
  }));
});
