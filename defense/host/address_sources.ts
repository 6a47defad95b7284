/**
 * Where a host writes down the addresses it cannot do without: routing tables,
 * resolver and time server settings, DHCP leases, login records. Pure readers
 * of those texts; `host_addresses.ts` finds the files.
 *
 * A name is not looked up: whoever answers the question would decide who is
 * protected. Lines that cannot be read are passed over.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { type Address, readAddress } from "../address.ts";
import type { ProtectedEntry } from "../world.ts";

/** `RTF_GATEWAY` of `linux/route.h`. */
const gatewayFlag = 0x2;

/** Gateways of `/proc/net/route`: addresses are little-endian hexadecimal. */
export function readRoutes4(text: string): ProtectedEntry[] {
  return text.split("\n").flatMap((line) => {
    const [, , gateway = "", flags = ""] = line.trim().split(/\s+/);
    if (!/^[0-9A-F]{8}$/i.test(gateway)) return [];
    if (!(parseInt(flags, 16) & gatewayFlag)) return [];
    return entryOf(
      addressOfBytes(Uint8Array.fromHex(gateway).reverse()),
      "gateway",
    );
  });
}

/** Gateways of `/proc/net/ipv6_route`. */
export function readRoutes6(text: string): ProtectedEntry[] {
  return text.split("\n").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [nextHop = "", flags = ""] = [fields[4], fields[8]];
    if (!/^[0-9a-f]{32}$/i.test(nextHop) || /^0+$/.test(nextHop)) return [];
    if (!(parseInt(flags, 16) & gatewayFlag)) return [];
    return entryOf(addressOfBytes(Uint8Array.fromHex(nextHop)), "gateway");
  });
}

/** `nameserver` lines of `resolv.conf(5)`. */
export function readResolvers(text: string): ProtectedEntry[] {
  return text.split("\n").flatMap((line) => {
    const server = /^\s*nameserver\s+(\S+)/.exec(line)?.[1];
    return entryOf(readAddress(server ?? ""), "DNS server");
  });
}

/** Lines of a `systemd-networkd` or NetworkManager lease. */
const leaseKeys: ReadonlyMap<string, string> = new Map([
  ["SERVER_ADDRESS", "DHCP server"],
  ["ROUTER", "gateway"],
  ["DNS", "DNS server"],
  ["NTP", "time server"],
]);

/** `KEY=address address` lines of `/run/systemd/netif/leases/*`. */
export function readNetworkLease(text: string): ProtectedEntry[] {
  return text.split("\n").flatMap((line) => {
    const [key = "", value = ""] = line.split("=", 2);
    const reason = leaseKeys.get(key.trim());
    return reason === undefined ? [] : addressesIn(value, reason);
  });
}

/** Options of `dhclient.leases(5)`. */
const leaseOptions: ReadonlyMap<string, string> = new Map([
  ["dhcp-server-identifier", "DHCP server"],
  ["routers", "gateway"],
  ["domain-name-servers", "DNS server"],
  ["ntp-servers", "time server"],
]);

/** `option name address, address;` lines of `dhclient.leases(5)`. */
export function readDhclientLeases(text: string): ProtectedEntry[] {
  return text.split("\n").flatMap((line) => {
    const [, name = "", value = ""] =
      /^\s*option\s+([\w-]+)\s+([^;]*);/.exec(line) ?? [];
    const reason = leaseOptions.get(name);
    return reason === undefined ? [] : addressesIn(value, reason);
  });
}

/** `server`, `pool` and `peer` lines of `chrony.conf(5)` and `ntp.conf(5)`. */
export function readTimeServers(text: string): ProtectedEntry[] {
  return text.split("\n").flatMap((line) => {
    const server = /^\s*(?:server|pool|peer)\s+(?:-[46]\s+)?(\S+)/.exec(line);
    return entryOf(readAddress(server?.[1] ?? ""), "time server");
  });
}

/** `NTP=` and `FallbackNTP=` lines of `timesyncd.conf(5)`. */
export function readTimesyncd(text: string): ProtectedEntry[] {
  return text.split("\n").flatMap((line) => {
    const value = /^\s*(?:Fallback)?NTP\s*=(.*)$/.exec(line)?.[1];
    return addressesIn(value ?? "", "time server");
  });
}

/** `USER_PROCESS` of `utmp(5)`. */
const userSession = 7;
/** Bytes of a record, and where its address begins, by the size of `time_t`. */
const utmpLayouts = [
  { recordBytes: 384, addressAt: 348 },
  { recordBytes: 400, addressAt: 360 },
];

/**
 * Remote addresses of the sessions in `/run/utmp`.
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 2 | type |
 * | 348 or 360 | 16 | remote address; IPv4 in the first four bytes |
 */
export function readSessions(bytes: Uint8Array): ProtectedEntry[] {
  const layout = utmpLayouts.find(({ recordBytes }) =>
    bytes.length % recordBytes === 0
  );
  if (!layout) return [];
  const found: ProtectedEntry[] = [];
  for (let at = 0; at < bytes.length; at += layout.recordBytes) {
    if (bytes[at] !== userSession || bytes[at + 1] !== 0) continue;
    const start = at + layout.addressAt;
    const field = bytes.slice(start, start + 16);
    if (field.every((byte) => byte === 0)) continue;
    const short = field.subarray(4).every((byte) => byte === 0);
    found.push(
      ...entryOf(
        addressOfBytes(short ? field.subarray(0, 4) : field),
        "admin session",
      ),
    );
  }
  return found;
}

function addressesIn(text: string, reason: string): ProtectedEntry[] {
  return text.split(/[\s,]+/).flatMap((word) =>
    entryOf(readAddress(word), reason)
  );
}

function entryOf(
  address: Address | undefined,
  reason: string,
): ProtectedEntry[] {
  return address === undefined ? [] : [{ network: address, reason }];
}

function addressOfBytes(bytes: Uint8Array): Address | undefined {
  return readAddress(ipaddr.fromByteArray([...bytes]).toString());
}
