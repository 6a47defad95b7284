/**
 * Under which addresses other members can reach this host, unless the
 * configuration says it.
 *
 * @module
 */
import ipaddr from "ipaddr.js";

/** A roster card carries at most so many (`mesh/peer_text.ts`). */
const addressesMax = 8;

/** One address of an interface, as the runtime lists it. */
export interface InterfaceAddress {
  readonly address: string;
  readonly family: "IPv4" | "IPv6";
}

/**
 * What to tell other members to dial, as `host:port`.
 *
 * @param listen Where the mesh listens, `host:port`.
 * @param interfaces Addresses of this host.
 * @returns The configured list, or what follows from `listen`: one named
 * address alone, for `0.0.0.0` every IPv4 address, for `::` every address.
 */
export function advertisedAddresses(
  advertise: readonly string[],
  listen: { readonly hostname: string; readonly port: number },
  interfaces: readonly InterfaceAddress[],
): string[] {
  if (advertise.length > 0) return [...advertise];
  const { hostname, port } = listen;
  if (hostname !== "::" && hostname !== "0.0.0.0") {
    return [spell(hostname, port)];
  }
  const found = interfaces.filter(({ address, family }) =>
    (hostname === "::" || family === "IPv4") && isReachable(address)
  ).map(({ address }) => address);
  return [...new Set(found)].slice(0, addressesMax)
    .map((address) => spell(address, port));
}

/** The host part of `host:port`, without brackets. */
export function splitHostPort(
  text: string,
): { hostname: string; port: number } {
  const colon = text.lastIndexOf(":");
  return {
    hostname: text.slice(0, colon).replace(/^\[|\]$/g, ""),
    port: Number(text.slice(colon + 1)),
  };
}

function spell(hostname: string, port: number): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/** Whether others can dial it: loopback never, link-local not without a zone. */
export function isReachable(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const range = ipaddr.parse(address).range();
  return range !== "loopback" && range !== "linkLocal";
}
