/**
 * Probes over HTTP/2 (RFC 9113), frame by frame: settings, requests for our
 * path, the extended CONNECT by which HTTP/2 carries WebSockets (RFC 8441), and
 * frames out of turn.
 *
 * @module
 */
import { safely } from "./byte_probes.ts";
import type { Probe } from "./probe.ts";
import { latin1, talkTls } from "./talk.ts";

const preface = latin1("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const settings = frame(4, 0, 0);

function frame(
  type: number,
  flags: number,
  stream: number,
  body: Uint8Array = new Uint8Array(),
): Uint8Array {
  const bytes = new Uint8Array(9 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length << 8 | type);
  view.setUint8(4, flags);
  view.setUint32(5, stream);
  bytes.set(body, 9);
  return bytes;
}

/** A header block of literal fields without indexing (RFC 7541, 6.2.2). */
function fields(pairs: readonly (readonly [string, string])[]): Uint8Array {
  return new Uint8Array(pairs.flatMap(([name, value]) => [
    ...[0, name.length, ...latin1(name)],
    ...[value.length, ...latin1(value)],
  ]));
}

function request(
  method: string,
  path: string,
  more: readonly (readonly [string, string])[] = [],
): Uint8Array {
  const block = fields([
    [":method", method],
    [":scheme", "https"],
    [":authority", "status"],
    [":path", path],
    ...more,
  ]);
  // END_HEADERS and END_STREAM, stream 1.
  return frame(1, 0x5, 1, block);
}

const session = ["cookie", "session=" + "A".repeat(43)] as const;
const talks: Readonly<Record<string, readonly Uint8Array[]>> = {
  "preface only": [preface],
  "settings": [preface, settings],
  "no preface": [settings],
  "GET /": [preface, settings, request("GET", "/")],
  "GET the mesh's path": [
    ...[preface, settings],
    request("GET", "/live", [session]),
  ],
  "GET an unknown path": [
    preface,
    settings,
    request("GET", "/none", [session]),
  ],
  "HEAD": [preface, settings, request("HEAD", "/live")],
  "an HTTP/1.1 upgrade in HTTP/2": [
    ...[preface, settings],
    request("GET", "/live", [session, ["upgrade", "websocket"], [
      "sec-websocket-version",
      "13",
    ]]),
  ],
  "extended CONNECT": [
    ...[preface, settings],
    request("CONNECT", "/live", [[":protocol", "websocket"], session]),
  ],
  "PING": [preface, settings, frame(6, 0, 0, latin1("12345678"))],
  "PING flood": [
    ...[preface, settings],
    ...Array.from({ length: 50 }, () => frame(6, 0, 0, latin1("12345678"))),
  ],
  "an unknown frame": [preface, settings, frame(99, 0, 0, latin1("x"))],
  "DATA on no stream": [preface, settings, frame(0, 0, 0, latin1("x"))],
  "a frame too large": [preface, settings, frame(0, 0, 1).fill(0xff, 0, 3)],
  "GOAWAY": [preface, settings, frame(7, 0, 0, new Uint8Array(8))],
  "a bad header block": [preface, settings, frame(1, 5, 1, latin1("\xff\xff"))],
  "RST_STREAM of nothing": [
    preface,
    settings,
    frame(3, 0, 1, new Uint8Array(4)),
  ],
};

/** Each in a TLS of its own. */
export function http2Probes(): Probe[] {
  return Object.entries(talks).map(([name, parts]) => ({
    name: `HTTP/2: ${name}`,
    run: async (target) => {
      const heard = await safely(() => talkTls(target, { parts }, ["h2"]));
      return `${framesIn(heard.bytes)}\n[${heard.end}]`;
    },
  }));
}

/**
 * Types, flags, streams and bodies, in the order of the streams' frames. A
 * page's own size and times are in its DATA, so of the cover page ("GET /")
 * only the length counts; header blocks hold the date, compressed.
 */
function framesIn(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shown: string[] = [];
  let at = 0;
  while (at + 9 <= bytes.length) {
    const length = view.getUint32(at) >>> 8;
    const type = view.getUint8(at + 3);
    const head = [type, view.getUint8(at + 4), view.getUint32(at + 5)].join(
      " ",
    );
    const body = bytes.subarray(at + 9, at + 9 + length);
    const words = type === 0 || type === 1 ? `${length} bytes` : body.toHex();
    shown.push(`${head} ${words}`);
    at += 9 + length;
  }
  if (at < bytes.length) shown.push(`rest ${bytes.subarray(at).toHex()}`);
  return shown.join("\n");
}
