/**
 * The local API: typed routes over an {@linkcode AgentDesk}, with their
 * OpenAPI document at `/openapi.json` and the same to read at `/docs`. Who may
 * connect is the socket's question (`server.ts`: file mode 0600), so there is
 * no login here.
 *
 * @module
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import type { AgentDesk } from "./agent_desk.ts";
import { addConfigRoutes } from "./config_routes.ts";
import { malformedBy } from "./described.ts";
import { type ApiDocument, docsPage, docsStyle } from "./docs_page.ts";
import { addDrillRoutes } from "./drill_routes.ts";
import { addHostRoutes } from "./host_routes.ts";
import { addMeasureRoutes } from "./measure_routes.ts";
import { addMeshRoutes } from "./mesh_routes.ts";
import { noteOrders, serveActs } from "./operator_act.ts";
import { methodNotAllowed, problem } from "./problem.ts";
import { addRecordRoutes } from "./record_routes.ts";
import { addSignalRoutes } from "./signal_routes.ts";

/** Largest request body: 256 roster entries of 24 kB would be refused. */
const bodyBytesMax = 1_048_576;
/** Requests that change something and have nothing to say. */
const bodyless = new Set(["/v1/reload", "/v1/keys/rotate"]);

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
      result.success ? undefined : malformedBy(result.error),
  });
  app.use(bodyLimit({
    maxSize: bodyBytesMax,
    onError: () => problem("too_large", `at most ${bodyBytesMax} bytes`),
  }));
  app.use(noteOrders(desk));
  app.use(async (context, next) => {
    if (context.req.method === "POST" && !bodyless.has(context.req.path)) {
      const type = context.req.header("content-type") ?? "";
      if (!/^application\/json\s*(?:;|$)/i.test(type)) {
        return problem("unsupported_media_type");
      }
    }
    return await next();
  });

  serveActs(app, desk);
  addHostRoutes(app, desk);
  addConfigRoutes(app, desk);
  addRecordRoutes(app, desk, version);
  addMeasureRoutes(app, desk);
  addMeshRoutes(app, desk);
  addDrillRoutes(app, desk);
  addSignalRoutes(app, desk);

  const document = {
    openapi: "3.1.0",
    info: { title: "StealthMesh local API", version },
    // Relative to the document: the dashboard has it all below `/api`.
    servers: [{ url: "." }],
  };
  app.doc31("/openapi.json", document);
  app.get("/docs", (context) => {
    const described = app.getOpenAPI31Document(
      document,
    ) as unknown as ApiDocument;
    return context.html(docsPage(described));
  });
  app.get(
    "/docs.css",
    (context) => context.body(docsStyle, 200, { "content-type": "text/css" }),
  );

  const known = [
    ...["/openapi.json", "/docs", "/docs.css"].map((path) => ({
      path,
      method: "get",
    })),
    ...app.openAPIRegistry.definitions.flatMap((each) =>
      each.type === "route" ? [each.route] : []
    ),
  ].map(({ path, method }) => ({
    method: method.toUpperCase(),
    path: new RegExp(
      `^${path.replaceAll(".", "\\.").replace(/\{[a-z]+\}/g, "[^/]+")}$`,
    ),
  }));
  app.notFound((context) => {
    const methods = known.filter(({ path }) => path.test(context.req.path))
      .map(({ method }) => method);
    return methods.length > 0
      ? methodNotAllowed([...new Set(methods)])
      : problem("not_found");
  });
  app.onError((error) =>
    // Hono answers a body that is no JSON with an exception of its own.
    "status" in error && error.status === 400
      ? problem("malformed", "the body is not JSON")
      : problem("failed", error.message)
  );
  return app;
}
