import { deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { apiOver, readTargetUrl } from "../../../dashboard/mod.ts";
import { routeRules } from "../../../dashboard/web/route_rules.ts";
import {
  answered,
  damagedRequests,
  type Document,
  fittingRequests,
  lookupIn,
} from "../api/document_requests.ts";
import { opened, own } from "./opened.ts";

const phone = { secret: "A", link: "otpauth://totp/a", qr: "<svg/>" };

/** A dashboard whose people and receivers can be changed, and its owner. */
async function dashboard() {
  const made = opened({
    agentAnswer: async () =>
      await apiOver({} as never, "test").request("/openapi.json"),
    accounts: {
      list: () => [{ name: "ada", role: "owner" }],
      add: ({ name, role }) => Promise.resolve({ name, role, ...phone }),
      reset: ({ name, role }) =>
        Promise.resolve(name === "bob" ? { name, role, ...phone } : undefined),
      remove: (name) => name === "bob",
    },
    notifications: {
      views: () => [],
      test: () => Promise.resolve([]),
      add: (name, url) => ({ name, url: readTargetUrl(url) }),
      remove: (name) => name === "duty",
    },
  });
  const owner = await made.as("owner");
  const ask = (path: string, init: RequestInit) =>
    // Each attempt to log in from elsewhere, or it would have to wait.
    made.ask(`/api${path}`, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), ...owner },
    }, path === "/login" ? `192.0.2.${attempts++ % 250}` : undefined);
  let attempts = 0;
  const document = await (await ask("/openapi.json", {})).json() as Document;
  return { ask, document };
}

const { ask, document } = await dashboard();
const at = lookupIn(document);

Deno.test("the document of the dashboard describes what a browser may ask, and nothing else", () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  );
  const ruled = routeRules.filter(({ least }) => least !== "nobody")
    .map(({ method, path }) => `${method} ${path}`)
    .filter((key) => !/ \/(?:openapi\.json|docs|docs\.css)$/.test(key));
  deepEqual(
    described.toSorted(),
    [...ruled, "POST /login", "GET /live"].toSorted(),
  );
});

for (const [path, methods] of Object.entries(document.paths)) {
  // The agent's own are in `operations_test.ts`, simulations in theirs.
  if (!/^\/(?:login|sessions|people|notifications)/.test(path)) continue;
  for (const [method, operation] of Object.entries(methods)) {
    const name = `${method.toUpperCase()} ${path}`;
    Deno.test(`${name} gives documented answers to fitting input`, async () => {
      const statuses = new Set<number>();
      await fc.assert(
        fc.asyncProperty(
          fittingRequests(path, method, operation, at),
          async (request) => {
            statuses.add(await answered(request, operation, ask));
          },
        ),
        { numRuns: 25 },
      );
      ok(!statuses.has(500) && !statuses.has(413), [...statuses].join());
    });
    const { parameters = [], requestBody } = operation;
    if (parameters.length === 0 && !requestBody) continue;
    Deno.test(`${name} gives documented answers to anything else`, async () => {
      await fc.assert(
        fc.asyncProperty(
          damagedRequests(path, method, operation, at),
          async (request) => {
            const { pathname } = new URL(request.path, "http://a");
            // A path that was changed is another operation's.
            if (pathname.split("/").length !== path.split("/").length) return;
            await answered(request, operation, ask);
          },
        ),
        { numRuns: 60 },
      );
    });
  }
}

Deno.test("a log in is described for those who have no session yet", async () => {
  const { ask } = opened();
  const response = await ask("/api/login", {
    method: "POST",
    headers: own,
    body: "{}",
  });
  ok(document.paths["/login"]?.["post"]?.responses[String(response.status)]);
});
