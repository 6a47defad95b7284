/**
 * The dashboard as a web application: pages, login, and the agent's API for
 * whoever has logged in and has the role for it. It decides nothing itself;
 * every action is the agent's, and lands in its journal with the name of who
 * did it.
 *
 * | path | who | what |
 * | --- | --- | --- |
 * | `/login/SECRET` | a one-time link, on this host | begins an owner's session |
 * | `/`, `/app.js`, … | anybody | the pages, which hold no data |
 * | `/api/login` | name, password, code | begins a session |
 * | `/api/sessions`, `/api/v1/logout` | a session | `people_routes.ts` |
 * | `/api/v1/…` | a session, by `route_rules.ts` | the agent's API, design §9 |
 * | `/api/people` | an owner | who may log in: `account_routes.ts` |
 * | `/api/notifications` | an owner | who is told of alerts |
 * | `/api/v1/simulations` | a session, by role | `simulation_routes.ts` |
 * | `/api/notifications` | an owner | whether notices go out |
 * | `/live` | a session | what happens, as it happens: see `web_server.ts` |
 *
 * Requests of other sites are refused: by the cookie (`SameSite=Strict`), by
 * `Origin` and `Sec-Fetch-Site`, and because the host must be one of ours (a
 * name that somebody else resolves to this machine is not).
 *
 * @module
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { malformedBy } from "../api/described.ts";
import { methodNotAllowed, problem } from "../api/problem.ts";
import type { AccountDesk } from "./account_desk.ts";
import { serveAccounts } from "./account_routes.ts";
import type { SimulationDesk } from "../api/simulation_desk.ts";
import { ActLog } from "./act_log.ts";
import { type AgentGateway, boundedGateway } from "./agent_gateway.ts";
import { AgentStreams } from "./agent_stream.ts";
import { serveDocument } from "./api_document.ts";
import { askAgent } from "./ask_agent.ts";
import { type Asset, serveAsset } from "./asset.ts";
import type { LoginDesk } from "./login_desk.ts";
import type { NotificationDesk } from "./notification_desk.ts";
import { serveNotifications } from "./notification_routes.ts";
import { liveDocument, liveQuerySchema } from "./live_document.ts";
import { ownDocument } from "./own_document.ts";
import { serveLogin, servePeople, setSession } from "./people_routes.ts";
import { bodyBytesMax, type Later, readBody } from "./request_body.ts";
import { roleHeader } from "./role.ts";
import { methodsOf, routeVerdict } from "./route_rules.ts";
import type { SessionTable, SessionView } from "./session_table.ts";
import { serveSimulations, simulationDocument } from "./simulation_routes.ts";
import {
  addressOf,
  hostOf,
  isLoopback,
  isOwn,
  type Peer,
  sessionOf,
} from "./visitor.ts";

/** The last of each kind of news that a browser knows, 0 for none. */
export interface LiveCursors {
  /** Number of an event of the journal. */
  readonly event: number;
  /** Number of news about a simulation. */
  readonly simulation: number;
}

/** What a dashboard stands on. */
export interface WebAppParts {
  /** Whom everything is asked. */
  readonly agent: AgentGateway;
  /** Who is logged in. */
  readonly sessions: SessionTable;
  /** Who may log in. */
  readonly logins: LoginDesk;
  /** People with an account. */
  readonly accounts: AccountDesk;
  /** Notices to elsewhere. */
  readonly notifications: NotificationDesk;
  /** Whoever plays simulations. */
  readonly simulations: SimulationDesk;
  /** Files of the pages by name; `index.html` among them. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** `host:port` by which browsers may call this dashboard. */
  readonly hosts: ReadonlySet<string>;
  /** Whether browsers reach it over TLS. */
  readonly secure: boolean;
  /** Wall clock milliseconds. */
  readonly wallMs: () => number;
  /** Timers. */
  readonly later: Later;
  /**
   * Answers a WebSocket's handshake at `/live`.
   *
   * @param after What the browser knows already.
   * @param session Whose it is; it ends with the session.
   */
  live(request: Request, after: LiveCursors, session: SessionView): Response;
}

/** A web application; needs no server to be asked. */
export interface WebApp {
  /** Answers one request. */
  readonly fetch: (
    request: Request,
    peer?: Peer,
  ) => Response | Promise<Response>;
  /** Answers a request for a path, for tests. */
  readonly request: (
    path: string,
    init?: RequestInit,
    peer?: Peer,
  ) => Response | Promise<Response>;
}

/** What may take as long as its client likes. */
const isLong = /\/stream$|^\/api\/v1\/export\//;

/** HSTS: a year, our choice; what the certificate is worth the browser says. */
const strictTransportSecurity = "max-age=31536000";

