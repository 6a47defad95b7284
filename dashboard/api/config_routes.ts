/**
 * Routes about the configuration: what is in force, a file before it is, and
 * changes while the agent runs.
 *
 * @module
 */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AgentDesk } from "./agent_desk.ts";
import {
  configAnswerSchema,
  configOrderSchema,
  configSchema,
  configTextSchema,
  configVerdictSchema,
  rolloutSchema,
  trialEndedSchema,
  trialEndSchema,
} from "./config_schemas.ts";
import {
  answers,
  type Api,
  asks,
  bodyProblems,
  failed,
  plain,
  unchanged,
} from "./described.ts";
import { taggedByBody } from "./entity_tag.ts";
import { actorHeader, readActor } from "./operator_act.ts";
import type { HostOnly } from "./operator_desk.ts";
import { problem, problemResponse } from "./problem.ts";

/** Who asks without saying so has the agent's socket. */
const commandLine = "the command line";

const config = createRoute({
  method: "get",
  path: "/v1/config",
  summary: "The configuration in force, and where each value comes from",
  responses: {
    200: answers(configSchema, "The configuration"),
    304: unchanged,
    500: failed,
  },
});
const changeConfig = createRoute({
  method: "post",
  path: "/v1/config",
  summary: "Change what may be changed while the agent runs: all of it or none",
  request: asks(configOrderSchema),
  responses: {
    200: answers(
      configAnswerSchema,
      "What came of it; of a dry run what would, with what is wrong",
    ),
    409: problemResponse("It cannot be done; the detail says why"),
    ...bodyProblems,
  },
});
const endTrial = createRoute({
  method: "post",
  path: "/v1/config/trial",
  summary: "Keep what is on trial, or take it back",
  request: asks(trialEndSchema),
  responses: {
    200: answers(trialEndedSchema, "What became of it"),
    409: problemResponse("There is none, or it cannot be done"),
    ...bodyProblems,
  },
});
const rollout = createRoute({
  method: "get",
  path: "/v1/config/rollout",
  summary:
    "The last settings that a signal ordered for several machines, by machine; asks them over the mesh",
  responses: {
    200: answers(rolloutSchema, "What became of them; empty if there are none"),
    304: unchanged,
    500: failed,
  },
});
const checkConfig = createRoute({
  method: "post",
  path: "/v1/config/validate",
  summary: "Check the text of a configuration file; changes nothing",
  request: asks(configTextSchema),
  responses: {
    200: answers(configVerdictSchema, "What is wrong with it"),
    ...bodyProblems,
  },
});

/** Adds them. */
export function addConfigRoutes(app: Api, desk: AgentDesk): void {
  app.get(config.path, taggedByBody());
  app.get(rollout.path, taggedByBody());
  app.openapi(
    config,
    (context) => {
      const trial = desk.trial();
      const settings = desk.settings();
      return context.json(plain({ settings, ...(trial && { trial }) }), 200);
    },
  );
  app.openapi(changeConfig, async (context) => {
    const order = context.req.valid("json");
    const answer = await desk.changeConfig(order, whoAsks(context));
    if ("refused" in answer) return refusal(answer);
    if (order.dryRun || answer.faults.length === 0) {
      return context.json(plain(answer), 200);
    }
    const why = answer.faults.map(({ name, reason }) => `${name}: ${reason}`);
    return problem("refused", why.join("; ")) as never;
  });
  app.openapi(endTrial, async (context) => {
    const { end } = context.req.valid("json");
    const answer = await desk.endTrial(end, whoAsks(context));
    return "refused" in answer
      ? refusal(answer)
      : context.json(plain(answer), 200);
  });
  app.openapi(rollout, async (context) => {
    const view = await desk.rollout();
    return context.json(plain({ ...(view && { rollout: view }) }), 200);
  });
  app.openapi(checkConfig, (context) => {
    const { yaml } = context.req.valid("json");
    return context.json(plain(desk.checkConfig(yaml)), 200);
  });
}

function whoAsks({ req }: Context): string {
  const actor = readActor(req.header(actorHeader) ?? "");
  return actor ? `${actor.name} (${actor.role})` : commandLine;
}

/** The library wants its own kind of response. */
function refusal({ refused, nextStep }: HostOnly): never {
  return problem("refused", `${refused}; ${nextStep}`) as never;
}
