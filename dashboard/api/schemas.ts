/**
 * The shapes of the local API: requests are checked against them, and the
 * OpenAPI document is written from them.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { settingSchema } from "./config_schemas.ts";
import {
  type Address,
  journalStages,
  leaseMsMax,
  measures,
  readAddress,
  serviceProtocols,
} from "../../defense/mod.ts";
import { farProfileNames } from "../../mesh/mod.ts";
import { alertnessSchema, signalSchema } from "./signal_view_schema.ts";

/** An address in any spelling; becomes the canonical one. */
export const addressSchema = z.string().max(64).transform(
  (text, context): Address => {
    const address = readAddress(text);
    if (address !== undefined) return address;
    context.addIssue({
      code: "custom",
      message: "expected an IPv4 or IPv6 address",
    });
    return z.NEVER;
  },
).openapi({ type: "string", example: "192.0.2.7" });

const seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
  .openapi({ type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** As far as a `Date` reaches (ECMA-262). */
const wallMsMax = 8.64e15;
const wallMs = z.coerce.number().min(0).max(wallMsMax)
  .openapi({ type: "number", minimum: 0, maximum: wallMsMax });

/** SQLite's LIKE ends at a NUL, so it would find everything. */
const soughtText = z.string().regex(/^[^\0]{1,256}$/);

/** Query of a page of alerts. */
export const alertQuerySchema = z.object({
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
    .optional()
    .openapi({ description: "`next` of the page before", example: 17 }),
  limit: z.coerce.number().int().min(1).max(500).default(50)
    .openapi({ description: "Alerts on one page", example: 50 }),
  subject: addressSchema.optional(),
  technique: z.string().min(1).max(16).optional()
    .openapi({ description: "MITRE ATT&CK technique", example: "T1046" }),
  scenario: z.string().min(1).max(64).optional()
    .openapi({ description: "Name of the scenario", example: "port-scan" }),
  evidence: z.enum(["E0", "E1", "E2"]).optional()
    .openapi({ description: "How far the evidence reaches" }),
  state: z.enum(["contained", "free"]).optional().openapi({
    description: "Whether a measure against its subject is in force now",
  }),
  node: z.string().max(64).optional()
    .openapi({ description: "Id of who saw it; empty: this node" }),
  sinceMs: wallMs.optional().openapi({
    description: "Wall clock milliseconds of the journal here, inclusive",
  }),
  untilMs: wallMs.optional().openapi({
    description: "Wall clock milliseconds of the journal here, exclusive",
  }),
  text: soughtText.optional()
    .openapi({
      description: "Stands in the detail; rare words: follow `next`",
    }),
});

/** Query of a page of events. */
export const eventQuerySchema = z.object({
  before: seq.optional()
    .openapi({ description: "`next` of the page before", example: 17 }),
  after: seq.optional()
    .openapi({ description: "Only events with higher numbers", example: 17 }),
  limit: z.coerce.number().int().min(1).max(1_000).default(100)
    .openapi({ description: "Events on one page", example: 100 }),
  stage: z.enum(journalStages).optional()
    .openapi({ description: "Where in the chain of events", example: "seen" }),
  what: z.string().max(64).optional()
    .openapi({ description: "Name of what happened", example: "alert" }),
  subject: addressSchema.optional(),
  node: z.string().max(64).optional()
    .openapi({ description: "Id of who said it; empty: this node" }),
  sinceMs: wallMs.optional()
    .openapi({ description: "Wall clock milliseconds, inclusive" }),
  untilMs: wallMs.optional()
    .openapi({ description: "Wall clock milliseconds, exclusive" }),
  text: soughtText.optional()
    .openapi({ description: "Stands in the name or the detail" }),
});

/** Query of the stream of events. */
export const eventStreamQuerySchema = z.object({
  after: seq.optional().openapi({
    description: "Number of the last event that the client knows",
    example: 17,
  }),
});

/** A port of a protocol. */
const serviceSchema = z.strictObject({
  protocol: z.enum(serviceProtocols),
  port: z.int().min(1).max(65_535),
}).openapi("Service");

/** Body of `POST /v1/contain`. */
export const containSchema = z.strictObject({
  address: addressSchema,
  measure: z.enum(measures).default("block"),
  service: serviceSchema.optional(),
  forMs: z.int().min(1_000).max(leaseMsMax),
  dryRun: z.boolean().default(false),
  rehearse: z.boolean().default(false),
  to: z.string().min(1).max(64).optional(),
}).openapi("Contain");

/** What an operator wants done on the agent's own host. */
const hostRequestSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("freeze"), pid: z.int().positive() }),
  z.strictObject({ kind: z.literal("isolate"), pid: z.int().positive() }),
  z.strictObject({
    kind: z.literal("interface"),
    device: z.string().min(1).max(15),
    bitsPerSecond: z.int().positive(),
  }),
  z.strictObject({
    kind: z.literal("quarantine"),
    member: z.string().min(1).max(64).optional(),
  }),
]).openapi("HostRequest");

