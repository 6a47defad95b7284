import { deepEqual, equal, ok } from "node:assert/strict";
import { assetOf, SessionTable, webApp } from "../../../dashboard/mod.ts";

const host = "127.0.0.1:8080";
const text = (value: string) => new TextEncoder().encode(value);

/** A dashboard over an agent that notes what it is asked. */
function opened(agentAnswer?: () => Promise<Response>) {
  let nowMs = 1_000_000;
  let drawn = 0;
  const sessions = new SessionTable({
    wallMs: () => nowMs,
    random: { fill: (bytes) => void bytes.fill(++drawn) },
  });
  const asked: { path: string; method: string; body: string }[] = [];
  const app = webApp({
    sessions,
    agent: {
      request(path, init = {}) {
        const { method = "GET", body } = init;
        const bytes = body instanceof Uint8Array ? body : text("");
        asked.push({ path, method, body: new TextDecoder().decode(bytes) });
        return agentAnswer?.() ??
          Promise.resolve(Response.json({ ok: true }, { status: 200 }));
      },
    },
    assets: new Map([
      ["index.html", assetOf("index.html", text("<!DOCTYPE html>"))],
      ["main.js", assetOf("main.js", text("1"))],
    ]),
    hosts: new Set([host]),
    secure: false,
    live: () => new Response("live"),
  });
  const ask = (path: string, init: RequestInit = {}) =>
    Promise.resolve(
      app.request(path, {
        ...init,
        headers: { host, ...init.headers as Record<string, string> },
      }),
    );
  const login = async () => {
    const response = await ask(`/login/${sessions.issueLink()}`);
    const cookie = response.headers.get("set-cookie") ?? "";
    return { response, cookie: cookie.split(";")[0] ?? "", whole: cookie };
  };
  return {
    app,
    ask,
    asked,
    login,
    sessions,
    pass: (ms: number) => nowMs += ms,
  };
}

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
  deepEqual(asked, [
    { path: "/v1/alerts?limit=3", method: "GET", body: "" },
    { path: "/v1/release", method: "POST", body: '{"all":true}' },
  ]);
});

const strangers: [string, Record<string, string>, number][] = [
  ["another site", { "sec-fetch-site": "cross-site" }, 403],
  ["another port", { "sec-fetch-site": "same-site" }, 403],
  ["another origin", { origin: "http://evil.example" }, 403],
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
  const { ask, login } = opened(() => Promise.reject(new TypeError("gone")));
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
