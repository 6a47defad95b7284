/**
 * Routes about drills on the live mesh.
 *
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { AgentDesk } from "./agent_desk.ts";
import {
  answers,
  type Api,
  asks,
  bodyProblems,
  failed,
  malformed,
  notFound,
  plain,
  unchanged,
} from "./described.ts";
import { taggedByBody } from "./entity_tag.ts";
import { problem, problemResponse } from "./problem.ts";
import { addressSchema } from "./schemas.ts";

const drillIdSchema = z.string().regex(/^[0-9a-f]{16}$/)
  .openapi({ example: "0123456789abcdef" });
const orderSchema = z.strictObject({
  address: addressSchema.optional().openapi({
    type: "string",
    description:
      "Of RFC 5737 or RFC 3849, which are nobody's; drawn from them if absent",
    example: "192.0.2.77",
  }),
}).openapi("DrillOrder");
const begunSchema = z.object({ id: drillIdSchema, subject: z.string() })
  .openapi("DrillBegun");
const afterMs = z.number().optional()
  .openapi({ description: "Milliseconds since the telling" });
const drillShape = {
  id: drillIdSchema,
  subject: z.string(),
  toldMs: z.number().openapi({ description: "Wall clock milliseconds" }),
  running: z.boolean(),
  of: z.int(),
  heard: z.int(),
  halfMs: afterMs,
  mostMs: afterMs,
  lastMs: afterMs,
};
const drillsSchema = z.object({ drills: z.array(z.object(drillShape)) })
  .openapi("Drills");
const drillSchema = z.object({
  ...drillShape,
  members: z.array(z.object({
    node: z.string(),
    name: z.string(),
    heardAfterMs: afterMs,
    answeredAfterMs: afterMs,
    hops: z.int().optional(),
    would: z.string().optional(),
    needed: z.int().optional(),
    mode: z.string().optional(),
    protected: z.boolean().optional(),
    state: z.string().optional(),
  })),
}).openapi("Drill");

const list = createRoute({
  method: "get",
  path: "/v1/drills",
  summary: "Drills that this host held, newest first",
  responses: {
    200: answers(drillsSchema, "The drills"),
    304: unchanged,
    500: failed,
  },
});
const begin = createRoute({
  method: "post",
  path: "/v1/drills",
  summary: "Hold a drill: a marked word to all members, on which nobody acts",
  request: asks(orderSchema),
  responses: {
    201: answers(begunSchema, "The word is on its way"),
    409: problemResponse("There can be none now; the detail says why"),
    ...bodyProblems,
  },
});
const one = createRoute({
  method: "get",
  path: "/v1/drills/{id}",
  summary: "Who heard a drill, when, and what each would have done",
  request: { params: z.object({ id: drillIdSchema }) },
  responses: {
    200: answers(drillSchema, "The drill"),
    304: unchanged,
    400: malformed,
    404: notFound,
    500: failed,
  },
});

/** Adds them. */
export function addDrillRoutes(app: Api, desk: AgentDesk): void {
  for (const path of [list.path, "/v1/drills/:id"]) {
    app.use(path, taggedByBody());
  }
  app.openapi(list, async (context) => {
    const drills = await desk.drills();
    return context.json(plain({ drills }), 200);
  });
  app.openapi(begin, async (context) => {
    const begun = await desk.beginDrill(context.req.valid("json").address);
    return "refused" in begun
      ? problem("no_drill", begun.refused) as never
      : context.json(begun, 201);
  });
  app.openapi(one, async (context) => {
    const drill = await desk.drill(context.req.valid("param").id);
    return drill
      ? context.json(plain(drill), 200)
      : problem("not_found", "this host's record knows no such drill") as never;
  });
}
