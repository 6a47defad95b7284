import { deepEqual, equal, ok } from "node:assert/strict";
import { host, opened } from "./opened.ts";

Deno.test("webApp() opens a link once, and keeps its secret out of sight", async () => {
  const { ask, login, sessions } = opened();
  const link = sessions.issueLink();
  const first = await ask(`/login/${link}`);
  equal(first.status, 303);
  equal(first.headers.get("location"), "/");
  const again = await ask(`/login/${link}`);
  equal(again.headers.get("location"), "/?login=spent");
  equal(again.headers.get("set-cookie"), null);
  const { whole } = await login();
  for (const word of ["HttpOnly", "SameSite=Strict", "Path=/"]) {
    ok(whole.includes(word), whole);
  }
});

Deno.test("webApp() uses no link up for who asks for the headers alone", async () => {
  const { ask, sessions } = opened();
  const link = sessions.issueLink();
  const head = await ask(`/login/${link}`, { method: "HEAD" });
  equal(head.status, 405);
  equal(head.headers.get("set-cookie"), null);
  ok((await ask(`/login/${link}`)).headers.get("set-cookie"));
});

Deno.test("webApp() lets nobody in with an old link or an old session", async () => {
  const { ask, login, sessions, pass } = opened();
  const link = sessions.issueLink();
  pass(600_001);
  equal((await ask(`/login/${link}`)).headers.get("set-cookie"), null);
  const { cookie } = await login();
  equal((await ask("/api/v1/status", { headers: { cookie } })).status, 200);
  pass(12 * 3_600_000 + 1);
  equal((await ask("/api/v1/status", { headers: { cookie } })).status, 401);
});

Deno.test("webApp() hands requests on, and only those of a session", async () => {
  const { ask, asked, login } = opened();
  equal((await ask("/api/v1/status")).status, 401);
  const { cookie } = await login();
  const own = { cookie, "sec-fetch-site": "same-origin" };
  await ask("/api/v1/alerts?limit=3", { headers: own });
  await ask("/api/v1/release", {
    method: "POST",
    headers: { ...own, "content-type": "application/json" },
    body: '{"all":true}',
  });
  const actor = "(link) owner 127.0.0.1";
  deepEqual(asked, [
    { path: "/v1/alerts?limit=3", method: "GET", body: "", actor },
    { path: "/v1/release", method: "POST", body: '{"all":true}', actor },
  ]);
});

const strangers: [string, Record<string, string>, number][] = [
  ["another site", { "sec-fetch-site": "cross-site" }, 403],
  ["another port", { "sec-fetch-site": "same-site" }, 403],
  ["another origin", { origin: "http://evil.example" }, 403],
  ["our name without TLS's letter", { origin: `https://${host}` }, 403],
  ["a frame without an origin", { origin: "null" }, 403],
  ["our name with more", { origin: `http://${host}.evil.example` }, 403],
  ["our name as a user", { origin: `http://${host}@evil.example` }, 403],
  ["nobody says where", {}, 403],
  ["a name that is not ours", { host: "evil.example" }, 404],
  ["the pages", { "sec-fetch-site": "same-origin" }, 200],
  ["an older browser", { origin: `http://${host}` }, 200],
];
for (const [name, headers, status] of strangers) {
  Deno.test(`webApp() answers an order from ${name} with ${status}`, async () => {
    const { ask, asked, login } = opened();
    const { cookie } = await login();
    const response = await ask("/api/v1/release", {
      method: "POST",
      headers: { cookie, ...headers },
      body: "{}",
    });
    equal(response.status, status);
    equal(asked.length, status === 200 ? 1 : 0);
  });
}

Deno.test("webApp() ends a session", async () => {
  const { ask, login } = opened();
  const { cookie } = await login();
  const headers = { cookie, "sec-fetch-site": "same-origin" };
  const out = await ask("/api/v1/logout", { method: "POST", headers });
  deepEqual(await out.json(), { ended: true });
  equal((await ask("/api/v1/status", { headers })).status, 401);
});

Deno.test("webApp() serves places, files and nothing else", async () => {
  const { ask } = opened();
  for (const path of ["/", "/alerts", "/subject/192.0.2.7", "/a/../b"]) {
    const response = await ask(path);
    equal(response.status, 200, path);
    equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy") ?? "";
    ok(policy.includes("default-src 'none'"), policy);
    equal(policy.includes("unsafe"), false);
  }
  equal((await ask("/passwd.txt")).status, 404);
  const file = await ask("/main.js");
  const etag = file.headers.get("etag") ?? "";
  const again = await ask("/main.js", { headers: { "if-none-match": etag } });
  equal(again.status, 304);
});

