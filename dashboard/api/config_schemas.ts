/**
 * The shapes of the configuration and of changes to it; see `config_desk.ts`.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { measures, serviceProtocols } from "../../defense/mod.ts";
import { rolloutStates } from "./config_desk.ts";
import { orderedChangesSchema } from "./signal_view_schema.ts";

/** Parts of one order. Our choice: a page of the never-block list. */
const changesMax = 256;

const changeMark = z.object({ by: z.string(), atMs: z.number() });

/** One value of the configuration. */
export const settingSchema = z.object({
  name: z.string(),
  value: z.unknown(),
  origin: z.string(),
  change: z.enum(["value", "list", "profile", "fixed", "restart"]),
  changed: changeMark.optional(),
  items: z.array(z.object({
    value: z.string(),
    origin: z.string(),
    changed: changeMark.optional(),
    removable: z.boolean(),
  })).optional(),
}).openapi("Setting");

const trialSchema = z.object({
  names: z.array(z.string()),
  by: z.string(),
  untilMs: z.number(),
}).openapi("SettingTrial");

/** The configuration in force. */
export const configSchema = z.object({
  settings: z.array(settingSchema),
  trial: trialSchema.optional(),
}).openapi("Config");

/** Body of `POST /v1/config`. */
export const configOrderSchema = z.strictObject({
  changes: z.array(z.strictObject({
    name: z.string().min(1).max(64),
    action: z.enum(["set", "unset", "add", "remove"]),
    value: z.union([z.string().max(256), z.number()]).optional(),
  })).min(1).max(changesMax),
  dryRun: z.boolean().default(false),
  trialMs: z.int().min(60_000).max(86_400_000).optional(),
}).openapi("ConfigOrder");

/** Body of `POST /v1/config/trial`. */
export const trialEndSchema = z.strictObject({
  end: z.enum(["keep", "revert"]),
}).openapi("TrialEnd");

/** What became of it. */
export const trialEndedSchema = z.object({
  ended: z.enum(["keep", "revert"]),
  names: z.array(z.string()),
}).openapi("TrialEnded");

const lease = z.object({
  subject: z.string(),
  measure: z.enum(measures),
  service: z.object({
    protocol: z.enum(serviceProtocols),
    port: z.int(),
  }).optional(),
  untilMs: z.number(),
});

/** What came of it, or would. */
export const configAnswerSchema = z.object({
  done: z.boolean(),
  changes: z.int(),
  faults: z.array(z.object({
    index: z.int(),
    name: z.string(),
    reason: z.string(),
  })),
  begins: z.array(lease),
  ends: z.array(lease),
  notes: z.array(z.enum([
    "listed_here_only",
    "scenario_begins_anew",
    "host_measures_end",
    "journal_shortens",
  ])),
  ruleset: z.string().optional(),
  settings: z.array(settingSchema),
  trial: trialSchema.optional(),
}).openapi("ConfigAnswer");

/** The last settings ordered for several machines. */
export const rolloutSchema = z.object({
  rollout: z.object({
    id: z.string(),
    by: z.string(),
    changes: orderedChangesSchema,
    kept: z.boolean(),
    active: z.boolean(),
    issuedMs: z.number(),
    untilMs: z.number(),
    all: z.boolean(),
    machines: z.array(z.object({
      node: z.string(),
      name: z.string(),
      state: z.enum(rolloutStates),
      why: z.string(),
      heardMs: z.number().optional(),
    })),
  }).optional(),
}).openapi("Rollout");

/** Body of `POST /v1/config/validate`: a file of at most 256 KiB. */
export const configTextSchema = z.strictObject({
  yaml: z.string().max(262_144),
}).openapi("ConfigText");

/** What is wrong with it. */
export const configVerdictSchema = z.object({
  valid: z.boolean(),
  faults: z.array(z.string()),
}).openapi("ConfigVerdict");
