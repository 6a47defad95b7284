/**
 * The local API: typed routes over an {@linkcode AgentDesk}, with their
 * OpenAPI document. Who may connect is the socket's question
 * (`server.ts`: file mode 0600), so there is no login here.
 *
 * @module
 */
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import type { AgentDesk } from "./agent_desk.ts";
import { alertStream, followersMax } from "./alert_stream.ts";
import { eventStream } from "./event_stream.ts";
import { actRoute, noteOrders, serveActs } from "./operator_act.ts";
import { problem, problemResponse } from "./problem.ts";
import {
  acceptedSchema,
  addressSchema,
  alertPageSchema,
  alertQuerySchema,
  containAnswerSchema,
  containHostSchema,
  containSchema,
  decoysSchema,
  eventPageSchema,
  eventQuerySchema,
  eventStreamQuerySchema,
  explanationSchema,
  hostAnswerSchema,
  pingAnswerSchema,
  pingSchema,
  profileAnswerSchema,
  profileSchema,
  releaseAnswerSchema,
  releaseHostSchema,
  releaseSchema,
  rosterSchema,
  statusSchema,
  useProfileSchema,
} from "./schemas.ts";

/** Largest request body: 256 roster entries of 24 kB would be refused. */
const bodyBytesMax = 1_048_576;

const malformed = problemResponse("The request is malformed");
const failed = problemResponse("The agent could not do it");

function answers<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { "application/json": { schema } } };
}

function asks<S extends z.ZodType>(schema: S) {
  return {
    body: { required: true, content: { "application/json": { schema } } },
  };
}

