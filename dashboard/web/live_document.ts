/**
 * The description of `/live`, a WebSocket, for the OpenAPI document: what a
 * client may say where it was, and every message that it may hear.
 *
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { documentOf, malformed } from "../api/described.ts";
import type { ApiDocument } from "../api/docs_page.ts";
import { nodeStates } from "../api/node_view.ts";
import { problemResponse } from "../api/problem.ts";
import { eventSchema } from "../api/schemas.ts";
import {
  simulationLineSchema,
  simulationRunSchema,
} from "../api/simulation_schemas.ts";
import { tooMany } from "../api/stream_route.ts";
import { liveKinds } from "./live_kind.ts";

const seq = z.int().min(0);
const node = z.string().regex(/^[0-9a-f]{64}$/);

/** One message of the server; clients say nothing. */
export const liveMessageSchema = z.discriminatedUnion("type", [
  eventSchema.extend({ type: z.literal("event"), kind: z.enum(liveKinds) }),
  z.strictObject({ type: z.literal("agent"), reachable: z.boolean() })
    .openapi({ description: "Whether the agent of the host answers" }),
  z.strictObject({ type: z.literal("gap"), from: seq, to: seq })
    .openapi({ description: "Events that are read from `/v1/events` instead" }),
  z.strictObject({
    type: z.literal("node"),
    node,
    name: z.string(),
    state: z.enum(nodeStates),
    muted: z.boolean(),
    cutOff: z.boolean(),
  }).openapi({ description: "A member is in another state than before" }),
  z.strictObject({
    type: z.literal("link"),
    node,
    name: z.string(),
    up: z.boolean(),
  }).openapi({ description: "A link of this host opened or closed" }),
  z.strictObject({ type: z.literal("node_gap") })
    .openapi({ description: "Read `/v1/nodes` again" }),
  z.strictObject({
    type: z.literal("simulation"),
    seq,
    run: simulationRunSchema,
    lines: z.array(simulationLineSchema),
  }),
  z.strictObject({ type: z.literal("simulation_gap") })
    .openapi({ description: "Read `/v1/simulations` again" }),
]).openapi("LiveMessage");

/** A cursor as text; a client that has none says nothing, or 0. */
const cursorSchema = z.string().regex(/^\d{1,15}$/).optional();

/** Where a client was, in the query of its handshake. */
export const liveQuerySchema = z.object({
  after: cursorSchema.openapi({ description: "`seq` of the last event" }),
  simulation: cursorSchema.openapi({
    description: "`seq` of the last news of a simulation",
  }),
});

const route = createRoute({
  method: "get",
  path: "/live",
  // It is no part of what lies below `/api`.
  servers: [{ url: "/" }],
  summary: "What happens, as it happens: a WebSocket, one JSON value a message",
  request: { query: liveQuerySchema },
  responses: {
    101: {
      description: "Each message; who comes back with its cursors misses none",
      content: { "application/json": { schema: liveMessageSchema } },
    },
    400: malformed,
    401: problemResponse("Nobody is logged in"),
    403: problemResponse("The request comes from somewhere else"),
    426: problemResponse("The request asks for no WebSocket"),
    503: tooMany,
  },
});

/** The description of this route. */
export function liveDocument(): ApiDocument {
  return documentOf("StealthMesh live", [route]);
}
