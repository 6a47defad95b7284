/**
 * Reads the requests of one DCE/RPC association, connection-oriented protocol
 * version 5 (C706 chapter 12, MS-RPCE 2.2.2):
 *
 * | offset | size | common header |
 * | --- | --- | --- |
 * | 0 | 2 | version: 5, and 0 or 1 |
 * | 2 | 1 | type: 0 request, 11 bind, 14 alter context |
 * | 3 | 1 | flags: 1 first fragment |
 * | 4 | 4 | data representation; bit 4 of the first byte: little-endian |
 * | 8 | 2 | length of the fragment |
 *
 * A bind names, by number, interfaces that requests will use: at 24 their
 * count, at 28 each with its number (2), its transfer syntaxes' count (1), a
 * reserved byte, its UUID (16) and version (4), and the syntaxes (20 each). A
 * request has its context number at 20 and its operation at 22. Both stand
 * before anything that is encrypted.
 *
 * Bound: `contextsMax` interfaces of one association; later ones are not seen.
 *
 * @module
 */
import {
  operationName,
  type RpcInterface,
  rpcInterface,
} from "./interfaces.ts";

/** One thing that was asked for. */
export interface RpcCall {
  readonly service: string;
  readonly operation: string;
}

/** Length of the common header. */
export const commonHeaderBytes = 16;
const contextsMax = 32;
const request = 0;
const bind = 11;
const alterContext = 14;

/** Whether `bytes` from `at` look like the start of an association. */
export function startsAssociation(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 5 && (bytes[at + 1] ?? 9) <= 1 &&
    bytes[at + 2] === bind && ((bytes[at + 3] ?? 0) & 1) === 1 &&
    isRepresentation(bytes[at + 4] ?? 0xff);
}

/** Integer and character formats that exist: high nibble 0 or 1, low 0 or 1. */
function isRepresentation(byte: number): boolean {
  return (byte & 0xee) === 0;
}

/**
 * Length of the fragment that begins at `at`.
 *
 * @returns `undefined` if none can begin there.
 */
export function fragmentBytes(
  bytes: Uint8Array,
  at: number,
): number | undefined {
  if (bytes[at] !== 5 || (bytes[at + 1] ?? 9) > 1) return undefined;
  if (!isRepresentation(bytes[at + 4] ?? 0xff)) return undefined;
  const length = u16(bytes, at + 8, isLittle(bytes, at));
  return length < commonHeaderBytes ? undefined : length;
}

/** The interfaces of one association. */
export class RpcAssociation {
  readonly #contexts = new Map<number, RpcInterface>();

  /**
   * Takes one fragment, whole or cut short.
   *
   * @returns The call in it, if it is one of an interface that matters.
   */
  take(bytes: Uint8Array, start: number, end: number): RpcCall | undefined {
    if (end - start < 24 || fragmentBytes(bytes, start) === undefined) {
      return undefined;
    }
    const little = isLittle(bytes, start);
    const type = bytes[start + 2];
    if (type === bind || type === alterContext) {
      this.#bind(bytes, start, end, little);
      return undefined;
    }
    if (type !== request || ((bytes[start + 3] ?? 0) & 1) === 0) {
      return undefined;
    }
    const of = this.#contexts.get(u16(bytes, start + 20, little));
    if (of === undefined) return undefined;
    const opnum = u16(bytes, start + 22, little);
    return { service: of.service, operation: operationName(of, opnum) };
  }

  #bind(bytes: Uint8Array, start: number, end: number, little: boolean): void {
    let at = start + 28;
    for (let left = bytes[start + 24] ?? 0; left > 0; left--) {
      if (at + 24 > end || this.#contexts.size >= contextsMax) return;
      const syntaxes = bytes[at + 2] ?? 0;
      const context = u16(bytes, at, little);
      const of = rpcInterface(uuidAt(bytes, at + 4, little));
      if (of !== undefined) this.#contexts.set(context, of);
      else this.#contexts.delete(context);
      at += 24 + 20 * syntaxes;
    }
  }
}

function isLittle(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at + 4] ?? 0) & 0x10) !== 0;
}

function u16(bytes: Uint8Array, at: number, little: boolean): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  return little ? second << 8 | first : first << 8 | second;
}

/** A UUID's first three fields follow the data representation (C706 appendix A). */
function uuidAt(bytes: Uint8Array, at: number, little: boolean): string {
  const order = little
    ? [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
  const hex = order.map((offset) =>
    (bytes[at + offset] ?? 0).toString(16).padStart(2, "0")
  ).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
