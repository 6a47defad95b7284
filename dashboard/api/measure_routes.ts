/**
 * Routes about measures: what is in force, contain, release, and the host.
 *
 * @module
 */
import { createRoute } from "@hono/zod-openapi";
import type {
  AgentDesk,
  ContainOrder,
  HostMeasureOrder,
  HostRequest,
} from "./agent_desk.ts";
import {
  answers,
  type Api,
  asks,
  bodyProblems,
  failed,
  plain,
  unchanged,
} from "./described.ts";
import { taggedByBody } from "./entity_tag.ts";
import { leasesSchema } from "./node_schemas.ts";
import { problem } from "./problem.ts";
import {
  containAnswerSchema,
  containHostSchema,
  containSchema,
  hostAnswerSchema,
  releaseAnswerSchema,
  releaseHostSchema,
  releaseSchema,
} from "./schemas.ts";

const leases = createRoute({
  method: "get",
  path: "/v1/leases",
  summary: "The measures in force or asked for",
  responses: {
    200: answers(leasesSchema, "Against subjects, and on this host"),
    304: unchanged,
    500: failed,
  },
});
const contain = createRoute({
  method: "post",
  path: "/v1/contain",
  summary: "Contain a subject, or say what that would do",
  request: asks(containSchema),
  responses: {
    200: answers(containAnswerSchema, "What came of it"),
    ...bodyProblems,
  },
});
const release = createRoute({
  method: "post",
  path: "/v1/release",
  summary: "End the measures against a subject, or all",
  request: asks(releaseSchema),
  responses: {
    200: answers(releaseAnswerSchema, "How many ended"),
    ...bodyProblems,
  },
});
const containHost = createRoute({
  method: "post",
  path: "/v1/host/contain",
  summary: "Freeze or isolate a process, slow an interface, quarantine",
  request: asks(containHostSchema),
  responses: {
    200: answers(hostAnswerSchema, "What came of it"),
    ...bodyProblems,
  },
});
const releaseHost = createRoute({
  method: "post",
  path: "/v1/host/release",
  summary: "End such a measure",
  request: asks(releaseHostSchema),
  responses: {
    200: answers(releaseAnswerSchema, "How many ended"),
    ...bodyProblems,
  },
});

/** Adds them. */
export function addMeasureRoutes(app: Api, desk: AgentDesk): void {
  app.use(leases.path, taggedByBody());
  app.openapi(leases, async (context) => {
    const { agent, hostLeases } = await desk.status();
    return context.json(plain({ leases: agent.leases, host: hostLeases }), 200);
  });
  app.openapi(contain, async (context) => {
    const order = fromJson<ContainOrder>(context.req.valid("json"));
    const answer = await desk.contain(order);
    if (!("refused" in answer)) return context.json(plain(answer), 200);
    return problem("malformed", answer.refused) as never;
  });
  app.openapi(release, async (context) => {
    const order = context.req.valid("json");
    const ended = "all" in order
      ? await desk.release("all", false)
      : await desk.release(order.address, order.here);
    return context.json({ ended }, 200);
  });
  app.openapi(containHost, async (context) => {
    const order = fromJson<HostMeasureOrder>(context.req.valid("json"));
    const answer = await desk.containHost(order);
    if (!("refused" in answer)) return context.json(plain(answer), 200);
    // Described as 400; the library wants its own kind of response for it.
    return problem("malformed", answer.refused) as never;
  });
  app.openapi(releaseHost, async (context) => {
    const { request } = context.req.valid("json");
    const ended = await desk.releaseHost(fromJson<HostRequest>(request));
    if (typeof ended === "number") return context.json({ ended }, 200);
    return problem("malformed", ended.refused) as never;
  });
}

type Loose<T> = T extends object ? { [K in keyof T]: Loose<T[K]> | undefined }
  : T;

/** What was JSON has no key that is `undefined`, though its type allows it. */
function fromJson<T>(value: Loose<T>): T {
  return value as T;
}
