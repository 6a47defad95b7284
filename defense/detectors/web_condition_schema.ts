/**
 * The shape of `request` in a scenario file; see `web_condition.ts`. Apart from
 * it because the isolate that runs scenarios has no need of a schema library.
 *
 * @module
 */
import * as z from "zod";

const oneOrMany = <T extends z.ZodType>(value: T) =>
  z.union([
    value.transform((one) => [one]),
    z.array(value).min(1).max(256),
  ]);
/** Few asterisks, so that a pattern stays cheap. */
const pattern = z.string().min(1).max(128).regex(
  /^[^*]*(?:\*[^*]*){0,8}$/,
  "expected at most 8 asterisks",
);
const status = z.union([
  z.int().min(100).max(999),
  z.string().regex(/^[1-9]xx$/, "expected a status such as 404 or 4xx"),
]);

/** Conditions on a request; all of them must hold. */
export const webConditionSchema = z.strictObject({
  method: oneOrMany(z.string().regex(/^[A-Z]{1,32}$/)),
  status: oneOrMany(status),
  path: oneOrMany(pattern),
  not_path: oneOrMany(pattern),
  agent: oneOrMany(pattern),
  account: z.boolean(),
}).partial();
