/**
 * The shapes of what the record is asked, and of one alert.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import {
  addressSchema,
  alertQuerySchema,
  alertSchema,
  explanationSchema,
} from "./schemas.ts";

/** Which alerts an export holds. */
export const exportQuerySchema = alertQuerySchema.omit({
  before: true,
  limit: true,
});

/** Number of an entry of the journal. */
export const seqParamSchema = z.object({
  seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER - 1)
    .openapi({ description: "Number in the journal", example: 17 }),
});

/** An address in a path. */
export const addressParamSchema = z.object({ address: addressSchema });

/** An alert, and why its subject is treated as it is. */
export const alertStorySchema = z.object({
  alert: alertSchema,
  explanation: explanationSchema,
}).openapi("AlertStory");