/** Builds the application. */
export function webApp(parts: WebAppParts): WebApp {
  const { agent, sessions, assets, hosts, secure, later } = parts;
  const acts = new ActLog(agent, parts.wallMs, later);
  const people = { ...parts, acts };
  /** Set by `guarded` for whatever comes after it. */
  const known = new WeakMap<Request, SessionView>();
  const current = (context: Context): SessionView => {
    const session = known.get(context.req.raw);
    if (!session) throw new Error("Cannot answer before the guard");
    return session;
  };
  const streams = new AgentStreams({
    isInForce: (session) => sessions.isInForce(session),
    later,
  });
  const bounded = boundedGateway(agent);
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
    strictTransportSecurity: secure && strictTransportSecurity,
  }));
  app.use("/api/*", async (context, next) => {
    await next();
    // What a session may see must not outlive it in a cache.
    if (!context.res.headers.has("cache-control")) {
      context.res.headers.set("cache-control", "no-store");
    }
  });
  app.use(async (context, next) =>
    hosts.has(hostOf(context))
      ? await next()
      : problem("not_found", "this dashboard has another name")
  );

  app.get("/login/:link", (context) => {
    // A look at the headers alone must not use the link up.
    if (context.req.method === "HEAD") return methodNotAllowed(["GET"]);
    const address = addressOf(context);
    const secret = isLoopback(address)
      ? sessions.redeem(context.req.param("link"), address)
      : undefined;
    if (secret === undefined) {
      acts.refused("link_refused", undefined, { address });
      return context.redirect("/?login=spent", 303);
    }
    setSession(context, secret, secure);
    acts.note("login", { name: "(link)", role: "owner", address });
    // The secret must not stay in the address bar.
    return context.redirect("/", 303);
  });
  serveLogin(app, people);

  const guarded: MiddlewareHandler = async (context, next) => {
    const session = sessionOf(context, sessions, secure);
    if (!session) {
      return problem("not_logged_in", "log in, or open a login link");
    }
    const { method } = context.req;
    const changes = method !== "GET" && method !== "HEAD";
    if (changes && !isOwn(context, secure)) {
      return problem("foreign_origin", "the request comes from another site");
    }
    known.set(context.req.raw, session);
    await next();
    // A page shows only what its viewer may press, from the first answer on.
    if (context.req.path !== "/live") {
      context.res.headers.set(roleHeader, session.role);
    }
    return undefined;
  };
  app.use("/api/*", guarded);
  app.use("/live", guarded);
  app.use("/api/*", async (context, next) => {
    const session = current(context);
    const { method } = context.req;
    const { pathname } = new URL(context.req.url);
    const path = pathname.slice("/api".length);
    const verdict = routeVerdict(session.role, method, path);
    if (verdict === "allowed") return await next();
    if (verdict === "not_found") return problem(verdict);
    if (verdict === "method_not_allowed") {
      return methodNotAllowed(methodsOf(path));
    }
    acts.refused("not_allowed", session, { method, path });
    return problem("not_allowed", `${session.name} is ${session.role}`);
  });
  app.use("/api/*", async (context, next) => {
    const { method, raw } = context.req;
    if (method === "GET" || method === "HEAD") return await next();
    const session = current(context);
    const body = await readBody(raw, later);
    if (typeof body === "string") {
      return problem(body, `at most ${bodyBytesMax} bytes`);
    }
    // It may have ended while the body came, slowly perhaps on purpose.
    if (!sessions.isInForce(session.id)) {
      return problem("not_logged_in", "the session has ended");
    }
    context.req.raw = new Request(raw, { body });
    known.set(context.req.raw, session);
    return await next();
  });
  servePeople(app, people, current);
  serveAccounts(app, people, current);
  serveNotifications(app, people, current);
  serveSimulations(app, people, current);
  serveDocument(
    app,
    agent,
    simulationDocument,
    ownDocument,
    liveDocument,
  );
  app.all("/api/*", async (context) => {
    const { method, raw } = context.req;
    if (method === "GET" || method === "HEAD") {
      const session = current(context);
      if (!isLong.test(context.req.path)) {
        return await askAgent(bounded, context, session, null);
      }
      const taken = streams.take(session.id);
      if (!taken) return problem("busy", "too many streams are open");
      return taken.pass(await askAgent(bounded, context, session, null));
    }
    // It was read, and is no larger than it may be.
    const body = new Uint8Array(await raw.arrayBuffer());
    return await askAgent(bounded, context, current(context), body);
  });
  app.get("/live", (context) => {
    if (context.req.header("upgrade")?.toLowerCase() !== "websocket") {
      return problem("upgrade_required", "this is a WebSocket");
    }
    // A WebSocket is not held back by the browser's rule of one origin.
    if (!isOwn(context, secure)) return problem("foreign_origin");
    const query = liveQuerySchema.safeParse(context.req.query());
    if (!query.success) return malformedBy(query.error);
    const { after = 0, simulation = 0 } = query.data;
    const cursors = { event: Number(after), simulation: Number(simulation) };
    return parts.live(context.req.raw, cursors, current(context));
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
  app.onError(() => problem("failed", "this is a fault of StealthMesh"));
  return app as WebApp;
}
