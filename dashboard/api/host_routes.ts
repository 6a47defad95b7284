/**
 * Routes about this host: status, health, metrics, decoys, scenarios.
 *
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { AgentDesk } from "./agent_desk.ts";
import {
  answers,
  type Api,
  asks,
  bodyProblems,
  failed,
  malformed,
  notFound,
  plain,
  unchanged,
} from "./described.ts";
import { taggedByBody } from "./entity_tag.ts";
import { healthOf } from "./health.ts";
import { findingsSchema, healthSchema } from "./node_schemas.ts";
import {
  scenarioParamSchema,
  scenarioSchema,
  scenariosSchema,
  trialOrderSchema,
  trialSchema,
} from "./operator_schemas.ts";
import { problem, problemResponse } from "./problem.ts";
import { metricsOf, prometheusType } from "./prometheus.ts";
import { decoysSchema, statusSchema } from "./schemas.ts";

const status = createRoute({
  method: "get",
  path: "/v1/status",
  summary: "What the agent sees and does",
  responses: {
    200: answers(statusSchema, "The agent"),
    304: unchanged,
    500: failed,
  },
});
const health = createRoute({
  method: "get",
  path: "/v1/health",
  summary: "Whether the agent does its work",
  responses: {
    200: answers(healthSchema, "It does, if not all that it could"),
    500: failed,
    503: problemResponse("It does not; the detail says what fails"),
  },
});
const doctor = createRoute({
  method: "get",
  path: "/v1/doctor",
  summary: "What was found about this host when its agent started",
  responses: {
    200: answers(findingsSchema, "The findings"),
    304: unchanged,
    500: failed,
  },
});
const metrics = createRoute({
  method: "get",
  path: "/v1/metrics",
  summary: "Counters in the text format of Prometheus",
  responses: {
    200: {
      description: "The counters",
      content: { "text/plain": { schema: z.string() } },
    },
    500: failed,
  },
});
const decoys = createRoute({
  method: "get",
  path: "/v1/decoys",
  summary: "The decoys and what attackers did there",
  responses: {
    200: answers(decoysSchema, "The decoys"),
    304: unchanged,
    500: failed,
  },
});
const scenarios = createRoute({
  method: "get",
  path: "/v1/scenarios",
  summary: "What is looked for",
  responses: {
    200: answers(scenariosSchema, "The scenarios"),
    304: unchanged,
    500: failed,
  },
});
const scenario = createRoute({
  method: "get",
  path: "/v1/scenarios/{name}",
  summary: "One scenario, with its text",
  request: { params: scenarioParamSchema },
  responses: {
    200: answers(scenarioSchema, "The scenario"),
    400: malformed,
    404: notFound,
    500: failed,
  },
});
const tryLog = createRoute({
  method: "post",
  path: "/v1/scenarios/try",
  summary: "Try lines of a log against the scenarios in force",
  request: asks(trialOrderSchema),
  responses: {
    200: answers(trialSchema, "What they would set off"),
    ...bodyProblems,
  },
});

/** Adds them. */
export function addHostRoutes(app: Api, desk: AgentDesk): void {
  for (const { path } of [status, scenarios, doctor, decoys]) {
    app.use(path, taggedByBody());
  }
  app.openapi(
    status,
    async (context) => context.json(plain(await desk.status()), 200),
  );
  app.openapi(health, async (context) => {
    const now = await desk.status();
    const view = healthOf(now, desk.wallMs());
    if (view.state !== "failing") return context.json(plain(view), 200);
    const failing = view.checks.filter(({ state }) => state === "failing")
      .map(({ name, detail }) => `${name}: ${detail}`);
    return problem("unhealthy", failing.join("; ")) as never;
  });
  app.openapi(
    doctor,
    (context) => context.json(plain(desk.findings()), 200),
  );
  app.openapi(metrics, async (context) => {
    const now = await desk.status();
    const text = metricsOf(now, desk.wallMs());
    return context.body(text, 200, { "content-type": prometheusType }) as never;
  });
  app.openapi(
    decoys,
    async (context) => context.json(plain(await desk.decoys()), 200),
  );
  app.openapi(scenarios, (context) => {
    const all = desk.scenarios().map(({ text: _text, ...rest }) => rest);
    return context.json({ scenarios: all }, 200);
  });
  app.openapi(scenario, (context) => {
    const { name } = context.req.valid("param");
    const found = desk.scenarios().find((each) => each.name === name);
    return found
      ? context.json(found, 200)
      : problem("not_found", "no scenario has this name") as never;
  });
  app.openapi(
    tryLog,
    (context) =>
      context.json(plain(desk.tryLog(context.req.valid("json"))), 200),
  );
}
