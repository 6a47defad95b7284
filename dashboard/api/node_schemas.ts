/**
 * The shapes of members, leases and health.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { nodeStates } from "./node_view.ts";
import { leaseViewSchema } from "./schemas.ts";

/** One member as this host sees it. */
export const nodeSchema = z.object({
  node: z.string(),
  name: z.string(),
  addresses: z.array(z.string()),
  custodian: z.boolean(),
  generation: z.int(),
  membershipUntilMs: z.number(),
  state: z.enum(nodeStates),
  stateForMs: z.number().optional(),
  heartbeatAgoMs: z.number().optional(),
  link: z.object({
    dialled: z.boolean(),
    silentMs: z.number(),
    upMs: z.number(),
    periodMs: z.number(),
    peerPeriodMs: z.number(),
  }).optional(),
  muted: z.object({
    sinceMs: z.number(),
    reason: z.enum(["same_number", "forked"]),
  }).optional(),
  quarantinedUntilMs: z.number().optional(),
  host: z.object({
    version: z.string(),
    profile: z.string(),
    mode: z.string(),
    startedAtMs: z.number(),
    sensors: z.array(
      z.object({ name: z.string(), trouble: z.string().optional() }),
    ),
    measures: z.int(),
    shortcomings: z.int(),
  }).optional(),
}).openapi("Node");

/** Every member. */
export const nodesSchema = z.object({ nodes: z.array(nodeSchema) })
  .openapi("Nodes");

/** Every measure. */
export const leasesSchema = z.object({
  leases: z.array(leaseViewSchema),
  host: z.array(z.object({
    target: z.looseObject({ kind: z.string() }),
    name: z.string(),
    untilMs: z.number(),
  })),
}).openapi("Leases");

const healthState = z.enum(["ok", "degraded", "failing"]);

/** Whether the agent does its work. */
export const healthSchema = z.object({
  state: healthState,
  checks: z.array(z.object({
    name: z.enum(["journal", "sensors", "containment", "mesh"]),
    state: healthState,
    detail: z.string(),
  })),
}).openapi("Health");
