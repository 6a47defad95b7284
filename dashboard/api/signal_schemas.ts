/**
 * The shapes of signals; see `signal_desk.ts`.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import {
  measures,
  namedMembersMax,
  orderedChangesMax,
  settingActions,
  settingName,
  settingText,
  signalMsMax,
  signalMsMin,
} from "../../defense/mod.ts";
import { addressSchema, containAnswerSchema } from "./schemas.ts";
import { alertnessSchema, signalSchema } from "./signal_view_schema.ts";

const call = {
  passphrase: z.string().min(1).max(1_024).optional().openapi({
    description: "Opens the operator's key where it is sealed; kept nowhere",
  }),
  dryRun: z.boolean().default(false),
};
const member = z.string().min(1).max(64).openapi({
  description: "Name of a member, or how its id begins",
  example: "till-3",
});

const changes = z.array(z.strictObject({
  name: z.string().regex(settingName),
  action: z.enum(settingActions),
  value: z.union([z.string().regex(settingText), z.int()]).optional(),
})).min(1).max(orderedChangesMax);
const machines = z.union([
  z.literal("all"),
  z.array(member).min(1).max(namedMembersMax),
]);

/** From the shortest time to the longest that this kind may last. */
function forMs(what: keyof typeof signalMsMax) {
  return z.int().min(signalMsMin).max(signalMsMax[what]);
}

/** Body of `POST /v1/signals`. */
export const signalOrderSchema = z.discriminatedUnion("what", [
  z.strictObject({
    what: z.literal("contain"),
    address: addressSchema,
    measure: z.enum(measures).default("block"),
    forMs: forMs("contain"),
    ...call,
  }),
  z.strictObject({
    what: z.literal("release"),
    address: z.union([z.literal("all"), addressSchema]),
    /** 0: what was seen so far is dismissed, and nothing else. */
    forMs: z.int().min(0).max(signalMsMax.release).default(0),
    ...call,
  }),
  z.strictObject({
    what: z.literal("quarantine"),
    member,
    forMs: forMs("quarantine"),
    ...call,
  }),
  z.strictObject({ what: z.literal("readmit"), member, ...call }),
  z.strictObject({
    what: z.literal("caution"),
    forMs: forMs("caution"),
    ...call,
  }),
  z.strictObject({
    what: z.literal("stand_down"),
    forMs: forMs("stand_down"),
    ...call,
  }),
  z.strictObject({
    what: z.literal("never"),
    network: z.string().min(2).max(64).openapi({ example: "192.0.2.0/24" }),
    scope: z.enum(["host", "mesh"]),
    forMs: forMs("never"),
    ...call,
  }),
  z.strictObject({
    what: z.literal("trial"),
    changes,
    machines,
    /** As a trial of one machine: from a minute on. */
    forMs: z.int().min(60_000).max(signalMsMax.trial),
    ...call,
  }),
  z.strictObject({ what: z.literal("keep"), changes, machines, ...call }),
]).openapi("SignalOrder");

/** Body of `POST /v1/signals/{id}/cancel`. */
export const cancelSignalSchema = z.strictObject(call).openapi("CancelSignal");

/** Id of a signal in a path. */
export const signalParamSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{32}$/).openapi({ example: "ab".repeat(16) }),
});

/** The signals as they stand. */
export const signalsSchema = z.object({
  alertness: alertnessSchema,
  signals: z.array(signalSchema),
  operatorKey: z.enum(["absent", "open", "sealed"]),
}).openapi("Signals");

/** What came of one. */
export const signalAnswerSchema = z.object({
  signal: signalSchema,
  outcome: containAnswerSchema.shape.outcome,
  dryRun: z.boolean(),
}).openapi("SignalAnswer");