/** Body of `POST /v1/host/contain`. */
export const containHostSchema = z.strictObject({
  request: hostRequestSchema,
  forMs: z.int().min(1_000).max(leaseMsMax),
  callerPid: z.int().positive().optional(),
  dryRun: z.boolean().default(false),
}).openapi("ContainHost");

/** Body of `POST /v1/host/release`. */
export const releaseHostSchema = z.strictObject({ request: hostRequestSchema })
  .openapi("ReleaseHost");

/** What came of an order about the agent's own host. */
export const hostAnswerSchema = z.object({
  outcome: z.looseObject({ applied: z.boolean() }),
}).openapi("HostAnswer");

/** Body of `POST /v1/release`. */
export const releaseSchema = z.union([
  z.strictObject({
    address: addressSchema,
    here: z.boolean().default(false).openapi({
      description:
        "On this host alone: not signed, even where the operator's key is",
    }),
  }),
  z.strictObject({ all: z.literal(true) }),
]).openapi("Release");

/** Names of the paces. */
export const profileName = z.enum(["lan", "wan", "metered", "open"]);

/** Body of `POST /v1/profile`. */
export const useProfileSchema = z.strictObject({
  profile: z.enum([...profileName.options, "configured"]),
  force: z.boolean().default(false),
  dryRun: z.boolean().default(false),
}).openapi("UseProfile");

/** Pace of the links: which, since when, until when. */
export const profileSchema = z.object({
  inForce: profileName,
  sinceMs: z.number(),
  chosenBy: z.enum(["operator", "calendar", "configuration"]),
  configured: profileName,
  next: z.object({ atMs: z.number(), profile: profileName }).optional(),
  notBeforeMs: z.number().optional(),
  timeZone: z.string().optional(),
  far: z.enum(farProfileNames).optional(),
}).openapi("Profile");

const profileOutcome = z.object({
  from: profileName,
  to: profileName,
  bits: z.number(),
  dryRun: z.boolean(),
  profile: profileSchema,
});

/** What came of an order to change the profile. */
export const profileAnswerSchema = z.discriminatedUnion("type", [
  profileOutcome.extend({ type: z.literal("unchanged") }),
  profileOutcome.extend({ type: z.literal("allowed"), forced: z.boolean() }),
  profileOutcome.extend({
    type: z.literal("refused"),
    notBeforeMs: z.number(),
  }),
]).openapi("ProfileAnswer");

/** What an observer of the wire may have learnt since the first start. */
export const leakageSchema = z.object({
  profile: profileName,
  sinceMs: z.number(),
  switches: z.int(),
  switchBits: z.number(),
  slotsFired: z.int(),
  slotsMissed: z.int(),
  gaps: z.int(),
  cellsOffClock: z.int(),
  linkEnds: z.object({
    clock: z.int(),
    network: z.int(),
    rotation: z.int(),
    roster: z.int(),
    crossing: z.int(),
  }),
  enrolments: z.int(),
  starts: z.int(),
  bits: z.object({ switches: z.number(), missedSlots: z.number() }),
}).openapi("Leakage");

