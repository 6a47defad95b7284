/**
 * The shapes of the part of the API that is about simulations.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { comparisonVerdicts } from "./simulation_comparison.ts";
import {
  figureSides,
  figureUnits,
  figureWishes,
  simulationStates,
} from "./simulation_desk.ts";

const kindName = z.string().regex(/^[a-z]{1,32}$/)
  .openapi({ example: "portscan" });
const count = z.int().min(0);
const wallMs = z.number().openapi({ description: "Wall clock milliseconds" });

/** Which run. */
export const simulationIdSchema = z.string().regex(/^[0-9a-f]{12}$/)
  .openapi({ example: "0123456789ab" });
/** Path of one run. */
export const simulationParamSchema = z.object({ id: simulationIdSchema });
/** Query of a comparison. */
export const comparisonQuerySchema = z.object({
  first: simulationIdSchema,
  second: simulationIdSchema,
});

/** Body of `POST /v1/simulations`. */
export const simulationOrderSchema = z.strictObject({
  kind: kindName,
  machines: z.int().min(1).max(100_000).optional().openapi({
    description: "As the kind allows; its usual number if absent",
  }),
  seconds: z.int().min(1).max(86_400).optional().openapi({
    description: "As the kind allows; its usual number if absent",
  }),
  seed: z.string().regex(/^[A-Za-z0-9._-]{1,32}$/).optional().openapi({
    description: "The same seed gives the same report; drawn if absent",
    example: "7",
  }),
}).openapi("SimulationOrder");

const choiceSchema = z.object({ least: count, most: count, usual: count });

/** One run. */
export const simulationRunSchema = z.object({
  id: simulationIdSchema,
  kind: kindName,
  machines: count,
  seconds: count,
  seed: z.string(),
  by: z.string(),
  state: z.enum(simulationStates),
  done: z.number().min(0).max(1),
  orderedMs: wallMs,
  startedMs: wallMs.optional(),
  endedMs: wallMs.optional(),
  broken: count.optional(),
  error: z.string().optional(),
}).openapi("SimulationRun");

/** What can be played, and what was. */
export const simulationsSchema = z.object({
  kinds: z.array(z.object({
    name: kindName,
    title: z.string(),
    machines: choiceSchema.optional(),
    seconds: choiceSchema.optional(),
  })),
  runs: z.array(simulationRunSchema),
}).openapi("Simulations");

/** One line of its story. */
export const simulationLineSchema = z.object({
  atMs: z.number(),
  host: z.string(),
  text: z.string(),
});
const figureShape = {
  name: z.string(),
  part: z.string(),
  side: z.enum(figureSides),
  unit: z.enum(figureUnits),
  wish: z.enum(figureWishes),
};
const value = z.number().nullable();

/** One run with everything that is known of it. */
export const simulationDetailSchema = z.object({
  seq: count.openapi({
    description: "Of the last news; whatever news up to it said is in here",
  }),
  run: simulationRunSchema,
  story: z.array(simulationLineSchema),
  storyDropped: count,
  report: z.object({
    figures: z.array(z.object({ ...figureShape, value })),
    table: z.object({
      columns: z.array(z.string()),
      rows: z.array(z.object({
        name: z.string(),
        part: z.string(),
        cells: z.array(value),
      })),
    }),
    breaches: z.array(z.string()),
    replay: z.string(),
  }).optional(),
}).openapi("SimulationDetail");

/** Two runs side by side. */
export const simulationComparisonSchema = z.object({
  first: simulationRunSchema,
  second: simulationRunSchema,
  figures: z.array(z.object({
    ...figureShape,
    first: value,
    second: value,
    verdict: z.enum(comparisonVerdicts),
  })),
}).openapi("SimulationComparison");
