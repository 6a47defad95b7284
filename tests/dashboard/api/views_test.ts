import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { StatusView } from "../../../dashboard/mod.ts";
import { healthOf } from "../../../dashboard/api/health.ts";
import { nodesOf } from "../../../dashboard/api/node_view.ts";
import { metricsOf } from "../../../dashboard/api/prometheus.ts";
import { parseNodeId } from "../../../mesh/mod.ts";
import { parseAddress } from "../../../defense/mod.ts";
import { deskWith, status } from "./recording_desk.ts";

const self = status.agent.self;
const [second, third, fourth] = ["11", "22", "33"].map((byte) =>
  parseNodeId(byte.repeat(32))
) as [typeof self, typeof self, typeof self];

function member(node: typeof self, name: string, more = {}) {
  return {
    node,
    name,
    addresses: ["192.0.2.1:8443"],
    custodian: false,
    observer: false,
    revoked: false,
    generation: 0,
    keysSinceMs: 0,
    notAfterMs: 100,
    ...more,
  };
}

const busy: StatusView = {
  ...status,
  members: [
    member(self, "box"),
    member(second, "till-2"),
    member(third, "till-3", { revoked: true }),
    member(fourth, "till-4", { notAfterMs: 5 }),
  ],
  mesh: {
    ...status.mesh,
    health: [{ node: second, state: "late", forMs: 7, heardAgoMs: 9 }],
    links: [{
      peer: second,
      dialled: true,
      silentMs: 1_500,
      upMs: 2,
      periodMs: 3,
      peerPeriodMs: 4,
    }],
    muted: [{ node: second, sinceMs: 1, reason: "forked" }],
    counters: { 'odd"name\n': 3 },
  },
  hostLeases: [{
    target: {
      kind: "quarantine_member",
      name: "till-2",
      addresses: [parseAddress("192.0.2.1")],
      keptPorts: [8443],
      atOnceMax: 1,
    },
    name: "till-2",
    untilMs: 77,
  }],
  sensors: {
    sources: [
      { name: "packets", counters: { frames: 5 } },
      { name: "auth.log", counters: {}, trouble: "gone" },
      // One filter for two logs.
      { name: "fail2ban:shop", counters: { lines: 3 } },
      { name: "fail2ban:shop", counters: { lines: 4 }, trouble: "gone" },
    ],
    observations: { connection: 4 },
  },
};

Deno.test("nodesOf() says of each member how it stands", () => {
  const nodes = nodesOf(busy, 10);
  deepEqual(nodes.map(({ name, state }) => [name, state]), [
    ["box", "here"],
    ["till-2", "late"],
    ["till-3", "revoked"],
    ["till-4", "expired"],
  ]);
  deepEqual(nodes[0]?.host?.sensors, [
    { name: "packets" },
    { name: "auth.log", trouble: "gone" },
    { name: "fail2ban:shop" },
    { name: "fail2ban:shop", trouble: "gone" },
  ]);
  const { link, muted, heartbeatAgoMs, stateForMs, cutOff } = nodes[1]!;
  deepEqual(
    [link?.silentMs, muted, heartbeatAgoMs, stateForMs, cutOff],
    [1_500, { sinceMs: 1, reason: "forked" }, 9, 7, [
      { by: "hand", untilMs: 77, state: "in_force" },
    ]],
  );
});

Deno.test("metricsOf() is text that Prometheus reads", () => {
  const text = metricsOf(busy, 10);
  const names = new Set<string>();
  const series = new Set<string>();
  for (const line of text.trimEnd().split("\n")) {
    if (line.startsWith("# HELP ")) continue;
    if (line.startsWith("# TYPE ")) {
      const [, , name, type] = line.split(" ");
      ok(!names.has(name!), `${name} twice`);
      names.add(name!);
      equal(name?.endsWith("_total"), type === "counter", name);
      continue;
    }
    match(
      line,
      /^stealthmesh_[a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\.)*"(?:,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? -?[0-9.e+-]+$/,
    );
    ok(names.has(/^[a-z_]+/.exec(line)![0]), line);
    const [one = ""] = line.split(/ (?=\S+$)/);
    ok(!series.has(one), `${one} twice`);
    series.add(one);
  }
  for (
    const line of [
      'stealthmesh_members{state="late"} 1',
      'stealthmesh_mesh_events_total{event="odd\\"name\\n"} 3',
      'stealthmesh_sensor_up{sensor="auth.log"} 0',
      'stealthmesh_sensor_up{sensor="fail2ban:shop"} 0',
      'stealthmesh_sensor_events_total{sensor="fail2ban:shop",event="lines"} 7',
      'stealthmesh_sensor_events_total{sensor="packets",event="frames"} 5',
      'stealthmesh_observations_total{kind="connection"} 4',
      "stealthmesh_host_leases 1",
    ]
  ) ok(text.includes(`${line}\n`), line);
});

