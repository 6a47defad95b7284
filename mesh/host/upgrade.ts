/**
 * How a peer's knock looks on the wire: like the live-update socket of an
 * ordinary web app, a WebSocket upgrade (RFC 6455, section 4.1) whose session
 * cookie carries the gate token. Whether a token is good is the gate's
 * question; this file only carries it.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** Bytes of a gate token. */
const tokenBytes = 32;
/** Where peers knock; to strangers a path like any unknown one. */
const upgradePath = "/live";
/**
 * A URL of the runtime's that names the path. Not parsed: what a stranger
 * writes as its host may be no URL, and the exception would show.
 */
const upgradeUrl = /^https:\/\/[^/?#]*\/live$/;
/** 32 bytes are 43 characters of base64url. */
const sessionCookie = /(?:^|;\s*)session=([A-Za-z0-9_-]{43})(?:;|$)/;
/** Values of base64url's characters, by their codes. */
const sextets = new Uint8Array(128);
for (
  const [value, character] of [
    ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
  ].entries()
) sextets[character.charCodeAt(0)] = value;
/** A host name, IPv4 or bracketed IPv6 address, and a port. */
const dialledAddress = /^(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/i;

/**
 * Where to dial a peer.
 *
 * @param address `host:port` as the roster says; a peer wrote it.
 * @returns `undefined` when it is no address: it could name a path, a user, or
 * another scheme.
 */
export function upgradeUrlOf(address: string): string | undefined {
  if (!dialledAddress.test(address)) return undefined;
  const url = `wss://${address}${upgradePath}`;
  return URL.canParse(url) ? url : undefined;
}

/** Headers that carry a token. */
export function tokenHeaders(token: Uint8Array): Record<string, string> {
  return { cookie: `session=${Buffer.from(token).toString("base64url")}` };
}

/**
 * The token of a request.
 *
 * @returns 32 zero bytes where there is none, so that the gate does the same
 * work for everybody; no key makes that token.
 */
export function tokenOf(headers: Headers): Uint8Array {
  const found = sessionCookie.exec(headers.get("cookie") ?? "")?.[1];
  const token = new Uint8Array(tokenBytes);
  if (found !== undefined) decodeInto(token, found);
  return token;
}

/**
 * Reads base64url (RFC 4648, section 5) of which every character is known to be
 * one. By hand, because every answer of the port waits for it: the runtime's own
 * decoders made answers 6 to 9 µs later than this loop does.
 */
function decodeInto(token: Uint8Array, text: string): void {
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let read = 0; at < token.length; read++) {
    held = (held << 6 | sextets[text.charCodeAt(read)]!) & 0x3fff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    token[at++] = held >> bits;
  }
}

/**
 * Whether the request can be upgraded at all, and on our path. To be asked of
 * members only, behind the gate: how long it takes depends on the request.
 */
export function isUpgrade(request: Request): boolean {
  const { headers } = request;
  return request.method === "GET" &&
    upgradeUrl.test(request.url) &&
    headers.get("upgrade")?.toLowerCase() === "websocket" &&
    headers.get("connection")?.toLowerCase().includes("upgrade") === true &&
    headers.get("sec-websocket-version") === "13" &&
    headers.has("sec-websocket-key");
}