Deno.test("webApp() says that the agent is gone", async () => {
  const { ask, login } = opened({
    agentAnswer: () => Promise.reject(new TypeError("gone")),
  });
  const { cookie } = await login();
  const response = await ask("/api/v1/status", { headers: { cookie } });
  equal(response.status, 502);
  equal(
    response.headers.get("content-type"),
    "application/problem+json",
  );
});

Deno.test("webApp() opens /live for a session of its own pages only", async () => {
  const { ask, login } = opened();
  const { cookie } = await login();
  const upgrade = { upgrade: "websocket", cookie };
  const cases: [Record<string, string>, number][] = [
    [{ ...upgrade, origin: `http://${host}` }, 200],
    [{ ...upgrade, origin: "http://evil.example" }, 403],
    [{ upgrade: "websocket", origin: `http://${host}` }, 401],
    [{ cookie, origin: `http://${host}` }, 426],
  ];
  for (const [headers, status] of cases) {
    equal((await ask("/live", { headers })).status, status);
  }
  const headers = { ...upgrade, origin: `http://${host}` };
  equal((await ask("/live?after=7&simulation=0", { headers })).status, 200);
  for (const bad of ["after=-1", "after=x", "simulation=1e9", "after="]) {
    equal((await ask(`/live?${bad}`, { headers })).status, 400, bad);
  }
});

Deno.test("webApp() refuses a body that is too large", async () => {
  const { ask, login, asked } = opened();
  const { cookie } = await login();
  const response = await ask("/api/v1/contain", {
    method: "POST",
    headers: { cookie, "sec-fetch-site": "same-origin" },
    body: "x".repeat(1_048_577),
  });
  equal(response.status, 413);
  equal(asked.length, 0);
});

/** A dashboard over an agent that streams whatever it is asked for. */
function streaming() {
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  let ended = 0;
  const looks: (() => void)[] = [];
  const made = opened({
    later(_ms, wake) {
      looks.push(wake);
      return () => {};
    },
    agentAnswer: () =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            start: (controller) => void streams.push(controller),
            cancel: () => void ended++,
          }),
        ),
      ),
  });
  return {
    ...made,
    tell: (text: string) => streams[0]?.enqueue(new TextEncoder().encode(text)),
    ended: () => ended,
    /** Timers, turned once. */
    look() {
      for (const wake of looks.splice(0)) wake();
    },
    /** Begins a session; asks for streams in it. */
    async viewer() {
      const { cookie } = await made.login();
      return () => made.ask("/api/v1/events/stream", { headers: { cookie } });
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("webApp() ends a stream of the agent with its session", async () => {
  const { viewer, sessions, tell, look, ended } = streaming();
  const stream = await viewer();
  const reader = (await stream()).body?.getReader();
  tell("one");
  equal(new TextDecoder().decode((await reader?.read())?.value), "one");
  look();
  sessions.end(sessions.list()[0]?.id ?? "");
  look();
  equal((await reader?.read())?.done, true);
  await settled();
  equal(ended(), 1);
});

Deno.test("webApp() gives a session four streams and all sixteen, and each back", async () => {
  const { viewer, ended } = streaming();
  const viewers = await Promise.all(Array.from({ length: 5 }, viewer));
  const held: Response[] = [];
  for (const stream of viewers.slice(0, 4)) {
    for (let n = 0; n < 4; n++) held.push(await stream());
    const fifth = await stream();
    equal(fifth.status, 503);
    equal((await fifth.json()).type, "urn:stealthmesh:problem:busy");
  }
  ok(held.every(({ status }) => status === 200));
  const [first, last] = [viewers[0], viewers.at(-1)];
  equal((await last?.())?.status, 503);
  await held.shift()?.body?.cancel();
  await settled();
  equal(ended(), 1);
  equal((await last?.())?.status, 200);
  equal((await first?.())?.status, 503);
  await held.shift()?.body?.cancel();
  await settled();
  equal((await first?.())?.status, 200);
});

Deno.test("webApp() describes nothing while the agent does not describe itself", async () => {
  const { ask, login } = opened({
    agentAnswer: () =>
      Promise.resolve(Response.json({ title: "starting" }, { status: 503 })),
  });
  const { cookie } = await login();
  for (const path of ["/api/openapi.json", "/api/docs"]) {
    equal((await ask(path, { headers: { cookie } })).status, 502, path);
  }
});
