import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { TransportError } from "../../../mesh/host/transport_error.ts";
import { tokenHeaders } from "../../../mesh/host/upgrade.ts";
import { openTransport } from "../../../mesh/host/websocket_transport.ts";
import { createCoverPage } from "../../../mesh/host/cover_page.ts";
import {
  askRaw,
  certificate,
  type Endpoint,
  goodToken,
  withPair,
} from "./test_endpoint.ts";

function dial(client: Endpoint, server: Endpoint, link = 1): void {
  client.transport.dial({
    link,
    address: server.transport.address,
    certificate: certificate.der,
    token: goodToken,
  });
}

Deno.test("openTransport() carries cells both ways and says how a link ends", () =>
  withPair(async (server, client) => {
    server.echo = true;
    dial(client, server);
    equal((await client.next("connected")).link, 1);
    const accepted = await server.next("accepted");
    deepEqual(accepted, { type: "accepted", link: -1, token: goodToken });

    for (let count = 0; count < 20; count++) {
      const cell = new Uint8Array(512).fill(count);
      client.transport.send(1, cell);
      deepEqual(await client.next("cell"), { type: "cell", link: 1, cell });
    }
    client.transport.close(1);
    deepEqual(await client.next("closed"), {
      type: "closed",
      link: 1,
      reason: "",
    });
    equal((await server.next("closed")).link, -1);
    // Neither is an error, and nothing is said twice.
    client.transport.send(1, new Uint8Array(512));
    client.transport.close(1);
    client.transport.close(99);
    deepEqual(client.heard, []);
  }));

Deno.test("openTransport() closes a link whose peer sends what is no cell", () =>
  withPair(async (server, client) => {
    for (const [nth, size] of [0, 1, 511, 513, 70_000].entries()) {
      const link = nth + 1;
      dial(client, server, link);
      await client.next("connected");
      client.transport.send(link, new Uint8Array(size));
      match((await server.next("closed")).reason, /is no cell/);
      await client.next("closed");
    }
    equal(server.transport.counters.foul, 5);
    equal(server.heard.filter(({ type }) => type === "cell").length, 0);
  }));

Deno.test("openTransport() closes a link whose peer sends text", () =>
  withPair(async (server) => {
    const http = Deno.createHttpClient({
      caCerts: [certificate.certificatePem],
    });
    const socket = new WebSocket(`wss://${server.transport.address}/live`, {
      headers: tokenHeaders(goodToken),
      client: http,
    });
    const gone = new Promise((resolve) => socket.onclose = resolve);
    socket.onopen = () => socket.send("x".repeat(512));
    match((await server.next("closed")).reason, /text is no cell/);
    await gone;
    http.close();
  }));

