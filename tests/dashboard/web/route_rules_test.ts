import { deepEqual, equal, ok } from "node:assert/strict";
import { apiOver, type Role, roles } from "../../../dashboard/mod.ts";
import {
  routeRules,
  routeVerdict,
} from "../../../dashboard/web/route_rules.ts";
import { opened } from "./opened.ts";

interface ApiDocument {
  paths: Record<string, Record<string, unknown>>;
}

/** Every operation of the agent's OpenAPI document, and the document itself. */
async function operations(): Promise<{ method: string; path: string }[]> {
  const app = apiOver({} as never, "test");
  const response = await app.request("/openapi.json");
  const { paths } = await response.json() as ApiDocument;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => ({ method: method.toUpperCase(), path }))
  ).concat({ method: "GET", path: "/openapi.json" });
}

/** Routes of the dashboard itself, which no agent has. */
const ownRoutes = new Set([
  "POST /v1/logout",
  "GET /sessions",
  "DELETE /sessions/{id}",
  "GET /people",
  "POST /people",
  "POST /people/{name}/reset",
  "DELETE /people/{name}",
  "GET /notifications",
  "POST /notifications",
  "DELETE /notifications/{name}",
  "POST /notifications/test",
  "GET /v1/simulations",
  "POST /v1/simulations",
  "GET /v1/simulations/compare",
  "GET /v1/simulations/{id}",
  "DELETE /v1/simulations/{id}",
]);

const keyOf = ({ method, path }: { method: string; path: string }) =>
  `${method} ${path}`;

Deno.test("routeRules knows every operation of the agent", async () => {
  const known = new Set(routeRules.map(keyOf));
  const there = await operations();
  ok(there.length > 15);
  deepEqual(there.map(keyOf).filter((key) => !known.has(key)), []);
});

Deno.test("routeRules says everything once", () => {
  equal(new Set(routeRules.map(keyOf)).size, routeRules.length);
});

Deno.test("webApp() asks the agent for each role exactly what it may", async () => {
  const dashboard = opened();
  const { ask, asked, as } = dashboard;
  const sessions = new Map<Role, Record<string, string>>();
  for (const role of roles) sessions.set(role, await as(role));
  const inner = routeRules.filter((rule) => !ownRoutes.has(keyOf(rule)));
  for (const { method, path, least } of inner) {
    const place = path.replace(/\{\w+\}/g, "192.0.2.7");
    for (const [role, headers] of sessions) {
      const before = asked.length;
      const init = method === "GET" ? { headers } : {
        method,
        headers: { ...headers, "content-type": "application/json" },
        body: "{}",
      };
      const { status, body } = await ask(`/api${place}`, init);
      await body?.cancel();
      const may = least !== "nobody" &&
        roles.indexOf(role) >= roles.indexOf(least);
      const expected = may ? 200 : least === "nobody" ? 404 : 403;
      equal(status, expected, `${role}: ${method} ${path}`);
      equal(asked.length - before, may ? 1 : 0, `${role}: ${method} ${path}`);
    }
    const { status } = await ask(`/api${place}`, { method });
    equal(status, 401, `nobody: ${method} ${path}`);
  }
});

const verdicts: [Role, string, string, string][] = [
  ["owner", "GET", "/v1/unheard-of", "not_found"],
  ["owner", "GET", "/v1/acts", "not_found"],
  ["owner", "POST", "/v1/acts", "not_found"],
  ["owner", "DELETE", "/v1/status", "method_not_allowed"],
  ["owner", "PURGE", "/v1/status", "method_not_allowed"],
  ["viewer", "HEAD", "/v1/status", "allowed"],
  ["viewer", "POST", "/v1/status/", "not_found"],
  ["viewer", "GET", "/v1//status", "not_found"],
  ["viewer", "GET", "/v1/explain/", "not_found"],
  ["viewer", "GET", "/v1/explain/2001:db8::7", "allowed"],
  ["viewer", "GET", "/v1/explain/2001%3Adb8%3A%3A7", "allowed"],
  ["viewer", "GET", "/v1/explain/a/b", "not_found"],
  ["viewer", "GET", "/v1/explain/a\n", "not_found"],
  ["viewer", "GET", "/openapiXjson", "not_found"],
  ["operator", "POST", "/v1/roster", "not_allowed"],
  ["operator", "POST", "/V1/ROSTER", "not_found"],
];
for (const [role, method, path, expected] of verdicts) {
  Deno.test(`routeVerdict() ${role} ${method} ${JSON.stringify(path)}: ${expected}`, () => {
    equal(routeVerdict(role, method, path), expected);
  });
}

const tricks = [
  "/api/v1/explain/..%2fcontain",
  "/api/v1/explain/%2e%2e/contain",
  "/api/v1/explain/../contain",
  "/api/v1/./contain",
  "/api/v1/%63ontain",
  "/api/v1/contain%00",
  "/api/v1/contain;x",
  "/api//v1/contain",
  "/api/v1/contain/",
  "/api/v1/status/../../v1/contain",
  "/api/v1\\contain",
  "/api/v1/contain?role=owner",
  "/api/v1/acts",
  "/api/../v1/contain",
];
Deno.test("webApp() lets no path trick past a viewer's role", async () => {
  const { ask, asked, as } = opened();
  const headers = await as("viewer");
  for (const path of tricks) {
    const { status } = await ask(path, {
      method: "POST",
      headers,
      body: "{}",
    });
    equal(status >= 400 && status < 500, true, `${path}: ${status}`);
  }
  deepEqual(asked, []);
});
