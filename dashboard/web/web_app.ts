/**
 * The dashboard as a web application: pages, login, and the agent's API for
 * whoever has logged in. It decides nothing itself; every action is the
 * agent's, and lands in its journal.
 *
 * | path | who | what |
 * | --- | --- | --- |
 * | `/login/SECRET` | a one-time link | begins a session |
 * | `/`, `/app.js`, … | anybody | the pages, which hold no data |
 * | `/api/v1/…` | a session | the agent's API, design §9 |
 * | `/live` | a session | what happens, as it happens: see `server.ts` |
 *
 * Requests of other sites are refused: by the cookie (`SameSite=Strict`), by
 * `Origin` and `Sec-Fetch-Site`, and because the host must be one of ours (a
 * name that somebody else resolves to this machine is not).
 *
 * @module
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { secureHeaders } from "hono/secure-headers";
import type { LocalApi } from "../api/app.ts";
import { problem } from "../api/problem.ts";
import type { AgentGateway } from "./agent_gateway.ts";
import { type Asset, serveAsset } from "./asset.ts";
import type { SessionTable } from "./session_table.ts";

/** Name of the cookie. */
const cookieName = "stealthmesh_session";
/** Largest request body, as the agent's own. */
const bodyBytesMax = 1_048_576;

/** What a dashboard stands on. */
export interface WebAppParts {
  /** Whom everything is asked. */
  readonly agent: AgentGateway;
  /** Who is logged in. */
  readonly sessions: SessionTable;
  /** Files of the pages by name; `index.html` among them. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** `host:port` by which browsers may call this dashboard. */
  readonly hosts: ReadonlySet<string>;
  /** Whether browsers reach it over TLS. */
  readonly secure: boolean;
  /**
   * Answers a WebSocket's handshake at `/live`.
   *
   * @param after Number of the last event that the browser knows, 0 for none.
   */
  live(request: Request, after: number): Response;
}

/** Builds the application. */
export function webApp(parts: WebAppParts): LocalApi {
  const { agent, sessions, assets, hosts, secure } = parts;
  const app = new Hono();
  app.use(secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "no-referrer",
    xFrameOptions: "DENY",
    // Loopback has no TLS to insist on.
    strictTransportSecurity: secure,
  }));
  app.use(async (context, next) =>
    hosts.has(context.req.header("host") ?? "")
      ? await next()
      : problem("not_found", "this dashboard has another name")
  );

  app.get("/login/:link", (context) => {
    const session = sessions.redeem(context.req.param("link"));
    if (session === undefined) {
      return context.redirect("/?login=spent", 303);
    }
    setCookie(context, cookieName, session, {
      httpOnly: true,
      sameSite: "Strict",
      secure,
      path: "/",
    });
    // The secret must not stay in the address bar.
    return context.redirect("/", 303);
  });

  const guarded: MiddlewareHandler = async (context, next) => {
    if (!hasSession(context, sessions)) {
      return problem("not_logged_in", "open a login link first");
    }
    const { method } = context.req;
    const changes = method !== "GET" && method !== "HEAD";
    if (changes && !isOwn(context)) {
      return problem("foreign_origin", "the request comes from another site");
    }
    return await next();
  };
  app.use("/api/*", guarded);
  app.use("/live", guarded);
  app.use(
    "/api/*",
    bodyLimit({
      maxSize: bodyBytesMax,
      onError: () => problem("too_large", `at most ${bodyBytesMax} bytes`),
    }),
  );
  app.post("/api/v1/logout", (context) => {
    const secret = getCookie(context, cookieName);
    const session = secret === undefined ? undefined : sessions.use(secret);
    if (session) sessions.end(session.id);
    deleteCookie(context, cookieName);
    return context.json({ ended: session !== undefined });
  });
  app.all("/api/*", (context) => ask(agent, context));
  app.get("/live", (context) => {
    if (context.req.header("upgrade")?.toLowerCase() !== "websocket") {
      return problem("upgrade_required", "this is a WebSocket");
    }
    // A WebSocket is not held back by the browser's rule of one origin.
    if (!isOwn(context)) return problem("foreign_origin");
    const after = Number(context.req.query("after"));
    const known = Number.isSafeInteger(after) && after > 0 ? after : 0;
    return parts.live(context.req.raw, known);
  });

  app.get("*", (context) => {
    const name = context.req.path.slice(1);
    // Other paths are places in the pages: `/alerts`, `/subject/192.0.2.7`.
    const isPlace = !name.includes(".") || name.includes("/");
    const asset = assets.get(name) ??
      (isPlace ? assets.get("index.html") : undefined);
    return asset
      ? serveAsset(asset, context.req.raw)
      : problem("not_found", "there is no such page");
  });
  app.notFound(() => problem("not_found"));
  app.onError((error) => problem("failed", error.message));
  return app;
}

/** Whether a request carries a session in force. */
export function hasSession(context: Context, sessions: SessionTable): boolean {
  const secret = getCookie(context, cookieName);
  return secret !== undefined && sessions.use(secret) !== undefined;
}

/** Browsers say where a request comes from; what says nothing is no browser. */
function isOwn(context: Context): boolean {
  const site = context.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") return false;
  const origin = context.req.header("origin");
  if (origin === undefined) return site !== undefined;
  return origin.replace(/^https?:\/\//, "") === context.req.header("host");
}

/** Hands a request on to the agent, which checks it. */
async function ask(agent: AgentGateway, context: Context): Promise<Response> {
  const { method, raw } = context.req;
  const { pathname, search } = new URL(raw.url);
  const type = context.req.header("content-type");
  const none = context.req.header("if-none-match");
  const headers = {
    ...(type !== undefined && { "content-type": type }),
    ...(none !== undefined && { "if-none-match": none }),
  };
  const body = method === "GET" || method === "HEAD"
    ? null
    : new Uint8Array(await raw.arrayBuffer());
  let answer: Response;
  try {
    answer = await agent.request(pathname.slice("/api".length) + search, {
      method,
      headers,
      body,
    });
  } catch {
    return problem("agent_unreachable", "start it: stealthmesh agent");
  }
  // Hop-by-hop headers stay where they are.
  const kept = [
    "content-type",
    "content-disposition",
    "etag",
    "cache-control",
    "retry-after",
  ];
  return new Response(answer.body, {
    status: answer.status,
    headers: kept.flatMap((name): [string, string][] => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  });
}
