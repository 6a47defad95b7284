import { equal, ok } from "node:assert/strict";
import { makeCertificate, systemRandom } from "../../mesh/host/mod.ts";
import { SessionTable, webApp, type WebAppParts } from "../../dashboard/mod.ts";
import { serveWeb, type WebServerOptions } from "../../dashboard/web_server.ts";
import { noSimulations, withoutPeople } from "./web/opened.ts";
import { seatsEachMax } from "../../dashboard/web/live_seats.ts";

/** A served dashboard over an agent that tells nothing, somebody logged in. */
async function served(
  use: (
    dashboard: {
      readonly port: number;
      readonly sessions: SessionTable;
      readonly headers: Record<string, string>;
      readonly begin: () => string;
    },
  ) => Promise<void>,
  tls?: WebServerOptions["tls"],
) {
  const sessions = new SessionTable({
    wallMs: () => Date.now(),
    // A session that begins again is the same.
    random: { fill: (bytes) => void bytes.fill(7) },
  });
  const agent = {
    request: (_path: string, init: RequestInit = {}) =>
      new Promise<Response>((_resolve, reject) =>
        init.signal?.addEventListener("abort", () => reject(new TypeError()))
      ),
  };
  const hosts = new Set<string>();
  const secure = tls !== undefined;
  const make = (live: WebAppParts["live"]) =>
    webApp({
      agent,
      sessions,
      hosts,
      secure,
      live,
      assets: new Map(),
      ...withoutPeople,
    });
  const place = { hostname: "127.0.0.1", port: 0, ...(tls && { tls }) };
  const server = serveWeb(
    make,
    { agent, sessions, simulations: noSimulations },
    place,
  );
  const host = `127.0.0.1:${server.port}`;
  hosts.add(host);
  const begin = () =>
    sessions.begin({ name: "(link)", role: "owner", address: "" });
  const secret = begin();
  const name = secure ? "__Host-stealthmesh_session" : "stealthmesh_session";
  const headers = {
    cookie: `${name}=${secret}`,
    origin: `${secure ? "https" : "http"}://${host}`,
  };
  try {
    await use({ port: server.port, sessions, headers, begin });
  } finally {
    await server.stop();
  }
}

function open(port: number, headers: Record<string, string>) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, { headers });
  const opened = Promise.withResolvers<boolean>();
  const closed = Promise.withResolvers<number>();
  socket.onopen = () => opened.resolve(true);
  socket.onerror = () => opened.resolve(false);
  socket.onclose = ({ code }) => closed.resolve(code);
  return { socket, opened: opened.promise, closed: closed.promise };
}

/** The first bytes of the answer to a handshake, and who got them. */
async function shake(port: number, headers: Record<string, string>) {
  const peer = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    connection: "upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const asked = `GET /live HTTP/1.1\r\n${lines.join("")}\r\n`;
  await peer.write(new TextEncoder().encode(asked));
  const answer = new Uint8Array(4_096);
  const length = await peer.read(answer) ?? 0;
  const status = new TextDecoder().decode(answer.subarray(0, length))
    .split(" ")[1];
  return { peer, status };
}

Deno.test("serveWeb() lets go of a browser that speaks", async () => {
  await served(async ({ port, headers }) => {
    const { socket, opened, closed } = open(port, headers);
    equal(await opened, true);
    socket.send("hello");
    equal(await closed, 1003);
  });
});

Deno.test("serveWeb() lets go of one that floods it, and serves the others", async () => {
  await served(async ({ port, headers }) => {
    const { socket, opened, closed } = open(port, headers);
    const other = open(port, headers);
    equal(await opened && await other.opened, true);
    for (let n = 0; n < 1_000; n++) socket.send("x".repeat(1_000));
    await closed;
    equal(other.socket.readyState, WebSocket.OPEN);
    other.socket.close();
    await other.closed;
  });
});

Deno.test("serveWeb() ends what is live with its session", async () => {
  await served(async ({ port, headers, sessions }) => {
    const { opened, closed } = open(port, headers);
    equal(await opened, true);
    const [session] = sessions.list();
    sessions.end(session?.id ?? "");
    equal(await closed, 4001);
  });
});

Deno.test("serveWeb() gives a session so many windows, and each back", async () => {
  await served(async ({ port, headers }) => {
    const all = Array.from(
      { length: seatsEachMax },
      () => open(port, headers),
    );
    for (const each of all) equal(await each.opened, true);
    equal(await open(port, headers).opened, false);
    all[0]?.socket.close();
    await all[0]?.closed;
    let again = open(port, headers);
    // The server may hear of the close a moment later.
    for (let n = 0; n < 50 && !await again.opened; n++) {
      again = open(port, headers);
    }
    equal(await again.opened, true);
    for (const { socket } of [...all, again]) socket.close();
    await Promise.all([...all, again].map(({ closed }) => closed));
  });
});

Deno.test("serveWeb() keeps no seat for a handshake that is none", async () => {
  await served(async ({ port, headers }) => {
    for (let n = 0; n <= seatsEachMax; n++) {
      const { peer, status } = await shake(port, headers);
      equal(status, "400");
      peer.close();
    }
    const { socket, opened, closed } = open(port, headers);
    equal(await opened, true);
    socket.close();
    await closed;
  });
});

Deno.test("serveWeb() gives a seat back that a browser keeps when its session has ended", async () => {
  await served(async ({ port, headers, sessions, begin }) => {
    const key = { "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
    const silent: Deno.Conn[] = [];
    for (let n = 0; n < seatsEachMax; n++) {
      const { peer, status } = await shake(port, { ...headers, ...key });
      equal(status, "101");
      silent.push(peer);
    }
    sessions.end(sessions.list()[0]?.id ?? "");
    for (const peer of silent) await peer.read(new Uint8Array(64));
    begin();
    const { socket, opened, closed } = open(port, headers);
    equal(await opened, true);
    socket.close();
    await closed;
    for (const peer of silent) peer.close();
  });
});

Deno.test("serveWeb() turns away a socket of another site or of nobody", async () => {
  await served(async ({ port, headers }) => {
    const { cookie = "", origin = "" } = headers;
    for (
      const wrong of [{ cookie, origin: "http://evil.example" }, { origin }]
    ) {
      equal(await open(port, wrong).opened, false);
    }
  });
});

Deno.test("serveWeb() speaks TLS with the certificate it is given", async () => {
  const { certificatePem, keyPem } = await makeCertificate({
    name: "till",
    hosts: ["127.0.0.1"],
    nowMs: Date.now(),
  }, systemRandom);
  await served(async ({ port, headers }) => {
    const client = Deno.createHttpClient({ caCerts: [certificatePem] });
    const response = await fetch(`https://127.0.0.1:${port}/api/sessions`, {
      client,
      headers,
    });
    equal(response.status, 200);
    await response.body?.cancel();
    ok(response.headers.get("strict-transport-security"));
    client.close();
    const plain = await fetch(`http://127.0.0.1:${port}/`).then(
      (answer) => answer.body?.cancel().then(() => true),
      () => false,
    );
    equal(plain, false);
  }, { cert: certificatePem, key: keyPem });
});
