/**
 * Who a connection is really from, said by the member that passes it on to the
 * decoys of another: the binary header of the PROXY protocol, version 2
 * (HAProxy, `doc/proxy-protocol.txt` §2.2), so that a real service in a decoy's
 * place may read it too. Numbers are big-endian.
 *
 * | offset | size | meaning |
 * | --- | --- | --- |
 * | 0 | 12 | `\r\n\r\n\0\r\nQUIT\n` |
 * | 12 | 1 | 0x21: version 2, PROXY |
 * | 13 | 1 | 0x11: TCP over IPv4; 0x21: TCP over IPv6 |
 * | 14 | 2 | n: 12 or 36 |
 * | 16 | n | source and destination address, source and destination port |
 *
 * Departs from it by taking no TLV after the ports: nobody but members sends
 * any of this, and they send none. It proves nothing: whoever may open the
 * connection may write what he likes.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { type Address, familyOf, readAddress } from "../address.ts";

/** One connection as its header describes it. */
export interface ProxiedConnection {
  /** Who opened it. */
  readonly source: Address;
  /** From which port. */
  readonly sourcePort: number;
  /** Whom he dialled. */
  readonly destination: Address;
  /** Which port he asked for. */
  readonly port: number;
}

const signature = Uint8Array.from(
  [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10],
);
/** Octets before the addresses; they tell how many follow. */
export const proxyHeadBytes = signature.length + 4;
const proxyCommand = 0x21;
/** What stands for a family, and the octets of one of its addresses. */
const families = {
  4: { code: 0x11, addressBytes: 4 },
  6: { code: 0x21, addressBytes: 16 },
} as const;

/**
 * The octets of a header.
 *
 * @throws {TypeError} If the addresses are of different families.
 */
export function encodeProxyHeader(
  { source, sourcePort, destination, port }: ProxiedConnection,
): Uint8Array {
  const family = familyOf(source);
  if (familyOf(destination) !== family) {
    throw new TypeError(
      `Cannot describe a connection from ${source} to ${destination}: expected one family`,
    );
  }
  const { code, addressBytes } = families[family];
  const length = 2 * addressBytes + 4;
  const octets = new Uint8Array(proxyHeadBytes + length);
  const view = new DataView(octets.buffer);
  octets.set(signature);
  octets[12] = proxyCommand;
  octets[13] = code;
  view.setUint16(14, length);
  octets.set(ipaddr.parse(source).toByteArray(), proxyHeadBytes);
  octets.set(
    ipaddr.parse(destination).toByteArray(),
    proxyHeadBytes + addressBytes,
  );
  view.setUint16(octets.length - 4, sourcePort);
  view.setUint16(octets.length - 2, port);
  return octets;
}

/**
 * Reads the first {@linkcode proxyHeadBytes} octets.
 *
 * @returns How many more belong to the header; `undefined` if it is none.
 */
export function proxyRestBytes(head: Uint8Array): number | undefined {
  if (head.length < proxyHeadBytes || head[12] !== proxyCommand) {
    return undefined;
  }
  if (signature.some((octet, at) => head[at] !== octet)) return undefined;
  const family = Object.values(families).find(({ code }) => code === head[13]);
  const length = new DataView(head.buffer, head.byteOffset).getUint16(14);
  return family && length === 2 * family.addressBytes + 4 ? length : undefined;
}

/** Reads a whole header; `undefined` for anything else. */
export function decodeProxyHeader(
  octets: Uint8Array,
): ProxiedConnection | undefined {
  const length = proxyRestBytes(octets);
  if (length === undefined || octets.length !== proxyHeadBytes + length) {
    return undefined;
  }
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const addressBytes = (length - 4) / 2;
  const addressAt = (at: number) =>
    readAddress(
      ipaddr.fromByteArray([...octets.subarray(at, at + addressBytes)])
        .toString(),
    );
  const source = addressAt(proxyHeadBytes);
  const destination = addressAt(proxyHeadBytes + addressBytes);
  if (source === undefined || destination === undefined) return undefined;
  // An IPv4 address in the clothes of IPv6 would have two spellings.
  if (familyOf(source) !== familyOf(destination)) return undefined;
  if (families[familyOf(source)].addressBytes !== addressBytes) {
    return undefined;
  }
  return {
    source,
    sourcePort: view.getUint16(octets.length - 4),
    destination,
    port: view.getUint16(octets.length - 2),
  };
}
