/**
 * Whether an announced address is one of the internet, or one that only makes
 * sense inside a site: the special-purpose blocks of RFC 6890, as far as a host
 * can have one of them (RFC 1918, 6598, 3927, 1122; 4193, 4291).
 *
 * @module
 */

/** First bits of the blocks that are not global. */
const localIpv4: readonly (readonly [network: number, bits: number])[] = [
  [0x00000000, 8], // 0.0.0.0/8, this network
  [0x0a000000, 8], // 10.0.0.0/8, private
  [0x64400000, 10], // 100.64.0.0/10, carrier-grade NAT
  [0x7f000000, 8], // 127.0.0.0/8, loopback
  [0xa9fe0000, 16], // 169.254.0.0/16, link-local
  [0xac100000, 12], // 172.16.0.0/12, private
  [0xc0a80000, 16], // 192.168.0.0/16, private
  [0xe0000000, 3], // multicast and reserved
];

/**
 * Whether `hostPort` (`host:port`, IPv6 in brackets) is a literal global
 * address. Names are not: what they stand for may change.
 */
export function isGlobalAddress(hostPort: string): boolean {
  const [, ipv6, ipv4] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})):\d{1,5}$/
      .exec(hostPort) ?? [];
  if (ipv4 !== undefined) return isGlobalIpv4(ipv4);
  return ipv6 !== undefined && isGlobalIpv6(ipv6);
}

function isGlobalIpv4(text: string): boolean {
  const bytes = text.split(".").map(Number);
  if (bytes.some((byte) => byte > 255)) return false;
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return !localIpv4.some(([network, bits]) =>
    Math.floor(address / 2 ** (32 - bits)) ===
      Math.floor(network / 2 ** (32 - bits))
  );
}

/** 2000::/3 is all that is assigned (RFC 4291, section 2.4). */
function isGlobalIpv6(text: string): boolean {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(text)?.[1];
  if (mapped !== undefined) return isGlobalIpv4(mapped);
  return /^[23][0-9A-Fa-f]{3}:/.test(text);
}
