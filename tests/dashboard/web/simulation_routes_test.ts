import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import type {
  SimulationDesk,
  SimulationDetail,
  SimulationOrder,
  SimulationReport,
} from "../../../dashboard/mod.ts";
import { simulationDocument } from "../../../dashboard/web/simulation_routes.ts";
import {
  answered,
  damagedRequests,
  type Document,
  fittingRequests,
  lookupIn,
} from "../api/document_requests.ts";
import { opened } from "./opened.ts";

const report: SimulationReport = {
  figures: [{
    name: "answered",
    part: "",
    side: "attacker",
    unit: "count",
    wish: "less",
    value: 2,
  }],
  table: { columns: ["answered"], rows: [] },
  breaches: [],
  replay: "stealthmesh simulate portscan",
};

function detailOf(id: string, kind = "portscan"): SimulationDetail {
  return {
    seq: 9,
    run: {
      id,
      kind,
      machines: 8,
      seconds: 0,
      seed: "7",
      by: "ada",
      state: "ended",
      done: 1,
      orderedMs: 1,
      startedMs: 2,
      endedMs: 3,
      broken: 0,
    },
    story: [{ atMs: 5, host: "host-1", text: "saw" }],
    storyDropped: 0,
    report,
  };
}

const first = detailOf("1".repeat(12));
const second = detailOf("2".repeat(12));
const other = detailOf("3".repeat(12), "soak");
const { report: _, ...cancelled } = detailOf("4".repeat(12));
const known = new Map(
  [first, second, other, cancelled].map((each) => [each.run.id, each]),
);
const asked: [SimulationOrder, string][] = [];
const desk: SimulationDesk = {
  kinds: () => [{
    name: "portscan",
    title: "scan",
    machines: { least: 2, most: 30, usual: 8 },
  }],
  runs: () => [...known.values()].map(({ run }) => run),
  detail: (id) => known.get(id),
  start(order, by) {
    asked.push([order, by]);
    if (order.kind === "soak") {
      return { refused: "full", detail: "4 wait already" };
    }
    return order.kind === "portscan"
      ? { ...first.run, state: "running" }
      : { refused: "malformed", detail: "no such kind" };
  },
  cancel(id) {
    if (id === second.run.id) return { ...second.run, state: "cancelled" };
    return known.has(id) ? "ended" : "unknown";
  },
  watch: () => () => {},
};

const base = "/api/v1/simulations";
const json = { "content-type": "application/json" };

Deno.test("simulations are read by viewers, and started by operators", async () => {
  const { ask, as, acts } = opened({ simulations: desk });
  const viewer = await as("viewer");
  const operator = await as("operator");
  const list = await ask(base, { headers: viewer });
  equal(list.status, 200);
  const tag = list.headers.get("etag") ?? "";
  equal((await list.json()).runs.length, 4);
  const again = await ask(base, {
    headers: { ...viewer, "if-none-match": tag },
  });
  equal(again.status, 304);
  const start = (headers: Record<string, string>, body: unknown) =>
    ask(base, {
      method: "POST",
      headers: { ...headers, ...json },
      body: JSON.stringify(body),
    });
  equal((await start(viewer, { kind: "portscan" })).status, 403);
  deepEqual(asked, []);
  const order = { kind: "portscan", machines: 5, seed: "a.b-7" };
  const started = await start(operator, order);
  equal(started.status, 201);
  equal((await started.json()).state, "running");
  deepEqual(asked, [[order, "a-operator"]]);
  equal((await start(operator, { kind: "soak" })).status, 429);
  const cancel = (headers: Record<string, string>, id: string) =>
    ask(`${base}/${id}`, { method: "DELETE", headers });
  equal((await cancel(viewer, second.run.id)).status, 403);
  equal((await cancel(operator, second.run.id)).status, 200);
  equal((await cancel(operator, first.run.id)).status, 409);
  equal((await cancel(operator, "9".repeat(12))).status, 404);
  equal((await ask(base)).status, 401);
  const done = acts.filter(({ act }) => act.startsWith("simulation"));
  deepEqual(done.map(({ act, actor, detail }) => [act, actor, detail]), [
    ["simulation_start", "a-operator operator 192.0.2.50", {
      kind: "portscan",
      machines: 8,
      seed: "7",
      run: first.run.id,
    }],
    ["simulation_cancel", "a-operator operator 192.0.2.50", {
      run: second.run.id,
    }],
  ]);
});

