/** Lines of web servers; see `service_lines.ts`. */
import { type LineRows, unknown } from "./line_row.ts";

const combined = (user: string, request: string, status: number) =>
  `192.0.2.1 - ${user} [23/Nov/2026:03:26:55 +0100] "${request}" ${status} 153 "-" "curl/8"`;
const nginxError = (what: string, referrer = "") =>
  `2026/11/23 03:26:55 [error] 7#7: *9 ${what}, client: 192.0.2.1, server: example.org, request: "GET /a HTTP/1.1", host: "example.org"${referrer}`;
const apache24 = (what: string) =>
  `[Mon Nov 23 03:26:55.123456 2026] [auth_basic:error] [pid 7:tid 8] [client 192.0.2.1:4711] ${what}`;

export const webLines = {
  access: [
    [
      '192.0.2.1 - - [2026-11-23T03:26:55+01:00] "GET /x HTTP/1.1" 401 1',
      "401 http 192.0.2.1 GET /x",
    ],
    // Caddy before 2.5.
    [
      '{"ts":1795404415.5,"request":{"remote_addr":"192.0.2.1:4711","method":"GET","uri":"/x"},"status":401}',
      "401 http 192.0.2.1 GET /x",
    ],
    [
      '{"ts":1795404415.5,"request":{"remote_addr":"[2001:db8::1]:4711","method":"GET","uri":"/x"},"status":401}',
      "401 http 2001:db8::1 GET /x",
    ],
    // As Apache 2.4 writes a name with a quote and a bracket in it.
    [
      combined('b ob\\" [client 203.0.113.9', "GET / HTTP/1.1", 401),
      '401 http 192.0.2.1 GET / as b ob\\" [client 203.0.113.9',
    ],
    [
      combined("-", "GET /x?y=1 HTTP/1.1", 404),
      "404 http 192.0.2.1 GET /x?y=1",
    ],
    [
      combined("ada", "POST / HTTP/2.0", 401),
      "401 http 192.0.2.1 POST / as ada",
    ],
    [
      combined("-", "\\x16\\x03\\x01", 400),
      "400 http 192.0.2.1  \\x16\\x03\\x01",
    ],
    [
      '::1 - - [23/Nov/2026:03:26:55 +0100] "GET / HTTP/1.1" 200 -',
      "200 http ::1 GET /",
    ],
    [
      "shop.example:443 " + combined("-", "GET / HTTP/1.1", 200),
      "200 http 192.0.2.1 GET /",
    ],
    [
      "198.51.100.2 " + combined("-", "GET / HTTP/1.1", 200),
      "200 http 192.0.2.1 GET /",
    ],
    // A list of proxies is the client's claim, the last word of it a proxy.
    ["203.0.113.9, " + combined("-", "GET / HTTP/1.1", 200), ""],
    [
      'client.example - - [23/Nov/2026:03:26:55 +0100] "GET / HTTP/1.1" 200 7',
      "",
    ],
    [
      combined(
        "x 203.0.113.9 - - [23/Nov/2026:03:26:55 +0100] ",
        "GET / HTTP/1.1",
        401,
      ),
      "401 http 192.0.2.1 GET / as x 203.0.113.9 - - [23/Nov/2026:03:26:55 +0100]",
    ],
    [
      combined("-", 'GET /\\" 200 1 \\"-\\" \\"x HTTP/1.1', 404),
      '404 http 192.0.2.1 GET /\\" 200 1 \\"-\\" \\"x',
    ],
    [
      '{"time_iso8601":"2026-11-23T03:26:55+01:00","remote_addr":"192.0.2.1","remote_user":"","request":"GET /x HTTP/1.1","status":404}',
      "404 http 192.0.2.1 GET /x",
    ],
    [
      '{"level":"info","ts":1795400815.5,"request":{"remote_ip":"192.0.2.1","method":"POST","uri":"/login"},"status":401}',
      "401 http 192.0.2.1 POST /login",
    ],
    [
      '{"ClientHost":"192.0.2.1","RequestMethod":"GET","RequestPath":"/","DownstreamStatus":200,"StartUTC":"2026-11-23T03:26:55Z"}',
      "200 http 192.0.2.1 GET /",
    ],
    ['{"remote_addr":["192.0.2.1"],"status":{},"time":null}', unknown],
    [
      '192.0.2.1 - - [99/Nov/2026:03:26:55 +0100] "GET / HTTP/1.1" 200 7',
      unknown,
    ],
    ['192.0.2.1 - - [23/Nov/2026:03:26:55 +0100] "GET / HTTP/1.1', unknown],
  ],
  nginx: [
    // ModSecurity quotes the client, who imitates the end of the line.
    [
      '2026/11/23 03:26:55 [error] 7#7: *9 [client 192.0.2.1] ModSecurity: Access denied with code 403 (phase 2). [data ", client: 203.0.113.9, server: x, request: "GET / HTTP/1.1", host: "b", referrer: ""], client: 192.0.2.1, server: s, request: "GET /a HTTP/1.1", host: "h"',
      "403 nginx 192.0.2.1 GET /",
    ],
    [
      '2026/11/23 03:26:55 [error] 7#7: *9 user "ada": password mismatch, client: 192.0.2.1, server: s, request: "GET /a b c HTTP/1.1", host: "h"',
      "- nginx 192.0.2.1 ada",
    ],
    [nginxError('user "ada": password mismatch'), "- nginx 192.0.2.1 ada"],
    [
      nginxError('user "ada" was not found in "/etc/nginx/users"'),
      "-? nginx 192.0.2.1 ada",
    ],
    [
      nginxError("PAM: user 'ada' - not authenticated: Authentication failure"),
      "- nginx 192.0.2.1 ada",
    ],
    // What every browser does before it asks.
    [nginxError("no user/password was provided for basic authentication"), ""],
    [
      nginxError('limiting requests, excess: 5.6 by zone "one"'),
      "429 nginx 192.0.2.1 GET /a",
    ],
    [nginxError("access forbidden by rule"), "403 nginx 192.0.2.1 GET /a"],
    [nginxError('open() "/srv/a" failed (2: No such file or directory)'), ""],
    [combined("-", "GET /x HTTP/1.1", 404), "404 nginx 192.0.2.1 GET /x"],
    [
      "Nov 23 03:26:55 web nginx: " +
      nginxError('user "ada": password mismatch'),
      "- nginx 192.0.2.1 ada",
    ],
    [
      nginxError(
        'user "x": password mismatch, client: 203.0.113.9, server: a, request: "GET / HTTP/1.1", host: "b""',
      ).replace('""', '"": was not found in "/u"'),
      '-? nginx 192.0.2.1 x": password mismatch, client: 203.0.113.9, server: a, request: "GET / HTTP/1.1", host: "b"',
    ],
    [
      nginxError(
        'user "ada": password mismatch',
        ', referrer: "x, client: 203.0.113.9, server: a, request: "GET / HTTP/1.1", host: "b""',
      ),
      "- nginx 192.0.2.1 ada",
    ],
    [
      "2026/11/23 03:26:55 [crit] 7#7: *9 SSL_do_handshake() failed (SSL: x) while SSL handshaking, client: 192.0.2.1, server: 0.0.0.0:443",
      "",
    ],
  ],
  apache: [
    [
      "[Mon Nov 23 03:26:55.123456 2026] [auth_digest:error] [pid 7:tid 8] [client 192.0.2.1:4711] AH01791: user `ada' in realm `x' denied by provider: /private",
      "-? apache 192.0.2.1 ada",
    ],
    [
      apache24(
        'AH01617: user ada: authentication failure for "/p": Password Mismatch',
      ),
      "- apache 192.0.2.1 ada",
    ],
    [apache24("AH01618: user ada not found: /p"), "-? apache 192.0.2.1 ada"],
    [
      apache24("AH01797: client denied by server configuration: /srv/p"),
      "403 apache 192.0.2.1  /srv/p",
    ],
    [
      apache24("AH01794: user `ada' in realm `r' not found: /p"),
      "-? apache 192.0.2.1 ada",
    ],
    [
      apache24("AH01794: user ada: password mismatch: /p"),
      "- apache 192.0.2.1 ada",
    ],
    [
      '[Mon Nov 23 03:26:55.1 2026] [:error] [pid 7] [client 192.0.2.1:4711] [client 192.0.2.1] ModSecurity: Access denied with code 403 (phase 2). [id "1"] [uri "/x"]',
      "403 apache 192.0.2.1  /x",
    ],
    [
      "[Mon Nov 23 03:26:55 2026] [error] [client 192.0.2.1] user ada not found: /p",
      "-? apache 192.0.2.1 ada",
    ],
    [
      "[Mon Nov 23 03:26:55 2026] [error] [client 2001:db8::1] user ada not found: /p",
      "-? apache 2001:db8::1 ada",
    ],
    [
      apache24("AH01618: user x [client 203.0.113.9:1] y not found: /p"),
      "-? apache 192.0.2.1 x [client 203.0.113.9:1] y",
    ],
    [
      "[Mon Nov 23 03:26:55.1 2026] [auth_basic:error] [pid 7] [client 2001:db8::1:4711] AH01618: user ada not found: /p",
      "-? apache 2001:db8::1 ada",
    ],
    ["[Mon Nov 23 03:26:55 2026] [notice] caught SIGTERM, shutting down", ""],
  ],
} satisfies LineRows;
