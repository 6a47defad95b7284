/**
 * Probes inside TLS: odd HTTP, HTTP/2 by hand, and upgrades that ought not to
 * be let in.
 *
 * @module
 */
import { safely } from "./byte_probes.ts";
import { textOf } from "./http_text.ts";
import type { Probe } from "./probe.ts";
import { latin1, talkTls } from "./talk.ts";
import { type RequestPlan, upgradeRequest } from "./upgrade_request.ts";

const host = "host: status\r\n";

/** Requests as text, by name. */
const requests: Readonly<Record<string, string>> = {
  "the page": `GET / HTTP/1.1\r\n${host}\r\n`,
  "the page, then close": `GET / HTTP/1.1\r\n${host}connection: close\r\n\r\n`,
  "health": `GET /health HTTP/1.1\r\n${host}\r\n`,
  "robots.txt": `GET /robots.txt HTTP/1.1\r\n${host}\r\n`,
  "an unknown path": `GET /wp-login.php HTTP/1.1\r\n${host}\r\n`,
  "the mesh's path": `GET /live HTTP/1.1\r\n${host}\r\n`,
  "the mesh's path with a query": `GET /live?a=b HTTP/1.1\r\n${host}\r\n`,
  "the mesh's path as an absolute URI":
    `GET https://status/live HTTP/1.1\r\n${host}\r\n`,
  "HEAD": `HEAD / HTTP/1.1\r\n${host}\r\n`,
  "HEAD of the mesh's path": `HEAD /live HTTP/1.1\r\n${host}\r\n`,
  "OPTIONS": `OPTIONS / HTTP/1.1\r\n${host}\r\n`,
  "OPTIONS *": `OPTIONS * HTTP/1.1\r\n${host}\r\n`,
  "TRACE": `TRACE / HTTP/1.1\r\n${host}\r\n`,
  "CONNECT": `CONNECT a:443 HTTP/1.1\r\n${host}\r\n`,
  "an unknown method": `BREW /live HTTP/1.1\r\n${host}\r\n`,
  "a method with odd letters": `G\x00T / HTTP/1.1\r\n${host}\r\n`,
  "POST": `POST /live HTTP/1.1\r\n${host}content-length: 3\r\n\r\nabc`,
  "POST of less than it says":
    `POST /live HTTP/1.1\r\n${host}content-length: 9\r\n\r\nabc`,
  "chunks": `POST /live HTTP/1.1\r\n${host}transfer-encoding: chunked\r\n\r\n` +
    "3\r\nabc\r\n0\r\n\r\n",
  "a broken chunk":
    `POST /live HTTP/1.1\r\n${host}transfer-encoding: chunked\r\n\r\nzz\r\n`,
  "Expect: 100-continue":
    `POST /live HTTP/1.1\r\n${host}expect: 100-continue\r\ncontent-length: 3\r\n\r\n`,
  "content-length and transfer-encoding":
    `POST /live HTTP/1.1\r\n${host}content-length: 6\r\n` +
    "transfer-encoding: chunked\r\n\r\n0\r\n\r\nG",
  "two content-lengths":
    `POST /live HTTP/1.1\r\n${host}content-length: 6\r\ncontent-length: 5\r\n\r\n`,
  "a 9 kB URI": `GET /${"a".repeat(9_000)} HTTP/1.1\r\n${host}\r\n`,
  "a 70 kB URI": `GET /${"a".repeat(70_000)} HTTP/1.1\r\n${host}\r\n`,
  "100 kB of headers": `GET /live HTTP/1.1\r\n${host}` +
    `x-filler: ${"b".repeat(990)}\r\n`.repeat(100) + "\r\n",
  "one header of 100 kB": `GET /live HTTP/1.1\r\n${host}x-filler: ${
    "b".repeat(100_000)
  }\r\n\r\n`,
  "500 headers": `GET /live HTTP/1.1\r\n${host}${"a: b\r\n".repeat(500)}\r\n`,
  "a cookie of 9 kB": `GET /live HTTP/1.1\r\n${host}cookie: session=${
    "A".repeat(9_000)
  }\r\n\r\n`,
  "two Hosts": `GET /live HTTP/1.1\r\n${host}host: other\r\n\r\n`,
  "no Host": "GET /live HTTP/1.1\r\n\r\n",
  "an odd Host": "GET /live HTTP/1.1\r\nhost: a b/c:x\r\n\r\n",
  "HTTP/1.0": "GET /live HTTP/1.0\r\n\r\n",
  "HTTP/0.9": "GET /live\r\n",
  "HTTP/1.2": `GET /live HTTP/1.2\r\n${host}\r\n`,
  "HTTP/2.0 in the line": `GET /live HTTP/2.0\r\n${host}\r\n`,
  "bare line feeds": "GET /live HTTP/1.1\nhost: status\n\n",
  "folded headers": `GET /live HTTP/1.1\r\n${host}x: a\r\n b\r\n\r\n`,
  "a header without colon": `GET /live HTTP/1.1\r\n${host}nonsense\r\n\r\n`,
  "space before the colon": `GET /live HTTP/1.1\r\n${host}x : y\r\n\r\n`,
  "empty lines first": `\r\n\r\nGET /live HTTP/1.1\r\n${host}\r\n`,
  "two requests in one": `GET /live HTTP/1.1\r\n${host}\r\n`.repeat(2),
  "a path with dots": `GET /a/../live HTTP/1.1\r\n${host}\r\n`,
  "a path in percents": `GET /%6c%69%76%65 HTTP/1.1\r\n${host}\r\n`,
  "a path of odd bytes": `GET /\xff\xfe HTTP/1.1\r\n${host}\r\n`,
  "HTTP/2 preface over HTTP/1.1": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "an upgrade to h2c":
    `GET /live HTTP/1.1\r\n${host}upgrade: h2c\r\nconnection: Upgrade, HTTP2-Settings\r\n` +
    "http2-settings: AAMAAABkAAQAAP__\r\n\r\n",
};