Deno.test("only two reports of one kind are compared", async () => {
  const { ask, as } = opened({ simulations: desk });
  const headers = await as("viewer");
  const compare = (a: string, b: string) =>
    ask(`${base}/compare?first=${a}&second=${b}`, { headers });
  const both = await (await compare(first.run.id, second.run.id)).json();
  equal(both.figures[0].verdict, "same");
  for (const wrong of [other, cancelled]) {
    const refused = await compare(first.run.id, wrong.run.id);
    equal(refused.status, 409);
    match((await refused.json()).type, /:not_comparable$/);
  }
  equal((await compare(first.run.id, "9".repeat(12))).status, 404);
  equal((await compare("x", first.run.id)).status, 400);
});

Deno.test("an order that is no order gets a problem that says why", async () => {
  const { ask, as } = opened({ simulations: desk });
  const headers = { ...await as("operator"), ...json };
  const post = (body: string, more: Record<string, string> = {}) =>
    ask(base, { method: "POST", headers: { ...headers, ...more }, body });
  equal((await post("{")).status, 400);
  equal((await post("{}")).status, 400);
  equal((await post(`{"kind":"portscan","extra":1}`)).status, 400);
  equal((await post(`{"kind":"portscan","seed":"a b"}`)).status, 400);
  equal((await post("x".repeat(3_000))).status, 413);
  equal((await post("{}", { "content-type": "text/plain" })).status, 415);
  const foreign = { "sec-fetch-site": "cross-site" };
  equal((await post("{}", foreign)).status, 403);
});

Deno.test("the description names simulations beside what the agent does", async () => {
  const agentDocument = {
    openapi: "3.1.0",
    info: { title: "agent", version: "7" },
    paths: { "/v1/nodes": { get: {} } },
    components: { schemas: { Node: {} } },
  };
  const { ask, as } = opened({
    simulations: desk,
    agentAnswer: () => Promise.resolve(Response.json(agentDocument)),
  });
  const headers = await as("viewer");
  const whole = await (await ask("/api/openapi.json", { headers })).json();
  equal(whole.info.title, "agent");
  ok(whole.paths["/v1/nodes"]);
  ok(whole.paths["/v1/simulations/{id}"].delete);
  ok(whole.components.schemas.SimulationRun && whole.components.schemas.Node);
  const page = await (await ask("/api/docs", { headers })).text();
  match(page, /GET \/v1\/simulations\/compare/);
});

Deno.test("the description says so when the agent does not answer", async () => {
  const { ask, as } = opened({
    simulations: desk,
    agentAnswer: () => Promise.reject(new TypeError("gone")),
  });
  const headers = await as("viewer");
  equal((await ask("/api/openapi.json", { headers })).status, 502);
  // Simulations need no agent.
  equal((await ask(base, { headers })).status, 200);
});

const document = simulationDocument() as unknown as Document;
const at = lookupIn(document);

for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const name = `${method.toUpperCase()} ${path}`;
    Deno.test(`${name} gives only documented answers`, async () => {
      const { ask, as } = opened({ simulations: desk });
      const session = await as("operator");
      const send = (path: string, init: RequestInit) =>
        ask(`/api${path}`, {
          ...init,
          headers: {
            ...Object.fromEntries(new Headers(init.headers)),
            ...session,
          },
        });
      const fits = fittingRequests(path, method, operation, at);
      await fc.assert(
        fc.asyncProperty(fits, async (request) => {
          const status = await answered(request, operation, send);
          ok([200, 201, 400, 404, 409, 429].includes(status), `${status}`);
        }),
        { numRuns: 30 },
      );
      const bad = damagedRequests(path, method, operation, at);
      await fc.assert(
        fc.asyncProperty(bad, async (request) => {
          // A path that was changed is another operation's.
          const { pathname } = new URL(request.path, "http://a");
          const parts = pathname.split("/").length;
          if (parts !== path.split("/").length) return;
          // The table of routes knows no such segment.
          if (!/^[\w.:%~/-]+$/.test(pathname)) return;
          await answered(request, operation, send);
        }),
        { numRuns: 60 },
      );
    });
  }
}
