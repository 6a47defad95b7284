/**
 * The shapes of members, leases and health.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { cutOffSources, cutOffStates } from "./cut_off.ts";
import { nodeStates } from "./node_view.ts";
import {
  leaseViewSchema,
  pingAnswerSchema,
  profileName,
  refusalSchema,
} from "./schemas.ts";

/** One member as this host sees it. */
export const nodeSchema = z.object({
  node: z.string(),
  name: z.string(),
  addresses: z.array(z.string()),
  custodian: z.boolean(),
  observer: z.boolean(),
  generation: z.int(),
  keysSinceMs: z.number(),
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
  cutOff: z.array(z.object({
    by: z.enum(cutOffSources),
    who: z.string().optional(),
    sinceMs: z.number().optional(),
    untilMs: z.number(),
    state: z.enum(cutOffStates),
    refusal: refusalSchema.optional(),
  })),
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

/** A member that was asked. */
export const memberDetailSchema = z.object({
  node: z.string(),
  name: z.string(),
  ping: pingAnswerSchema.shape.outcome,
  word: z.object({
    atMs: z.number(),
    word: z.object({
      version: z.string(),
      mode: z.enum(["observe", "enforce", "observer"]),
      profile: z.string(),
      startedAtMs: z.number(),
      measures: z.int(),
      sensors: z.array(
        z.object({ name: z.string(), trouble: z.string().optional() }),
      ),
      findings: z.array(z.object({
        what: z.string(),
        verdict: z.enum(["ok", "limited", "missing", "unknown"]),
        detail: z.string(),
        nextStep: z.string(),
      })),
    }),
  }).optional(),
}).openapi("MemberDetail");

/** A member in a path: its name, or how its id begins. */
export const memberParamSchema = z.object({
  node: z.string().min(1).max(64).openapi({ example: "till-3" }),
});

/** What the links send. */
export const trafficSchema = z.object({
  profile: profileName,
  links: z.int(),
  sentBytes: z.number(),
  sinceMs: z.number(),
  profiles: z.array(
    z.object({ profile: profileName, bytesPerDay: z.number() }),
  ),
}).openapi("Traffic");

/** What was found about this host. */
export const findingsSchema = z.object({
  atMs: z.number(),
  findings: z.array(z.object({
    what: z.string(),
    verdict: z.enum(["ok", "limited", "missing", "unknown"]),
    detail: z.string(),
    works: z.string(),
    nextStep: z.string(),
  })),
}).openapi("Findings");

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