/** Tokens that open nothing, and none. */
export type BadTokens = Readonly<Record<string, Uint8Array | undefined>>;

/** Changes of an upgrade's headers. */
const twists: Readonly<Record<string, RequestPlan>> = {
  "": {},
  "on a wrong path": { path: "/live2" },
  "on the page's path": { path: "/" },
  "on the path with a slash": { path: "/live/" },
  "with a query": { path: "/live?x=1" },
  "by POST": { method: "POST" },
  "of version 12": { headers: { "sec-websocket-version": "12" } },
  "without version": { headers: { "sec-websocket-version": undefined } },
  "without key": { headers: { "sec-websocket-key": undefined } },
  "with a bad key": { headers: { "sec-websocket-key": "short" } },
  "to something else": { headers: { upgrade: "h2c" } },
  "without Connection": { headers: { connection: undefined } },
  "of a browser": {
    headers: {
      origin: "https://status",
      "sec-websocket-extensions": "permessage-deflate; client_max_window_bits",
      "sec-websocket-protocol": "chat, live",
      "user-agent": "Mozilla/5.0",
    },
  },
};

/** Everything inside TLS over HTTP/1.1. */
export function httpProbes(tokens: BadTokens): Probe[] {
  const probe = (name: string, bytes: Uint8Array): Probe => ({
    name,
    run: async (target) =>
      textOf(await safely(() => talkTls(target, { parts: [bytes] }))),
  });
  return [
    ...Object.entries(requests).map(([name, text]) =>
      probe(`HTTP: ${name}`, latin1(text))
    ),
    ...Object.entries(tokens).flatMap(([tokenName, token]) =>
      Object.entries(twists).map(([twist, plan]) =>
        probe(
          `upgrade with ${tokenName} ${twist}`,
          upgradeRequest({ ...plan, ...(token && { token }) }),
        )
      )
    ),
    ...[
      "session=",
      "session=abc",
      "Session=" + "A".repeat(43),
      "a=b; session=" + "_".repeat(43) + "; c=d",
      "session=" + "A".repeat(44),
      "session=" + "%41".repeat(43),
      "\xff\xfe=\xfd",
    ].map((cookie) =>
      probe(`upgrade with cookie ${cookie}`, upgradeRequest({ cookie }))
    ),
    probe(
      "upgrade and frames at once",
      latin1(
        new TextDecoder("latin1").decode(
          upgradeRequest({ token: new Uint8Array(32) }),
        ) + "\x82\x80\x00\x00\x00\x00",
      ),
    ),
  ];
}
