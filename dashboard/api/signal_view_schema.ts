/**
 * The shape of a signal in answers.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { measures, settingActions } from "../../defense/mod.ts";

/** Changes that a signal orders. */
export const orderedChangesSchema = z.array(z.object({
  name: z.string(),
  action: z.enum(settingActions),
  value: z.union([z.string(), z.number()]).optional(),
}));
const settings = {
  changes: orderedChangesSchema,
  members: z.union([z.literal("all"), z.array(z.string())]),
};

const order = z.discriminatedUnion("what", [
  z.object({
    what: z.literal("contain"),
    subject: z.string(),
    measure: z.enum(measures),
  }),
  z.object({ what: z.literal("release"), subject: z.string() }),
  z.object({ what: z.literal("quarantine"), member: z.string() }),
  z.object({ what: z.literal("readmit"), member: z.string() }),
  z.object({ what: z.literal("caution") }),
  z.object({ what: z.literal("stand_down") }),
  z.object({ what: z.literal("never"), network: z.string() }),
  z.object({ what: z.literal("trial"), ...settings }),
  z.object({ what: z.literal("keep"), ...settings }),
  z.object({ what: z.literal("cancel"), id: z.string() }),
]);

/** A signal. */
export const signalSchema = z.object({
  id: z.string(),
  issuedMs: z.number(),
  untilMs: z.number(),
  expiresMs: z.number(),
  by: z.string(),
  order,
  scope: z.enum(["host", "mesh"]),
  active: z.boolean(),
}).openapi("Signal");

/** How watchful members are. */
export const alertnessSchema = z.enum(["usual", "caution", "stand_down"])
  .openapi("Alertness");
