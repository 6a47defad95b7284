/**
 * `GET /api/notifications` says how the receivers are doing, `POST
 * /api/notifications/test` sends each, or the `{target}` that is named, a test.
 *
 * @module
 */
import type { Context, Hono } from "hono";
import { z } from "zod";
import { problem } from "../api/problem.ts";
import type { ActLog } from "./act_log.ts";
import type { NotificationDesk } from "./notification_desk.ts";
import { type Later, readBody } from "./request_body.ts";
import type { SessionView } from "./session_table.ts";

const testBytesMax = 1_024;
const testSchema = z.object({ target: z.string().max(64).optional() }).strict();

/** What these routes stand on. */
export interface NotificationParts {
  /** Who sends. */
  readonly notifications: NotificationDesk;
  /** Where tests are written down. */
  readonly acts: ActLog;
  /** Timers. */
  readonly later: Later;
}

/** Serves the routes for those who are logged in. */
export function serveNotifications(
  app: Hono,
  { notifications, acts, later }: NotificationParts,
  sessionOf: (context: Context) => SessionView,
): void {
  app.get(
    "/api/notifications",
    (context) => context.json({ targets: notifications.views() }),
  );
  app.post("/api/notifications/test", async (context) => {
    const body = await readBody(context.req.raw, later, testBytesMax);
    if (typeof body === "string") return problem(body);
    const order = readOrder(body);
    if (!order) return problem("malformed", "expected {} or {target}");
    const results = await notifications.test(order.target);
    if (!results) return problem("too_many", "a test is underway");
    if (results.length === 0) {
      return problem("not_found", "there is no such receiver");
    }
    acts.note("notify_test", sessionOf(context), {
      sent: results.filter(({ outcome }) => outcome.type === "sent").length,
      of: results.length,
    });
    return context.json({ results });
  });
}

function readOrder(
  body: Uint8Array,
): { target?: string | undefined } | undefined {
  let value: unknown = {};
  try {
    if (body.length > 0) value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
  return testSchema.safeParse(value).data;
}