/** Body of `POST /v1/ping`. */
export const pingSchema = z.strictObject({
  /** Name of a member, or how its id begins. */
  node: z.string().min(1).max(64),
}).openapi("Ping");

/** What came of a ping. */
export const pingAnswerSchema = z.object({
  node: z.string(),
  name: z.string(),
  outcome: z.discriminatedUnion("answered", [
    z.object({
      answered: z.literal(true),
      roundTripMs: z.number(),
      clockAheadMs: z.number(),
      hops: z.int(),
      via: z.string(),
    }),
    z.object({
      answered: z.literal(false),
      reason: z.enum(["stranger", "busy", "silent"]),
    }),
  ]),
  via: z.string().optional(),
}).openapi("PingAnswer");

/** Roster entries in one request; one entry is under 1 KiB. */
const entriesMax = 256;

/** Body of `POST /v1/roster`. */
export const rosterSchema = z.strictObject({
  /** Signed entries, base64. */
  entries: z.array(
    z.base64().max(24_000).openapi({
      type: "string",
      maxLength: 24_000,
      format: "base64",
    }),
  ).min(1).max(entriesMax),
}).openapi("RosterEntries");

/** An alert as the journal keeps it. */
export const alertSchema = z.object({
  seq: z.int(),
  atMs: z.number(),
  node: z.string(),
  subject: z.string(),
  technique: z.string(),
  scenario: z.string(),
  evidence: z.string(),
  score: z.number(),
  observations: z.int(),
  summary: z.string(),
  protectedBy: z.string().optional(),
  exercise: z.literal(true).optional(),
}).openapi("Alert");

/** One page of alerts. */
export const alertPageSchema = z.object({
  alerts: z.array(alertSchema),
  next: z.int().optional(),
}).openapi("AlertPage");

/** A measure in force or asked for. */
export const leaseSchema = z.object({
  subject: z.string(),
  measure: z.enum(measures),
  service: serviceSchema.optional(),
  untilMs: z.number(),
  cause: z.string(),
}).openapi("Lease");

/** One connection that is open now. */
const connectionSchema = z.object({
  protocol: z.enum(serviceProtocols),
  from: z.string(),
  fromPort: z.int(),
  to: z.string(),
  toPort: z.int(),
  servedPort: z.int().optional(),
  program: z.string().optional(),
}).openapi("CurrentConnection");

/** What came of an order to contain. */
export const containAnswerSchema = z.object({
  lease: leaseSchema,
  outcome: z.looseObject({ applied: z.boolean() }).optional(),
  ruleset: z.string().optional(),
  rehearsal: z.object({
    cut: z.array(connectionSchema),
    kept: z.array(connectionSchema),
    more: z.int(),
  }).optional(),
  steeredTo: z.string().optional(),
}).openapi("ContainAnswer");

/** What came of an order to release. */
export const releaseAnswerSchema = z.object({ ended: z.int() })
  .openapi("ReleaseAnswer");

/** One node's word about a subject. */
const voteSchema = z.object({
  node: z.string(),
  name: z.string(),
  own: z.boolean(),
  technique: z.string(),
  scenario: z.string(),
  evidence: z.string(),
  score: z.number(),
  observations: z.int(),
  atMs: z.number(),
  counts: z.boolean(),
}).openapi("Vote");

/** A measure with its history. */
export const leaseViewSchema = leaseSchema.extend({
  sinceMs: z.number(),
  state: z.string(),
}).openapi("LeaseView");

