import { deepEqual, equal, match } from "node:assert/strict";
import { parseAddress } from "../../../defense/mod.ts";
import {
  alert,
  deskWith,
  drill,
  post,
  profile,
  status,
  visit,
} from "./recording_desk.ts";

Deno.test("GET /v1/status answers with the whole view", async () => {
  const response = await deskWith().app.request("/v1/status");
  equal(response.status, 200);
  deepEqual(await response.json(), status);
});

Deno.test("GET /v1/decoys tells who was where", async () => {
  const response = await deskWith().app.request("/v1/decoys");
  equal(response.status, 200);
  const { doors, transcripts } = await response.json();
  deepEqual([doors.length, transcripts], [1, [visit]]);
});

Deno.test("GET /v1/alerts pages with a cursor", async () => {
  const { app, asked } = deskWith();
  const response = await app.request("/v1/alerts?before=17&limit=3");
  deepEqual(await response.json(), { alerts: [alert], next: 5 });
  deepEqual(asked, [{ before: 17, limit: 3 }]);
});

Deno.test("POST /v1/contain parses the order at the edge", async () => {
  const { app, asked } = deskWith();
  const order = { address: "::ffff:192.0.2.7", forMs: 60_000 };
  const response = await app.request("/v1/contain", post(order));
  equal(response.status, 200);
  deepEqual(asked, [{
    address: parseAddress("192.0.2.7"),
    measure: "block",
    forMs: 60_000,
    dryRun: false,
    rehearse: false,
  }]);
});

Deno.test("POST /v1/host takes orders about the host and hands on refusals", async () => {
  const { app, asked } = deskWith();
  const request = { kind: "freeze", pid: 7 };
  const wrong = [
    { request, forMs: 1 },
    { request: { kind: "freeze", pid: 0 }, forMs: 1_000 },
    { request: { kind: "freeze", pid: 7, device: "eth0" }, forMs: 1_000 },
    { request: { kind: "melt", pid: 7 }, forMs: 1_000 },
  ];
  for (const body of wrong) {
    const { status } = await app.request("/v1/host/contain", post(body));
    equal(status, 400);
  }
  const refused = await app.request(
    "/v1/host/contain",
    post({ request, forMs: 1_000, callerPid: 9 }),
  );
  equal(refused.status, 400);
  match(await refused.text(), /no such member/);
  const ended = await app.request("/v1/host/release", post({ request }));
  deepEqual(await ended.json(), { ended: 1 });
  deepEqual(asked, [
    { request, forMs: 1_000, callerPid: 9, dryRun: false },
    request,
  ]);
});

Deno.test("POST /v1/release takes an address or all", async () => {
  const { app, asked } = deskWith();
  for (
    const body of [
      { address: "2001:db8::7" },
      { address: "192.0.2.7", here: true },
      { all: true },
    ]
  ) {
    const response = await app.request("/v1/release", post(body));
    deepEqual(await response.json(), { ended: 2 });
  }
  deepEqual(asked, [
    ["2001:db8::7", false],
    ["192.0.2.7", true],
    ["all", false],
  ]);
});

Deno.test("GET /v1/explain takes any spelling of an address", async () => {
  const { app } = deskWith();
  const response = await app.request("/v1/explain/2001%3ADB8%3A%3A0%3A7");
  equal((await response.json() as { subject: string }).subject, "2001:db8::7");
});

Deno.test("POST /v1/roster hands bytes on", async () => {
  const { app, asked } = deskWith();
  const response = await app.request(
    "/v1/roster",
    post({ entries: ["AQI="] }),
  );
  equal(response.status, 202);
  deepEqual(asked, [[new Uint8Array([1, 2])]]);
});

Deno.test("GET /v1/profile answers with the profile", async () => {
  const response = await deskWith().app.request("/v1/profile");
  deepEqual(await response.json(), profile);
});

Deno.test("POST /v1/profile hands the order on, careful by default", async () => {
  const { app, asked } = deskWith();
  const response = await app.request("/v1/profile", post({ profile: "wan" }));
  equal(response.status, 200);
  deepEqual(asked, [{ profile: "wan", force: false, dryRun: false }]);
  equal((await response.json() as { bits: number }).bits, 2);
});

Deno.test("POST /v1/reload needs no body", async () => {
  const response = await deskWith().app.request("/v1/reload", {
    method: "POST",
  });
  equal(response.status, 202);
});

