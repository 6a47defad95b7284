/**
 * Who is told of alerts, for an owner:
 *
 * | request | answer |
 * | --- | --- |
 * | `GET /api/notifications` | `{targets}`: how the receivers are doing |
 * | `POST /api/notifications` `{name,url}` | 201 and a webhook's secret, once |
 * | `POST /api/notifications/test` `{target?}` | `{results}` of a test to one, or all |
 * | `DELETE /api/notifications/{name}` | `{removed}` |
 *
 * @module
 */
import type { Context, Hono } from "hono";
import { problem } from "../api/problem.ts";
import type { ActLog } from "./act_log.ts";
import type { NotificationDesk } from "./notification_desk.ts";
import { receiverOrder, testOrder } from "./own_orders.ts";
import { type Later, readBody, readJson } from "./request_body.ts";
import type { SessionView } from "./session_table.ts";

const testBytesMax = 1_024;
const orderBytesMax = 4_096;

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
  app.post("/api/notifications", async (context) => {
    const body = await readBody(context.req.raw, later, orderBytesMax);
    if (typeof body === "string") {
      return problem(body, `at most ${orderBytesMax} bytes`);
    }
    const order = receiverOrder.safeParse(readJson(body));
    if (!order.success) {
      return problem("malformed", order.error.issues[0]?.message);
    }
    const { name, url } = order.data;
    let added: ReturnType<NotificationDesk["add"]>;
    try {
      added = notifications.add(name, url);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return problem("malformed", error.message);
    }
    if (added === "taken") return problem("refused", "the name is taken");
    if (added === "full") return problem("refused", "too many receivers");
    // The address of a webhook is a secret.
    acts.note("notify_added", sessionOf(context), { name });
    return context.json(added, 201);
  });
  app.delete("/api/notifications/:name", (context) => {
    const name = context.req.param("name");
    if (!notifications.remove(name)) {
      return problem("not_found", "there is no such receiver");
    }
    acts.note("notify_removed", sessionOf(context), { name });
    return context.json({ removed: name });
  });
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
  return testOrder.safeParse(value).data;
}
