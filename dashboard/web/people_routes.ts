/**
 * Logging in and out, and the sessions there are:
 *
 * | request | who | answer |
 * | --- | --- | --- |
 * | `POST /api/login` `{name,password,code}` | anybody | `{name,role}` and a cookie |
 * | `POST /api/v1/logout` | a session | `{ended}` |
 * | `GET /api/sessions` | a session | `{sessions}`: its account's, an owner all |
 * | `DELETE /api/sessions/{id}` | a session | `{ended}`: the same |
 *
 * @module
 */
import type { Context, Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { problem } from "../api/problem.ts";
import type { ActLog } from "./act_log.ts";
import type { LoginDesk } from "./login_desk.ts";
import { loginOrder } from "./own_orders.ts";
import { type Later, readBody, readJson } from "./request_body.ts";
import type { SessionTable, SessionView } from "./session_table.ts";
import { addressOf, cookieName, isOwn, networkOf } from "./visitor.ts";

/** A name, a password and a code are short. */
const loginBytesMax = 4_096;

/** What these routes stand on. */
export interface PeopleParts {
  /** Who is logged in. */
  readonly sessions: SessionTable;
  /** Judges passwords and codes. */
  readonly logins: LoginDesk;
  /** Where it is written down. */
  readonly acts: ActLog;
  /** Whether browsers reach us over TLS. */
  readonly secure: boolean;
  /** Timers. */
  readonly later: Later;
}

/** Serves `POST /api/login`, which needs no session. */
export function serveLogin(app: Hono, parts: PeopleParts): void {
  const { sessions, logins, acts, secure, later } = parts;
  app.post("/api/login", async (context) => {
    if (!isOwn(context, secure)) {
      return problem("foreign_origin", "the request comes from another site");
    }
    const body = await readBody(context.req.raw, later, loginBytesMax);
    if (typeof body === "string") {
      return problem(body, `at most ${loginBytesMax} bytes`);
    }
    const attempt = loginOrder.safeParse(readJson(body));
    if (!attempt.success) {
      return problem("malformed", "expected name, password and 6-digit code");
    }
    const address = addressOf(context);
    const outcome = await logins.login(attempt.data, networkOf(address));
    const { name } = attempt.data;
    if (outcome.type === "wait") {
      const seconds = Math.ceil(outcome.waitMs / 1_000);
      const response = problem("too_many", `try again in ${seconds} s`);
      response.headers.set("retry-after", String(seconds));
      return response;
    }
    if (outcome.type === "refused") {
      acts.refused("login_refused", undefined, { name, address });
      return problem("login_refused");
    }
    const { role, stamp } = outcome.account;
    const holder = { name, role, address };
    setSession(context, sessions.begin({ ...holder, stamp }), secure);
    acts.note("login", holder);
    return context.json({ name, role });
  });
}

/** Serves the routes for those who are logged in. */
export function servePeople(
  app: Hono,
  parts: PeopleParts,
  sessionOf: (context: Context) => SessionView,
): void {
  const { sessions, acts, secure } = parts;
  app.post("/api/v1/logout", (context) => {
    const own = sessionOf(context);
    sessions.end(own.id);
    deleteCookie(context, cookieName(secure), { path: "/", secure });
    acts.note("logout", own);
    return context.json({ ended: true });
  });
  app.get("/api/sessions", (context) => {
    const own = sessionOf(context);
    const seen = sessions.list().filter((each) => isTheirs(own, each));
    return context.json({
      sessions: seen.map(({ stamp: _stamp, ...each }) => ({
        ...each,
        own: each.id === own.id,
      })),
    });
  });
  app.delete("/api/sessions/:id", (context) => {
    const own = sessionOf(context);
    const id = context.req.param("id");
    const meant = sessions.list().find((each) => each.id === id);
    // Of a stranger's session nobody learns whether it is there.
    if (!meant || !isTheirs(own, meant)) return problem("not_found");
    sessions.end(id);
    acts.note("session_ended", own, {
      of: meant.name,
      since: new Date(meant.sinceMs).toISOString(),
    });
    return context.json({ ended: true });
  });
}

/** Gives the browser a session. */
export function setSession(
  context: Context,
  secret: string,
  secure: boolean,
): void {
  setCookie(context, cookieName(secure), secret, {
    httpOnly: true,
    sameSite: "Strict",
    secure,
    path: "/",
  });
}

function isTheirs(own: SessionView, each: SessionView): boolean {
  return own.role === "owner" || each.name === own.name;
}
