/**
 * Who did something, for the journal. A dashboard names its user with each
 * order, in the header `x-stealthmesh-actor: NAME ROLE ADDRESS`; the agent
 * writes name, order and answer down as `act` of the stage `operator`, after
 * what the order itself caused. Things that are no orders (a login, a refusal)
 * come by `POST /v1/acts`.
 *
 * Believed because only the owner of the agent's socket can say it (mode 0600),
 * and a dashboard passes on neither the header nor that route.
 *
 * Bounds: `orderLengthMax` characters of an order are kept, and everything that
 * is not printable ASCII is spelled out, so that no line can look like two. A
 * passphrase in an order is never written down.
 *
 * @module
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { type Address, readAddress } from "../../defense/mod.ts";
import { problem, problemResponse } from "./problem.ts";
import { acceptedSchema } from "./schemas.ts";

/** Name of the header. */
export const actorHeader = "x-stealthmesh-actor";
/** Characters of an order that are written down. Our choice. */
const orderLengthMax = 512;
/** Details of what is no order. */
const detailsMax = 8;

/** A user of a dashboard. */
export interface Actor {
  /** Of an account, or `(link)`. */
  readonly name: string;
  /** `viewer`, `operator` or `owner`. */
  readonly role: string;
  /** IP address of the browser. */
  readonly address: string;
}

/** Something somebody did at a dashboard. */
export interface OperatorAct {
  /** Who; absent where nobody was logged in. */
  readonly actor?: Actor;
  /** `POST /v1/release`, `login`, … */
  readonly act: string;
  /** Whom it is about; empty for nobody. */
  readonly subject: Address | "";
  /** Printable ASCII throughout. */
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** What writes acts down. */
export interface ActKeeper {
  /** Never throws. */
  act(act: OperatorAct): void;
}

const actSchema = z.object({
  act: z.string().regex(/^[a-z][a-z_]{0,31}$/),
  detail: z.record(
    z.string().regex(/^[a-z][A-Za-z]{0,31}$/),
    z.union([z.string().max(orderLengthMax), z.number(), z.boolean()]),
  ).refine((detail) => Object.keys(detail).length <= detailsMax),
}).strict().openapi("Act");

/** The description of `POST /v1/acts`. */
export const actRoute = createRoute({
  method: "post",
  path: "/v1/acts",
  summary: "Write down what somebody did at a dashboard, where it is no order",
  request: {
    body: {
      required: true,
      content: { "application/json": { schema: actSchema } },
    },
  },
  responses: {
    202: {
      description: "Written down",
      content: { "application/json": { schema: acceptedSchema } },
    },
    400: problemResponse("The request is malformed"),
    413: problemResponse("The request is too large"),
    415: problemResponse("The request is not JSON"),
    500: problemResponse("The agent could not do it"),
  },
});

/** Serves `POST /v1/acts`. */
export function serveActs(app: OpenAPIHono, keeper: ActKeeper): void {
  app.openapi(actRoute, (context) => {
    const { act, detail } = context.req.valid("json");
    const actor = readActor(context.req.header(actorHeader) ?? "");
    keeper.act({
      ...(actor && { actor }),
      act,
      subject: "",
      detail: Object.fromEntries(
        Object.entries(detail).map(([name, value]) => [
          name,
          typeof value === "string" ? printable(value) : value,
        ]),
      ),
    });
    return context.json({ accepted: true as const }, 202);
  });
}

/** Writes down every order that names its user, with the answer. */
export function noteOrders(keeper: ActKeeper): MiddlewareHandler {
  return async (context, next) => {
    const named = context.req.header(actorHeader);
    const { method, path } = context.req;
    if (named === undefined) return await next();
    const actor = readActor(named);
    if (!actor) return problem("malformed", `${actorHeader}: no such form`);
    if (method === "GET" || method === "HEAD" || path === actRoute.path) {
      return await next();
    }
    const order = withoutPassphrase(await context.req.text());
    await next();
    keeper.act({
      actor,
      act: `${method} ${printable(path)}`,
      subject: subjectOf(order),
      detail: answerOf(context, order),
    });
    return;
  };
}

/** Spells an actor for the header. */
export function actorText({ name, role, address }: Actor): string {
  return `${name} ${role} ${address || "-"}`;
}

/** Reads what {@linkcode actorText} spells; `undefined` for anything else. */
export function readActor(text: string): Actor | undefined {
  const parts =
    /^(\(link\)|[a-z0-9][a-z0-9._-]{0,31}) (viewer|operator|owner) ([0-9a-f:.]{2,45}|-)$/
      .exec(text);
  if (!parts) return undefined;
  const [, name = "", role = "", address = ""] = parts;
  return { name, role, address: address === "-" ? "" : address };
}

/** Everything but printable ASCII spelled out, and not too long. */
export function printable(text: string): string {
  const spelled = text.slice(0, orderLengthMax).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return text.length > orderLengthMax ? `${spelled}...` : spelled;
}

function answerOf(context: Context, order: string): OperatorAct["detail"] {
  const { status } = context.res;
  return { ...(order !== "" && { order: printable(order) }), status };
}

/** An order as it may be written down. */
function withoutPassphrase(order: string): string {
  if (!order.includes("passphrase") && !order.includes("\\u")) return order;
  try {
    return JSON.stringify(
      JSON.parse(
        order,
        (key, value) => key === "passphrase" ? "(not shown)" : value,
      ),
    );
  } catch {
    // What it holds cannot be told apart.
    return "(not shown: no JSON)";
  }
}

function subjectOf(order: string): Address | "" {
  try {
    const { address } = JSON.parse(order) as { address?: unknown };
    return typeof address === "string" ? readAddress(address) ?? "" : "";
  } catch {
    return "";
  }
}
