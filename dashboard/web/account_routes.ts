/**
 * Who may log in, for an owner:
 *
 * | request | answer |
 * | --- | --- |
 * | `GET /api/people` | `{people}` |
 * | `POST /api/people` `{name,role,password}` | 201 and the secret for the phone |
 * | `POST /api/people/{name}/reset` `{role,password}` | the same; sessions end |
 * | `DELETE /api/people/{name}` | `{removed}`; sessions end |
 *
 * The last owner can neither be removed nor become less here, or nobody could
 * undo it; on the host itself `stealthmesh dashboard users` can.
 *
 * @module
 */
import type { Context, Hono } from "hono";
import type { z } from "zod";
import { problem } from "../api/problem.ts";
import type { AccountDesk } from "./account_desk.ts";
import type { ActLog } from "./act_log.ts";
import { personOrder, resetOrder } from "./own_orders.ts";
import { type Later, readBody, readJson } from "./request_body.ts";
import type { SessionView } from "./session_table.ts";

const orderBytesMax = 4_096;

/** What these routes stand on. */
export interface AccountParts {
  /** Who may log in. */
  readonly accounts: AccountDesk;
  /** Where it is written down. */
  readonly acts: ActLog;
  /** Timers. */
  readonly later: Later;
}

/** Serves the routes for those who are logged in. */
export function serveAccounts(
  app: Hono,
  { accounts, acts, later }: AccountParts,
  sessionOf: (context: Context) => SessionView,
): void {
  /** A password costs half a second of a core; owners wait for each other. */
  let underway = false;
  const alone = async (
    work: () => Response | Promise<Response>,
  ): Promise<Response> => {
    if (underway) return problem("too_many", "somebody is being let in");
    underway = true;
    try {
      return await work();
    } finally {
      underway = false;
    }
  };
  const owners = () =>
    accounts.list().filter(({ role }) => role === "owner")
      .map(({ name }) => name);
  const isLastOwner = (name: string) => {
    const all = owners();
    return all.length === 1 && all[0] === name;
  };

  app.get(
    "/api/people",
    (context) => context.json({ people: accounts.list() }),
  );
  app.post("/api/people", (context) =>
    alone(async () => {
      const order = await orderIn(context, personOrder, later);
      if (order instanceof Response) return order;
      const added = await accounts.add(order);
      if (added === "taken") return problem("refused", "the name is taken");
      if (added === "full") return problem("refused", "too many accounts");
      const { name, role } = order;
      acts.note("person_added", sessionOf(context), { name, role });
      return context.json(added, 201);
    }));
  app.post("/api/people/:name/reset", (context) =>
    alone(async () => {
      const order = await orderIn(context, resetOrder, later);
      if (order instanceof Response) return order;
      const name = context.req.param("name");
      const { role } = order;
      if (role !== "owner" && isLastOwner(name)) {
        return problem("refused", "the last owner must stay one");
      }
      const secret = await accounts.reset({ ...order, name });
      if (!secret) return problem("not_found", "nobody has this name");
      acts.note("person_reset", sessionOf(context), { name, role });
      return context.json(secret);
    }));
  app.delete("/api/people/:name", (context) =>
    alone(() => {
      const name = context.req.param("name");
      if (isLastOwner(name)) {
        return problem("refused", "the last owner must stay");
      }
      if (!accounts.remove(name)) {
        return problem("not_found", "nobody has this name");
      }
      acts.note("person_removed", sessionOf(context), { name });
      return context.json({ removed: name });
    }));
}

async function orderIn<T>(
  context: Context,
  schema: z.ZodType<T>,
  later: Later,
): Promise<T | Response> {
  const body = await readBody(context.req.raw, later, orderBytesMax);
  if (typeof body === "string") {
    return problem(body, `at most ${orderBytesMax} bytes`);
  }
  const order = schema.safeParse(readJson(body));
  if (order.success) return order.data;
  return problem("malformed", order.error.issues[0]?.message);
}
