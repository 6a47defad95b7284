/**
 * The shapes of what an operator does besides measures; see `operator_desk.ts`.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { inviteMsMax, nameBytesMax, validMsMax } from "../../mesh/mod.ts";

/** Body of `POST /v1/invites`. */
export const inviteOrderSchema = z.strictObject({
  forMs: z.int().min(60_000).max(inviteMsMax).default(3_600_000),
  custodian: z.boolean().default(false),
  observer: z.boolean().default(false),
  validMs: z.int().min(3_600_000).max(validMsMax).optional(),
}).openapi("InviteOrder");

const invite = z.object({ id: z.string(), expiresAtMs: z.number() });

/** Open invites. */
export const invitesSchema = z.object({ invites: z.array(invite) })
  .openapi("Invites");

/** An invite as it was made. */
export const inviteAnswerSchema = invite.extend({
  invite: z.string(),
  qr: z.string(),
}).openapi("InviteAnswer");

/** Id of an invite in a path. */
export const inviteParamSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/)
    .openapi({ example: "ab".repeat(32) }),
});

/** Whether there was something to cancel. */
export const cancelledSchema = z.object({ cancelled: z.literal(true) })
  .openapi("Cancelled");

/** Body of `POST /v1/members`. */
export const memberOrderSchema = z.strictObject({
  node: z.string().min(1).max(64),
  what: z.enum(["revoke", "promote", "retire"]),
  dryRun: z.boolean().default(false),
}).openapi("MemberOrder");

/** Body of `POST /v1/members/rename`. */
export const renameOrderSchema = z.strictObject({
  node: z.string().min(1).max(64),
  name: z.string().min(1).max(nameBytesMax),
}).openapi("RenameOrder");

/** What came of it. */
export const memberAnswerSchema = z.object({
  node: z.string(),
  name: z.string(),
  by: z.enum(["operator", "vote"]),
  holds: z.boolean(),
  votes: z.int().optional(),
  needed: z.int().optional(),
  dryRun: z.boolean(),
}).openapi("MemberAnswer");

/** The keys of this host. */
export const keysSchema = z.object({
  generation: z.int(),
  sinceMs: z.number(),
  nextRotationMs: z.number(),
  membershipUntilMs: z.number(),
  certificateUntilMs: z.number().optional(),
  operatorKey: z.enum(["absent", "open", "sealed"]),
}).openapi("Keys");

/** Keys that were replaced. */
export const rotationSchema = keysSchema.pick({
  generation: true,
  sinceMs: true,
  nextRotationMs: true,
}).openapi("Rotation");

/** One scenario. */
export const scenarioSchema = z.object({
  name: z.string(),
  title: z.string(),
  technique: z.string(),
  builtIn: z.boolean(),
  off: z.boolean(),
  text: z.string(),
}).openapi("Scenario");

/** All scenarios, without their text. */
export const scenariosSchema = z.object({
  scenarios: z.array(scenarioSchema.omit({ text: true })),
}).openapi("Scenarios");

/** Name of a scenario in a path. */
export const scenarioParamSchema = z.object({
  name: z.string().regex(/^[a-z0-9-]{1,64}$/)
    .openapi({ example: "port-scan" }),
});

/** Body of `POST /v1/scenarios/try`: at most 256 KiB of a log. */
export const trialOrderSchema = z.strictObject({
  log: z.string().max(262_144),
}).openapi("TrialOrder");

/** What it set off. */
export const trialSchema = z.object({
  lines: z.int(),
  unparsed: z.array(z.int()),
  alerts: z.array(z.object({
    line: z.int(),
    scenario: z.string(),
    technique: z.string(),
    subject: z.string(),
    evidence: z.string(),
    summary: z.string(),
  })),
}).openapi("Trial");
