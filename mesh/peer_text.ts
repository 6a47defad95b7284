/**
 * Text and certificates that peers claim about themselves, bounded and safe to
 * show: what passes here can stand in a terminal, a log or a page without
 * moving a cursor or reversing a line.
 *
 * @module
 */
import { asArray, type CborValue } from "./cbor.ts";
import {
  addressBytesMax,
  addressesMax,
  certificateBytesMax,
  nameBytesMax,
} from "./limits.ts";

/**
 * Control, format (bidirectional and zero-width marks), private-use and
 * unassigned characters, lone surrogates, line and paragraph separators.
 */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/u;
const hostPort =
  /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):([1-9][0-9]{0,4})$/;

/** A node's name: 1 to 63 bytes of printable UTF-8, no space at the ends. */
export function readName(value: CborValue | undefined): string | undefined {
  if (typeof value !== "string" || !isName(value)) return undefined;
  return value;
}

/** Whether peers accept `text` as a node's name. */
export function isName(text: string): boolean {
  const bytes = new TextEncoder().encode(text).length;
  return bytes >= 1 && bytes <= nameBytesMax && text === text.trim() &&
    !unprintable.test(text);
}

/** Up to 8 of `host:port`, IPv6 in brackets. */
export function readAddresses(
  value: CborValue | undefined,
): readonly string[] | undefined {
  const addresses = asArray(value);
  if (!addresses || addresses.length > addressesMax) return undefined;
  return addresses.every(isHostPort) ? addresses : undefined;
}

function isHostPort(value: unknown): value is string {
  if (typeof value !== "string" || value.length > addressBytesMax) return false;
  const port = hostPort.exec(value)?.[1];
  return port !== undefined && Number(port) <= 65_535;
}

/** A certificate's bytes, unread; empty where a node has none. */
export function readCertificate(
  value: CborValue | undefined,
): Uint8Array | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  return value.length <= certificateBytesMax ? value : undefined;
}