Deno.test("metricsOf() leaves out what is too much and says so", () => {
  const counters = Object.fromEntries(
    Array.from({ length: 6_000 }, (_, at) => [`event_${at}`, 1]),
  );
  const text = metricsOf(
    { ...status, mesh: { ...status.mesh, counters } },
    0,
  );
  match(text, /^stealthmesh_series_dropped \d{4}$/m);
  ok(text.split("\n").length < 5_100);
});

const ailing: readonly (readonly [string, Partial<StatusView>, string])[] = [
  ["nothing", {}, "ok"],
  ["a blind sensor", { sensors: busy.sensors }, "degraded"],
  ["members that are late", { mesh: busy.mesh, members: busy.members }, "ok"],
  ["no link to anybody", { members: busy.members }, "degraded"],
  ["silent sensors", { sensors: { silent: true } }, "failing"],
  ["silent containment", { containment: { silent: true } }, "failing"],
  [
    "a full disk",
    { journal: { ...status.journal, error: "disk full" } },
    "failing",
  ],
];

for (const [name, changes, state] of ailing) {
  Deno.test(`healthOf() with ${name} is ${state}`, async () => {
    const ill = { ...status, ...changes };
    equal(healthOf(ill, 10).state, state);
    const { app } = deskWith({
      status: () => Promise.resolve(ill),
      wallMs: () => 10,
    });
    const response = await app.request("/v1/health");
    equal(response.status, state === "failing" ? 503 : 200);
  });
}

Deno.test("GET /v1/explain says what undoes the measures", async () => {
  const { app } = deskWith({
    explain: (subject) => ({
      subject,
      votes: [],
      have: 2,
      needed: 2,
      leases: [{
        subject,
        measure: "block",
        untilMs: 9,
        cause: "operator",
        sinceMs: 1,
        state: "in_force",
      }],
      signals: [],
      history: [],
    }),
  });
  const { undo } = await (await app.request("/v1/explain/192.0.2.7")).json();
  const [{ request, command }] = undo;
  equal(command, "stealthmesh release 192.0.2.7");
  const response = await app.request(request.path, {
    method: request.method,
    body: JSON.stringify(request.body),
    headers: { "content-type": "application/json" },
  });
  equal(response.status, 200);
});

Deno.test("GET /docs shows every operation, and asks nobody else", async () => {
  const { app } = deskWith();
  const page = await (await app.request("/docs")).text();
  const { paths } = await (await app.request("/openapi.json")).json();
  for (const [path, methods] of Object.entries(paths)) {
    for (const method of Object.keys(methods as object)) {
      ok(page.includes(`<code>${method.toUpperCase()} ${path}</code>`), path);
    }
  }
  ok(!/<script|https?:\/\/|style="/.test(page));
  const links = [...page.matchAll(/href="([^"#]+)"/g)].map(([, to]) => to);
  deepEqual(links, ["docs.css", "openapi.json"]);
  for (const to of links) {
    equal((await app.request(`/${to}`)).status, 200);
  }
  for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) {
    ok(page.includes(`id="${id}"`), id);
  }
});

Deno.test("an invite that needs a passphrase names the command", async () => {
  const { app } = deskWith();
  const response = await app.request("/v1/invites", {
    method: "POST",
    body: '{"custodian":true}',
    headers: { "content-type": "application/json" },
  });
  equal(response.status, 409);
  match(await response.text(), /stealthmesh keys invite --custodian/);
});
