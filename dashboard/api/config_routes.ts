/**
 * Routes about the configuration: what is in force, a file before it is, and
 * changes while the agent runs.
 *
 * @module
 */
import { createRoute } from "@hono/zod-openapi";
import type { AgentDesk } from "./agent_desk.ts";
import {
  configAnswerSchema,
  configOrderSchema,
  configSchema,
  configTextSchema,
  configVerdictSchema,
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
  app.openapi(
    config,
    (context) => context.json(plain({ settings: desk.settings() }), 200),
  );
  app.openapi(changeConfig, async (context) => {
    const order = context.req.valid("json");
    const actor = readActor(context.req.header(actorHeader) ?? "");
    const by = actor ? `${actor.name} (${actor.role})` : commandLine;
    const answer = await desk.changeConfig(order, by);
    if ("refused" in answer) {
      const words = `${answer.refused}; ${answer.nextStep}`;
      return problem("refused", words) as never;
    }
    if (order.dryRun || answer.faults.length === 0) {
      return context.json(plain(answer), 200);
    }
    const why = answer.faults.map(({ name, reason }) => `${name}: ${reason}`);
    return problem("refused", why.join("; ")) as never;
  });
  app.openapi(checkConfig, (context) => {
    const { yaml } = context.req.valid("json");
    return context.json(plain(desk.checkConfig(yaml)), 200);
  });
}