Deno.test("GET /openapi.json describes every route", async () => {
  const response = await deskWith().app.request("/openapi.json");
  const document = await response.json() as { paths: object };
  deepEqual(Object.keys(document.paths).sort(), [
    "/v1/acts",
    "/v1/alerts",
    "/v1/alerts/stream",
    "/v1/alerts/{seq}",
    "/v1/config",
    "/v1/config/rollout",
    "/v1/config/trial",
    "/v1/config/validate",
    "/v1/contain",
    "/v1/decoys",
    "/v1/doctor",
    "/v1/drills",
    "/v1/drills/{id}",
    "/v1/events",
    "/v1/events/stream",
    "/v1/explain/{address}",
    "/v1/export/alerts.csv",
    "/v1/export/alerts.ndjson",
    "/v1/export/alerts.stix.json",
    "/v1/health",
    "/v1/host/contain",
    "/v1/host/release",
    "/v1/invites",
    "/v1/invites/{id}",
    "/v1/keys",
    "/v1/keys/rotate",
    "/v1/leakage",
    "/v1/leases",
    "/v1/members",
    "/v1/members/rename",
    "/v1/metrics",
    "/v1/nodes",
    "/v1/nodes/stream",
    "/v1/nodes/{node}",
    "/v1/ping",
    "/v1/profile",
    "/v1/release",
    "/v1/reload",
    "/v1/roster",
    "/v1/scenarios",
    "/v1/scenarios/try",
    "/v1/scenarios/{name}",
    "/v1/signals",
    "/v1/signals/{id}/cancel",
    "/v1/status",
    "/v1/traffic",
  ]);
});