const routes = {
  status: createRoute({
    method: "get",
    path: "/v1/status",
    summary: "What the agent sees and does",
    responses: { 200: answers(statusSchema, "The agent"), 500: failed },
  }),
  alerts: createRoute({
    method: "get",
    path: "/v1/alerts",
    summary: "A page of alerts, newest first",
    request: { query: alertQuerySchema },
    responses: {
      200: answers(alertPageSchema, "The page"),
      400: malformed,
      500: failed,
    },
  }),
  stream: createRoute({
    method: "get",
    path: "/v1/alerts/stream",
    summary: "New alerts as they come, one JSON value a line",
    responses: {
      200: {
        description: "The stream",
        content: { "application/x-ndjson": { schema: z.string() } },
      },
      503: problemResponse("Too many clients follow the alerts"),
    },
  }),
  events: createRoute({
    method: "get",
    path: "/v1/events",
    summary: "A page of the journal, newest first",
    request: { query: eventQuerySchema },
    responses: {
      200: answers(eventPageSchema, "The page"),
      400: malformed,
      500: failed,
    },
  }),
  eventStream: createRoute({
    method: "get",
    path: "/v1/events/stream",
    summary: "Events as they come, one JSON value a line",
    request: { query: eventStreamQuerySchema },
    responses: {
      200: {
        description: "The stream",
        content: { "application/x-ndjson": { schema: z.string() } },
      },
      400: malformed,
      503: problemResponse("Too many clients follow the events"),
    },
  }),
  contain: createRoute({
    method: "post",
    path: "/v1/contain",
    summary: "Contain a subject, or say what that would do",
    request: asks(containSchema),
    responses: {
      200: answers(containAnswerSchema, "What came of it"),
      400: malformed,
      413: problemResponse("The request is too large"),
      415: problemResponse("The request is not JSON"),
      500: failed,
    },
  }),
  release: createRoute({
    method: "post",
    path: "/v1/release",
    summary: "End the measures against a subject, or all",
    request: asks(releaseSchema),
    responses: {
      200: answers(releaseAnswerSchema, "How many ended"),
      400: malformed,
      413: problemResponse("The request is too large"),
      415: problemResponse("The request is not JSON"),
      500: failed,
    },
  }),
  containHost: createRoute({
    method: "post",
    path: "/v1/host/contain",
    summary: "Freeze or isolate a process, slow an interface, quarantine",
    request: asks(containHostSchema),
    responses: {
      200: answers(hostAnswerSchema, "What came of it"),
      400: malformed,
      413: problemResponse("The request is too large"),
      415: problemResponse("The request is not JSON"),
      500: failed,
    },
  }),
  releaseHost: createRoute({
    method: "post",
    path: "/v1/host/release",
    summary: "End such a measure",
    request: asks(releaseHostSchema),
    responses: {
      200: answers(releaseAnswerSchema, "How many ended"),
      400: malformed,
      413: problemResponse("The request is too large"),
      415: problemResponse("The request is not JSON"),
      500: failed,
    },
  }),
  explain: createRoute({
    method: "get",
    path: "/v1/explain/{address}",
    summary: "Why a subject is treated as it is",
    request: { params: z.object({ address: addressSchema }) },
    responses: {
      200: answers(explanationSchema, "Votes, evidence, measures"),
      400: malformed,
      500: failed,
    },
  }),
  decoys: createRoute({
    method: "get",
    path: "/v1/decoys",
    summary: "The decoys and what attackers did there",
    responses: { 200: answers(decoysSchema, "The decoys"), 500: failed },
  }),
  profile: createRoute({
    method: "get",
    path: "/v1/profile",
    summary: "The pace of the mesh links",
    responses: { 200: answers(profileSchema, "The profile"), 500: failed },
  }),
  ping: createRoute({
    method: "post",
    path: "/v1/ping",
    summary: "Ask a member for a sign of life, over the mesh",
    request: asks(pingSchema),
    responses: {
      200: answers(pingAnswerSchema, "What came of it"),
      400: malformed,
      413: problemResponse("The request is too large"),
      415: problemResponse("The request is not JSON"),
      500: failed,
    },
  }),
  useProfile: createRoute({
    method: "post",
    path: "/v1/profile",
    summary: "Change the pace of the mesh links, at most once a day",
    request: asks(useProfileSchema),
    responses: {
      200: answers(profileAnswerSchema, "What came of it"),
      400: malformed,
      413: problemResponse("The request is too large"),
      415: problemResponse("The request is not JSON"),
      500: failed,
    },
  }),
  roster: createRoute({
    method: "post",
    path: "/v1/roster",
    summary: "Hand signed roster entries to the mesh, which checks them",
    request: asks(rosterSchema),
    responses: {
      202: answers(acceptedSchema, "Handed on"),
      400: malformed,
      413: problemResponse("The request is too large"),
      415: problemResponse("The request is not JSON"),
      500: failed,
    },
  }),
  reload: createRoute({
    method: "post",
    path: "/v1/reload",
    summary: "Read keys, invites and roster from the state directory again",
    responses: { 202: answers(acceptedSchema, "Done"), 500: failed },
  }),
  acts: actRoute,
};

/** A web application; needs no server to be asked. */
export interface LocalApi {
  /** Answers one request. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Answers a request for a path, for tests. */
  readonly request: (
    path: string,
    init?: RequestInit,
  ) => Response | Promise<Response>;
}

/**
 * Builds the API over an agent.
 *
 * @param version Of this program, for the OpenAPI document.
 */
