/**
 * Simulations over the dashboard's API. They are the dashboard's own: they are
 * played beside it and need no agent, so no agent is asked.
 *
 * | route below `/api` | what |
 * | --- | --- |
 * | `GET /v1/simulations` | what can be played, and what was |
 * | `POST /v1/simulations` | play one, or have it wait |
 * | `GET /v1/simulations/{id}` | progress, story and report of one |
 * | `DELETE /v1/simulations/{id}` | end it early |
 * | `GET /v1/simulations/compare` | two reports side by side |
 *
 * @module
 */
import { createRoute, type z } from "@hono/zod-openapi";
import type { Context, Hono } from "hono";
import type { ApiDocument } from "../api/docs_page.ts";
import { taggedByBody } from "../api/entity_tag.ts";
import {
  answers,
  asks,
  bodyProblems,
  documentOf,
  failed,
  malformed,
  malformedBy,
  notFound,
  unchanged,
} from "../api/described.ts";
import { problem, problemResponse } from "../api/problem.ts";
import { compareSimulations } from "../api/simulation_comparison.ts";
import type { SimulationDesk } from "../api/simulation_desk.ts";
import {
  comparisonQuerySchema,
  simulationComparisonSchema,
  simulationDetailSchema,
  simulationOrderSchema,
  simulationParamSchema,
  simulationRunSchema,
  simulationsSchema,
} from "../api/simulation_schemas.ts";
import type { ActLog } from "./act_log.ts";
import { type Later, readBody } from "./request_body.ts";
import type { SessionView } from "./session_table.ts";

/** What these routes stand on. */
export interface SimulationParts {
  /** Who plays. */
  readonly simulations: SimulationDesk;
  /** Where orders are written down. */
  readonly acts: ActLog;
  /** Timers. */
  readonly later: Later;
}

/** An order has four short fields. */
const orderBytesMax = 2_048;

const list = createRoute({
  method: "get",
  path: "/v1/simulations",
  summary: "What can be played, and what was",
  responses: {
    200: answers(simulationsSchema, "Kinds and runs, newest first"),
    304: unchanged,
    500: failed,
  },
});
const start = createRoute({
  method: "post",
  path: "/v1/simulations",
  summary: "Play a simulation, or have it wait for the one that is played",
  request: asks(simulationOrderSchema),
  responses: {
    201: answers(simulationRunSchema, "It is played, or waits"),
    ...bodyProblems,
    408: problemResponse("The request comes too slowly"),
    429: problemResponse("Too many wait"),
  },
});
const compare = createRoute({
  method: "get",
  path: "/v1/simulations/compare",
  summary: "Two reports of one kind side by side",
  request: { query: comparisonQuerySchema },
  responses: {
    200: answers(simulationComparisonSchema, "Figure by figure"),
    400: malformed,
    404: notFound,
    409: problemResponse("They cannot be compared; the detail says why"),
    500: failed,
  },
});
const detail = createRoute({
  method: "get",
  path: "/v1/simulations/{id}",
  summary: "Progress, story and report of one run",
  request: { params: simulationParamSchema },
  responses: {
    200: answers(simulationDetailSchema, "The run"),
    304: unchanged,
    400: malformed,
    404: notFound,
    500: failed,
  },
});
const cancel = createRoute({
  method: "delete",
  path: "/v1/simulations/{id}",
  summary: "End a run early",
  request: { params: simulationParamSchema },
  responses: {
    200: answers(simulationRunSchema, "The run, ended"),
    400: malformed,
    404: notFound,
    409: problemResponse("It has ended already"),
    500: failed,
  },
});

/** The description of these routes, for the OpenAPI document. */
export function simulationDocument(): ApiDocument {
  return documentOf("StealthMesh simulations", [
    list,
    start,
    compare,
    detail,
    cancel,
  ]);
}

/** Serves the routes for those who are logged in. */
export function serveSimulations(
  app: Hono,
  { simulations, acts, later }: SimulationParts,
  sessionOf: (context: Context) => SessionView,
): void {
  const base = "/api/v1/simulations";
  app.get(
    base,
    taggedByBody(),
    (context) =>
      context.json({ kinds: simulations.kinds(), runs: simulations.runs() }),
  );
  app.post(base, async (context) => {
    const order = await readOrder(context, later);
    if (order instanceof Response) return order;
    const session = sessionOf(context);
    const run = simulations.start(order, session.name);
    if ("refused" in run) {
      return problem(
        run.refused === "full" ? "too_many" : "malformed",
        run.detail,
      );
    }
    acts.note("simulation_start", session, {
      kind: run.kind,
      machines: run.machines,
      seed: run.seed,
      run: run.id,
    });
    return context.json(run, 201);
  });
  app.get(`${base}/compare`, (context) => {
    const query = comparisonQuerySchema.safeParse(context.req.query());
    if (!query.success) return malformedBy(query.error);
    const first = simulations.detail(query.data.first);
    const second = simulations.detail(query.data.second);
    if (!first || !second) return unknown();
    const both = compareSimulations(first, second);
    return typeof both === "string"
      ? problem("not_comparable", both)
      : context.json(both);
  });
  app.get(`${base}/:id`, taggedByBody(), (context) => {
    const param = simulationParamSchema.safeParse(context.req.param());
    if (!param.success) return malformedBy(param.error);
    const found = simulations.detail(param.data.id);
    return found ? context.json(found) : unknown();
  });
  app.delete(`${base}/:id`, (context) => {
    const param = simulationParamSchema.safeParse(context.req.param());
    if (!param.success) return malformedBy(param.error);
    const { id } = param.data;
    const run = simulations.cancel(id);
    if (run === "unknown") return unknown();
    if (run === "ended") {
      return problem("over", "its report stays until newer ones need the room");
    }
    acts.note("simulation_cancel", sessionOf(context), { run: id });
    return context.json(run);
  });
}

function unknown(): Response {
  return problem("not_found", "no run has this id; ask for the list");
}

async function readOrder(
  context: Context,
  later: Later,
): Promise<z.infer<typeof simulationOrderSchema> | Response> {
  const type = context.req.header("content-type") ?? "";
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    return problem("unsupported_media_type");
  }
  const body = await readBody(context.req.raw, later, orderBytesMax);
  if (typeof body === "string") {
    return problem(body, `at most ${orderBytesMax} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return problem("malformed", "the body is not JSON");
  }
  const order = simulationOrderSchema.safeParse(value);
  return order.success ? order.data : malformedBy(order.error);
}