Deno.test("openTransport() drops a peer that stops reading", () =>
  withPair(async (server) => {
    // A hand-made client: it upgrades, then never reads again.
    const connection = await Deno.connectTls({
      hostname: "127.0.0.1",
      port: Number(server.transport.address.split(":")[1]),
      caCerts: [certificate.certificatePem],
    });
    const { cookie } = tokenHeaders(goodToken);
    await connection.write(new TextEncoder().encode(upgradeText(cookie)));
    const { link } = await server.next("accepted");
    const cell = new Uint8Array(512);
    let sent = 0;
    while (!server.heard.some(({ type }) => type === "closed")) {
      ok(sent < 100_000, "50 MB and still no bound");
      for (let burst = 0; burst < 100; burst++, sent++) {
        server.transport.send(link, cell);
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
    match((await server.next("closed")).reason, /stopped reading/);
    equal(server.transport.counters.foul, 1);
    connection.close();
    // The runtime notices with its next write, which an old one is slow at.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }));

const badDials: {
  name: string;
  address?: string;
  token?: Uint8Array;
  certificate?: Uint8Array;
}[] = [
  { name: "a token the gate refuses", token: new Uint8Array(32) },
  { name: "a certificate that is not the peer's", certificate: await other() },
  { name: "bytes for a certificate", certificate: new Uint8Array(300).fill(9) },
  { name: "an empty certificate", certificate: new Uint8Array() },
  { name: "a port nobody listens on", address: "127.0.0.1:1" },
  { name: "an address with a path", address: "127.0.0.1:443/admin" },
  { name: "an address with a user", address: "root@127.0.0.1:443" },
  { name: "an address without port", address: "127.0.0.1" },
  { name: "a port beyond 65535", address: "127.0.0.1:99999" },
  { name: "a broken IPv6 address", address: "[::1:443" },
  { name: "nothing for an address", address: "" },
];

for (const { name, ...changes } of badDials) {
  Deno.test(`openTransport() dials in vain with ${name}`, () =>
    withPair(async (server, client) => {
      client.transport.dial({
        link: 4,
        address: server.transport.address,
        certificate: certificate.der,
        token: goodToken,
        ...changes,
      });
      const { link, reason } = await client.next("closed");
      equal(link, 4);
      ok(reason.length > 0, "the operator's log must say why");
      deepEqual(client.heard, []);
      deepEqual(server.heard, []);
    }));
}

const knocks: { name: string; request: string }[] = [
  { name: "no token", request: upgradeText("") },
  {
    name: "a wrong token",
    request: upgradeText(sessionOf(new Uint8Array(32))),
  },
  { name: "a short token", request: upgradeText("session=abc") },
  {
    name: "a good token without upgrade",
    request: requestText("GET /live", `cookie: ${sessionOf(goodToken)}\r\n`),
  },
  {
    name: "a good token on another path",
    request: upgradeText(sessionOf(goodToken), "/socket"),
  },
  {
    name: "a good token and an odd version",
    request: upgradeText(sessionOf(goodToken)).replace("13", "12"),
  },
  {
    name: "a good token by POST",
    request: requestText("POST /live", `cookie: ${sessionOf(goodToken)}\r\n`),
  },
];

Deno.test("openTransport() answers a host that is no URL as the page does", () =>
  withPair(async (server) => {
    const odd = requestText("GET /live").replace("status", "a b/c:x");
    match(await askRaw(server.transport.address, odd), /^HTTP\/1\.1 404 /);
  }));

for (const { name, request } of knocks) {
  Deno.test(`openTransport() answers ${name} like any unknown path`, () =>
    withPair(async (server) => {
      const { address } = server.transport;
      const got = await askRaw(address, request);
      const unknown = await askRaw(address, requestText("GET /wp-login.php"));
      match(got, /^HTTP\/1\.1 404 /);
      equal(withoutDate(got), withoutDate(unknown));
      // The gate was asked both times: the work is the same, too.
      equal(server.asked, 2);
      deepEqual(server.heard, []);
    }));
}

Deno.test("openTransport() serves the page, also over HTTP/2", () =>
  withPair(async (server) => {
    const http = Deno.createHttpClient({
      caCerts: [certificate.certificatePem],
    });
    const base = `https://${server.transport.address}`;
    for (
      const [path, status] of [["/", 200], ["/health", 200], ["/live", 404]]
    ) {
      const response = await fetch(`${base}${path}`, { client: http });
      equal(response.status, status);
      await response.text();
    }
    http.close();
  }));

Deno.test("openTransport() keeps cells flowing among half-open strangers", () =>
  withPair(async (server, client) => {
    server.echo = true;
    dial(client, server);
    await client.next("connected");
    const port = Number(server.transport.address.split(":")[1]);
    const strangers: Deno.TcpConn[] = [];
    for (let count = 0; count < 150; count++) {
      const stranger = await Deno.connect({ hostname: "127.0.0.1", port });
      // A third says nothing, a third half a TLS hello, a third plain HTTP.
      const words = ["", "\x16\x03\x01\x02\x00\x01", "GET / HTTP/1.1\r\n\r\n"];
      const said = words[count % 3] ?? "";
      if (said) await stranger.write(new TextEncoder().encode(said));
      strangers.push(stranger);
    }
    for (let count = 0; count < 50; count++) {
      client.transport.send(1, new Uint8Array(512).fill(count));
      await client.next("cell");
    }
    // A new peer gets in as well.
    dial(client, server, 2);
    await client.next("connected");
    for (const stranger of strangers) stranger.close();
  }));

Deno.test("openTransport() takes no more than 64 inbound links", () =>
  withPair(async (server, client) => {
    for (let link = 1; link <= 64; link++) {
      dial(client, server, link);
      await client.next("connected");
    }
    const got = await askRaw(
      server.transport.address,
      upgradeText(sessionOf(goodToken)),
    );
    match(got, /^HTTP\/1\.1 404 /);
    // The dialler has its own bound.
    dial(client, server, 65);
    match((await client.next("closed")).reason, /already 64 dials/);
    equal(client.transport.counters.dialsRefused, 1);
  }));

const page = createCoverPage({ businessName: "x" }, () => 0);
const listeners: {
  name: string;
  hostname: string;
  port?: number;
  pem?: string;
  code: string;
}[] = [
  { name: "a taken port", hostname: "127.0.0.1", code: "address_in_use" },
  {
    name: "an address of another host",
    hostname: "203.0.113.7",
    port: 0,
    code: "address_unknown",
  },
  {
    name: "a name that does not resolve",
    hostname: "no-such-host.invalid",
    port: 0,
    code: "address_unknown",
  },
  {
    name: "words that are no host",
    hostname: "not a host",
    port: 0,
    code: "address_unknown",
  },
  {
    name: "garbage for a certificate",
    hostname: "127.0.0.1",
    port: 0,
    pem: "garbage",
    code: "certificate_unusable",
  },
  {
    name: "a key that is none",
    hostname: "127.0.0.1",
    port: 0,
    pem: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    code: "certificate_unusable",
  },
];

for (const { name, hostname, port, pem, code } of listeners) {
  Deno.test(`openTransport() reports ${name} as ${code}`, async () => {
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    try {
      await rejects(
        openTransport({
          listen: {
            hostname,
            port: port ?? taken.addr.port,
            certificatePem: certificate.certificatePem,
            keyPem: pem ?? certificate.keyPem,
          },
          admit: () => false,
          onEvent: () => {},
          page,
        }),
        (error) => {
          ok(error instanceof TransportError);
          equal(error.code, code);
          ok(error.cause instanceof Error);
          match(error.message, /^Cannot listen on .*\n {2}\S/);
          return true;
        },
      );
    } finally {
      taken.close();
    }
  });
}

function requestText(line: string, headers = ""): string {
  return `${line} HTTP/1.1\r\nhost: status\r\n${headers}\r\n`;
}

function upgradeText(cookie = "", path = "/live"): string {
  return requestText(
    `GET ${path}`,
    "upgrade: websocket\r\nconnection: Upgrade\r\n" +
      "sec-websocket-version: 13\r\n" +
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
      (cookie && `cookie: ${cookie}\r\n`),
  );
}

function sessionOf(token: Uint8Array): string {
  return tokenHeaders(token)["cookie"] ?? "";
}

function withoutDate(response: string): string {
  return response.replace(/\r\ndate: [^\r]*/i, "");
}

/** The certificate of somebody else at the same address. */
async function other(): Promise<Uint8Array> {
  const { makeCertificate } = await import(
    "../../../mesh/host/certificate.ts"
  );
  const { systemRandom } = await import("../../../mesh/host/random.ts");
  const made = await makeCertificate({
    name: "status",
    hosts: ["127.0.0.1"],
    nowMs: Date.now(),
  }, systemRandom);
  return made.der;
}