Deno.test("GET /v1/alerts/stream gives alerts as lines until the client goes", async () => {
  const { app, watchers } = deskWith();
  const response = await app.request("/v1/alerts/stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream())
    .getReader();
  equal((await reader.read()).value, "\n");
  for (const watcher of watchers) watcher(alert);
  equal((await reader.read()).value, JSON.stringify(alert) + "\n");
  await reader.cancel();
  equal(watchers.size, 0);
});

Deno.test("GET /v1/alerts/stream drops for a slow client and says how many", async () => {
  const { app, watchers } = deskWith();
  const response = await app.request("/v1/alerts/stream");
  for (let i = 0; i < 1_000; i++) {
    for (const watcher of watchers) watcher(alert);
  }
  const reader = response.body!.pipeThrough(new TextDecoderStream())
    .getReader();
  let text = "";
  for (let i = 0; i < 250; i++) text += (await reader.read()).value;
  for (const watcher of watchers) watcher(alert);
  while (!text.includes("missed")) text += (await reader.read()).value;
  match(text, /\{"missed":7\d\d\}/);
  await reader.cancel();
});

Deno.test("GET /v1/alerts/stream refuses the 33rd client, and takes one again", async () => {
  const { app } = deskWith();
  const open = [];
  for (let i = 0; i < 32; i++) {
    open.push(await app.request("/v1/alerts/stream"));
  }
  equal((await app.request("/v1/alerts/stream")).status, 503);
  await open[0]!.body!.cancel();
  equal((await app.request("/v1/alerts/stream")).status, 200);
});

const hostile: {
  name: string;
  path: string;
  init?: RequestInit;
  is: number;
}[] = [
  { name: "an unknown path", path: "/v2/status", is: 404 },
  { name: "the root", path: "/", is: 404 },
  {
    name: "another method",
    path: "/v1/status",
    init: { method: "DELETE" },
    is: 405,
  },
  { name: "a text that ends early", path: "/v1/alerts?text=%00x", is: 400 },
  { name: "a word for a cursor", path: "/v1/alerts?before=x", is: 400 },
  { name: "a negative cursor", path: "/v1/alerts?before=-1", is: 400 },
  { name: "too many at once", path: "/v1/alerts?limit=501", is: 400 },
  { name: "a name for an address", path: "/v1/explain/example.org", is: 400 },
  {
    name: "a network for an address",
    path: "/v1/explain/10.0.0.0%2F8",
    is: 400,
  },
  { name: "a broken escape", path: "/v1/explain/%E0%A4%A", is: 400 },
  {
    name: "no JSON",
    path: "/v1/contain",
    init: post("{"),
    is: 400,
  },
  {
    name: "another media type",
    path: "/v1/contain",
    init: post({ address: "192.0.2.7", forMs: 1_000 }, "text/plain"),
    is: 415,
  },
  {
    name: "a form",
    path: "/v1/release",
    init: post("all=true", "application/x-www-form-urlencoded"),
    is: 415,
  },
  {
    name: "no media type",
    path: "/v1/release",
    init: { method: "POST", body: new Uint8Array([1]) },
    is: 415,
  },
  {
    name: "an unknown key",
    path: "/v1/contain",
    init: post({ address: "192.0.2.7", forMs: 1_000, force: true }),
    is: 400,
  },
  {
    name: "a lease without an end",
    path: "/v1/contain",
    init: post({ address: "192.0.2.7", forMs: 1e12 }),
    is: 400,
  },
  {
    name: "a lease that ends before it begins",
    path: "/v1/contain",
    init: post({ address: "192.0.2.7", forMs: -1 }),
    is: 400,
  },
  {
    name: "an unknown measure",
    path: "/v1/contain",
    init: post({ address: "192.0.2.7", forMs: 1_000, measure: "drop" }),
    is: 400,
  },
  {
    name: "a service that is none",
    path: "/v1/contain",
    init: post({
      address: "192.0.2.7",
      forMs: 1_000,
      service: { protocol: "icmp", port: 1 },
    }),
    is: 400,
  },
  {
    name: "all that is not all",
    path: "/v1/release",
    init: post({ all: false }),
    is: 400,
  },
  {
    name: "an address and all",
    path: "/v1/release",
    init: post({ all: true, address: "192.0.2.7" }),
    is: 400,
  },
  {
    name: "no base64",
    path: "/v1/roster",
    init: post({ entries: ["*"] }),
    is: 400,
  },
  {
    name: "no entries",
    path: "/v1/roster",
    init: post({ entries: [] }),
    is: 400,
  },
  {
    name: "an unknown profile",
    path: "/v1/profile",
    init: post({ profile: "fast" }),
    is: 400,
  },
  { name: "no profile", path: "/v1/profile", init: post({}), is: 400 },
  {
    name: "a force that is a word",
    path: "/v1/profile",
    init: post({ profile: "wan", force: "yes" }),
    is: 400,
  },
  {
    name: "a reason for a profile",
    path: "/v1/profile",
    init: post({ profile: "wan", alarm: true }),
    is: 400,
  },
  {
    name: "a body without end",
    path: "/v1/roster",
    init: post({ entries: ["A".repeat(2_000_000)] }),
    is: 413,
  },
];

for (const { name, path, init, is } of hostile) {
  Deno.test(`the API answers ${name} with problem ${is}`, async () => {
    const { app, asked } = deskWith();
    const response = await app.request(path, init);
    const text = await response.text();
    equal(response.status, is, text);
    equal(response.headers.get("content-type"), "application/problem+json");
    const body = JSON.parse(text) as { status: number; type: string };
    equal(body.status, is);
    match(body.type, /^urn:stealthmesh:problem:/);
    deepEqual(asked, []);
  });
}

Deno.test("the API answers an agent that fails with problem 500", async () => {
  const { app } = deskWith({
    release: () => Promise.reject(new Error("the wall is down")),
  });
  const response = await app.request("/v1/release", post({ all: true }));
  equal(response.status, 500);
  equal(
    (await response.json() as { detail: string }).detail,
    "the wall is down",
  );
});

for (
  const { node, is } of [
    { node: "till-3", is: 200 },
    { node: "till-9", is: 400 },
    { node: "", is: 400 },
    { node: "x".repeat(65), is: 400 },
  ]
) {
  Deno.test(`POST /v1/ping answers ${is} for "${node.slice(0, 9)}"`, async () => {
    const { app } = deskWith();
    const response = await app.request("/v1/ping", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ node }),
    });
    equal(response.status, is);
    if (is === 200) equal((await response.json()).outcome.hops, 2);
  });
}

Deno.test("drills are listed, begun and read", async () => {
  const { app, asked } = deskWith();
  const { drills } = await (await app.request("/v1/drills")).json();
  deepEqual(drills, [drill]);
  const begun = await app.request(
    "/v1/drills",
    post({ address: "198.51.100.7" }),
  );
  equal(begun.status, 201);
  deepEqual(await begun.json(), { id: drill.id, subject: "198.51.100.7" });
  equal((await app.request("/v1/drills", post({}))).status, 201);
  const refused = await app.request("/v1/drills", post({ address: "8.8.8.8" }));
  equal(refused.status, 409);
  match((await refused.json()).type, /:no_drill$/);
  equal((await app.request("/v1/drills", post({ address: "x" }))).status, 400);
  deepEqual(asked, ["198.51.100.7", undefined, "8.8.8.8"]);
  const one = await app.request(`/v1/drills/${drill.id}`);
  deepEqual(await one.json(), drill);
  const tag = one.headers.get("etag") ?? "";
  const again = await app.request(`/v1/drills/${drill.id}`, {
    headers: { "if-none-match": tag },
  });
  equal(again.status, 304);
  equal((await app.request(`/v1/drills/${"f".repeat(16)}`)).status, 404);
});