export function apiOver(desk: AgentDesk, version: string): LocalApi {
  const app = new OpenAPIHono({
    defaultHook: (result) =>
      result.success
        ? undefined
        : problem("malformed", describeIssues(result.error.issues)),
  });
  app.use(bodyLimit({
    maxSize: bodyBytesMax,
    onError: () => problem("too_large", `at most ${bodyBytesMax} bytes`),
  }));
  app.use(noteOrders(desk));
  app.use(async (context, next) => {
    if (context.req.method === "POST" && context.req.path !== "/v1/reload") {
      const type = context.req.header("content-type") ?? "";
      if (!/^application\/json\s*(?:;|$)/i.test(type)) {
        return problem("unsupported_media_type");
      }
    }
    return await next();
  });

  serveActs(app, desk);

  app.openapi(
    routes.status,
    async (context) => context.json(plain(await desk.status()), 200),
  );
  app.openapi(routes.alerts, (context) => {
    const { before, limit } = context.req.valid("query");
    return context.json(plain(desk.alerts(before, limit)), 200);
  });
  const followers = { count: 0 };
  app.use(
    routes.stream.path,
    async (_context, next) =>
      followers.count >= followersMax
        ? problem("busy", `at most ${followersMax}`)
        : await next(),
  );
  app.use(
    routes.eventStream.path,
    async (_context, next) =>
      followers.count >= followersMax
        ? problem("busy", `at most ${followersMax}`)
        : await next(),
  );
  // A stream has no typed body, so the route is described and served apart.
  app.openAPIRegistry.registerPath(routes.stream);
  app.openAPIRegistry.registerPath(routes.eventStream);
  app.get(routes.stream.path, () => alertStream(desk, followers));
  app.openapi(routes.events, (context) => {
    const page = desk.events(context.req.valid("query"));
    return context.json(plain(page), 200);
  });
  app.get(routes.eventStream.path, (context) => {
    const query = eventStreamQuerySchema.safeParse(context.req.query());
    return query.success
      ? eventStream(desk, query.data.after, followers)
      : problem("malformed", describeIssues(query.error.issues));
  });
  app.openapi(routes.contain, async (context) => {
    const answer = await desk.contain(context.req.valid("json"));
    return context.json(plain(answer), 200);
  });
  app.openapi(routes.release, async (context) => {
    const order = context.req.valid("json");
    const subject = "all" in order ? "all" : order.address;
    return context.json({ ended: await desk.release(subject) }, 200);
  });
  app.openapi(routes.containHost, async (context) => {
    const answer = await desk.containHost(context.req.valid("json"));
    if (!("refused" in answer)) return context.json(plain(answer), 200);
    return problem("malformed", answer.refused) as never;
  });
  app.openapi(routes.releaseHost, async (context) => {
    const { request } = context.req.valid("json");
    const ended = await desk.releaseHost(request);
    if (typeof ended === "number") return context.json({ ended }, 200);
    return problem("malformed", ended.refused) as never;
  });
  app.openapi(routes.explain, (context) => {
    const { address } = context.req.valid("param");
    return context.json(plain(desk.explain(address)), 200);
  });
  app.openapi(routes.ping, async (context) => {
    const answer = await desk.ping(context.req.valid("json").node);
    if (!("refused" in answer)) return context.json(plain(answer), 200);
    // Described as 400; the library wants its own kind of response for it.
    return problem("malformed", answer.refused) as never;
  });
  app.openapi(
    routes.decoys,
    async (context) => context.json(plain(await desk.decoys()), 200),
  );
  app.openapi(
    routes.profile,
    (context) => context.json(plain(desk.profile()), 200),
  );
  app.openapi(routes.useProfile, (context) => {
    const order = context.req.valid("json");
    return context.json(plain(desk.useProfile(order)), 200);
  });
  app.openapi(routes.roster, (context) => {
    const { entries } = context.req.valid("json");
    desk.mergeRoster(entries.map((entry) => Uint8Array.fromBase64(entry)));
    return context.json({ accepted: true as const }, 202);
  });
  app.openapi(routes.reload, async (context) => {
    await desk.reload();
    return context.json({ accepted: true as const }, 202);
  });
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "StealthMesh local API", version },
  });

  const known = new Set([
    ...Object.values(routes).map(({ path }) => path),
    "/openapi.json",
  ]);
  app.notFound((context) => {
    const { path } = context.req;
    const exists = known.has(path) || /^\/v1\/explain\/[^/]+$/.test(path);
    return problem(exists ? "method_not_allowed" : "not_found");
  });
  app.onError((error) =>
    // Hono answers a body that is no JSON with an exception of its own.
    "status" in error && error.status === 400
      ? problem("malformed", "the body is not JSON")
      : problem("failed", error.message)
  );
  return app;
}

function describeIssues(
  issues: readonly { path: readonly PropertyKey[]; message: string }[],
): string {
  return issues.slice(0, 8).map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`
  ).join("; ");
}

/** Views are read-only; the library's types are not. */
type Writable<T> = T extends string ? T
  : T extends readonly (infer E)[] ? Writable<E>[]
  : T extends object ? { -readonly [K in keyof T]: Writable<T[K]> }
  : T;

function plain<T>(view: T): Writable<T> {
  return view as Writable<T>;
}