/** One line of the journal. */
const journalEntrySchema = z.object({
  atMs: z.number(),
  stage: z.string(),
  subject: z.string(),
  node: z.string(),
  what: z.string(),
  detail: z.record(z.string(), z.unknown()),
}).openapi("JournalEntry");

/** The same with its number. */
export const eventSchema = journalEntrySchema.extend({ seq: z.int() });

/** One page of events. */
export const eventPageSchema = z.object({
  events: z.array(eventSchema),
  next: z.int().optional(),
}).openapi("EventPage");

/** Why this host does not do what was decided. */
export const refusalSchema = z.looseObject({
  code: z.enum(["never_block", "observe", "invalid", "full", "firewall"]),
});

/** What the members, or the operator, decided about a member. */
const quarantineSchema = z.object({
  member: z.string(),
  subject: z.string(),
  sinceMs: z.number(),
  untilMs: z.number(),
  state: z.enum(["asked", "in_force", "would", "refused", "released"]),
  ordered: z.literal(true).optional(),
  refusal: refusalSchema.optional(),
}).openapi("Quarantine");

/** Why a subject is treated as it is. */
export const explanationSchema = z.object({
  subject: z.string(),
  votes: z.array(voteSchema),
  have: z.int(),
  needed: z.int(),
  member: z.string().optional(),
  quarantine: quarantineSchema.optional(),
  leases: z.array(leaseViewSchema),
  signals: z.array(signalSchema),
  protectedBy: z.string().optional(),
  exercise: z.object({ node: z.string(), atMs: z.number() }).optional(),
  releasedAtMs: z.number().optional(),
  history: z.array(journalEntrySchema),
  undo: z.array(z.object({
    kind: z.enum(["release", "never_contain"]),
    request: z.object({
      method: z.literal("POST"),
      path: z.string(),
      body: z.record(z.string(), z.unknown()),
    }).optional(),
    command: z.string(),
  })),
}).openapi("Explanation");

/** The decoys of this host and who was there. */
export const decoysSchema = z.object({
  running: z.boolean(),
  doors: z.array(z.object({
    port: z.int(),
    listen: z.int(),
    service: z.string(),
    steered: z.boolean(),
  })),
  counters: z.record(z.string(), z.number()),
  nodes: z.array(z.object({ name: z.string(), trouble: z.string() })),
  transcripts: z.array(z.object({
    number: z.int(),
    atMs: z.number(),
    heldMs: z.number(),
    service: z.string(),
    port: z.int(),
    steered: z.boolean(),
    source: z.string(),
    steeredBy: z.string().optional(),
    heldBy: z.string().optional(),
    received: z.int(),
    sent: z.int(),
    notes: z.array(z.union([
      z.object({ kind: z.enum(["client", "request"]), text: z.string() }),
      z.object({
        kind: z.literal("login"),
        user: z.string(),
        password: z.string().optional(),
      }),
    ])),
    notesDropped: z.int(),
    ended: z.string(),
  })),
}).openapi("Decoys");

/** Everything `status` shows. */
export const statusSchema = z.looseObject({
  version: z.string(),
  startedAtMs: z.number(),
  name: z.string(),
  meshId: z.string(),
  agent: z.looseObject({
    self: z.string(),
    mode: z.enum(["observe", "enforce"]),
    members: z.int(),
    quarantines: z.array(quarantineSchema),
    alertness: alertnessSchema,
    signals: z.array(signalSchema),
  }),
  members: z.array(z.looseObject({ node: z.string(), name: z.string() })),
  mesh: z.looseObject({ profile: z.string(), leakage: leakageSchema }),
  profile: profileSchema,
  neverBlock: z.array(z.object({ network: z.string(), reason: z.string() })),
  shortcomings: z.array(z.object({ what: z.string(), works: z.string() })),
  settings: z.array(settingSchema),
}).openapi("Status");

/** A request that was taken up. */
export const acceptedSchema = z.object({ accepted: z.literal(true) })
  .openapi("Accepted");
