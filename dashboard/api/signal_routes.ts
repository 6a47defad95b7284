/**
 * Routes about signals: what the operator says to the whole mesh. The least role
 * depends on what is said, so beside the table of routes (`web/route_rules.ts`)
 * the agent asks the role that a dashboard names; who asks without a dashboard
 * owns the agent's socket.
 *
 * @module
 */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { mayAct } from "../web/role.ts";
import type { AgentDesk } from "./agent_desk.ts";
import {
  answers,
  type Api,
  asks,
  bodyProblems,
  failed,
  notFound,
  plain,
  unchanged,
} from "./described.ts";
import { taggedByBody } from "./entity_tag.ts";
import { type Actor, actorHeader, readActor } from "./operator_act.ts";
import { problem, problemResponse } from "./problem.ts";
import {
  leastRole,
  leastRoleNow,
  type SignalAnswer,
  type SignalRefused,
  type SignalRequest,
} from "./signal_desk.ts";
import {
  cancelSignalSchema,
  signalAnswerSchema,
  signalOrderSchema,
  signalParamSchema,
  signalsSchema,
} from "./signal_schemas.ts";

const mayFail = {
  403: problemResponse("The role does not include it"),
  409: problemResponse("It cannot be said here; the detail says where"),
  429: problemResponse("Too many wrong passphrases; wait a while"),
};

const signals = createRoute({
  method: "get",
  path: "/v1/signals",
  summary: "The operator's signals that are believed",
  responses: {
    200: answers(signalsSchema, "The signals"),
    304: unchanged,
    500: failed,
  },
});
const give = createRoute({
  method: "post",
  path: "/v1/signals",
  summary: "Say something to the whole mesh, signed by the operator's key",
  request: asks(signalOrderSchema),
  responses: {
    200: answers(signalAnswerSchema, "What would be said"),
    201: answers(signalAnswerSchema, "It is said"),
    ...mayFail,
    ...bodyProblems,
  },
});
const cancel = createRoute({
  method: "post",
  path: "/v1/signals/{id}/cancel",
  summary: "End a signal before its time",
  request: { params: signalParamSchema, ...asks(cancelSignalSchema) },
  responses: {
    200: answers(signalAnswerSchema, "What would be said"),
    201: answers(signalAnswerSchema, "It is said"),
    404: notFound,
    ...mayFail,
    ...bodyProblems,
  },
});

/** Adds them. */
export function addSignalRoutes(app: Api, desk: AgentDesk): void {
  const tagged = taggedByBody();
  // What is posted to the same path has no tag.
  app.use(
    signals.path,
    (context, next) =>
      context.req.method === "GET" ? tagged(context, next) : next(),
  );
  app.openapi(
    signals,
    async (context) => context.json(plain(await desk.signals()), 200),
  );
  app.openapi(give, async (context) => {
    const { passphrase, dryRun, ...request } = context.req.valid("json");
    const scope = request.what === "never" ? request.scope : "mesh";
    const actor = actorOf(context);
    const { alertness } = await desk.signals();
    const needed = leastRoleNow(request.what, scope, alertness);
    if (actor && !mayAct(actor.role, needed)) return notAllowed(needed);
    const by = actor?.name ?? "";
    const call = { passphrase, dryRun, by };
    const answer = await desk.giveSignal(request as SignalRequest, call);
    return said(context, answer);
  });
  app.openapi(cancel, async (context) => {
    const { id } = context.req.valid("param");
    const { passphrase, dryRun } = context.req.valid("json");
    const actor = actorOf(context);
    const { signals } = await desk.signals();
    const target = signals.find((each) => each.id === id);
    if (!target?.active) {
      return problem("not_found", "no signal of this id is in force") as never;
    }
    const needed = leastRole(target.order.what, target.scope);
    if (actor && !mayAct(actor.role, needed)) return notAllowed(needed);
    const call = { passphrase, dryRun, by: actor?.name ?? "" };
    return said(context, await desk.cancelSignal(id, call));
  });
}

type Named = Omit<Actor, "role"> & {
  readonly role: Parameters<typeof mayAct>[0];
};

function actorOf(context: Context): Named | undefined {
  const actor = readActor(context.req.header(actorHeader) ?? "");
  // The header's form admits no other role.
  return actor as Named | undefined;
}

/** The library wants its own kind of response. */
function notAllowed(needed: string): never {
  return problem("not_allowed", `it takes the role ${needed}`) as never;
}

function said(
  context: Context,
  answer: SignalAnswer | SignalRefused,
): never {
  if (!("refused" in answer)) {
    return context.json(plain(answer), answer.dryRun ? 200 : 201) as never;
  }
  const { kind, refused, nextStep } = answer;
  const words = nextStep === "" ? refused : `${refused}; ${nextStep}`;
  return problem(kind, words) as never;
}
