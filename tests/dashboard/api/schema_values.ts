/**
 * Values for a JSON Schema as an OpenAPI 3.1 document has them: such that fit,
 * and such that may not.
 *
 * @module
 */
import fc from "fast-check";

/** The part of JSON Schema that our documents use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly example?: unknown;
}

/** Looks up what a `$ref` names. */
export type Lookup = (ref: string) => JsonSchema;

/** Values that fit. */
export function fitting(schema: JsonSchema, at: Lookup): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fitting(at(schema.$ref), at);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return fc.oneof(...either.map((each) => fitting(each, at)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case "object":
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {})
            .map(([name, each]) => [name, fitting(each, at)]),
        ),
        { requiredKeys: [...schema.required ?? []] },
      );
    case "array":
      return fc.array(fitting(schema.items ?? {}, at), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 3),
      });
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number":
      return fc.integer({
        min: schema.minimum ??
          (schema.exclusiveMinimum === undefined
            ? Number.MIN_SAFE_INTEGER
            : schema.exclusiveMinimum + 1),
        max: Math.min(
          schema.maximum ?? Number.MAX_SAFE_INTEGER,
          Number.MAX_SAFE_INTEGER,
        ),
      });
    case "string":
      // What only the code can tell has an example: addresses, names, ids.
      if (schema.example !== undefined) return fc.constant(schema.example);
      if (schema.pattern !== undefined && schema.format !== "base64") {
        return fc.stringMatching(new RegExp(schema.pattern));
      }
      if (schema.format === "base64") {
        return fc.base64String({ maxLength: 64 });
      }
      return fc.string({
        unit: "grapheme-ascii",
        minLength: schema.minLength ?? 0,
        maxLength: Math.min(schema.maxLength ?? 20, 20),
      });
    default:
      return fc.jsonValue();
  }
}

/** Text that programs trip over. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.constantFrom(
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "\u001b[2J",
    "\u202egnp.exe",
    "../../etc/passwd",
    "%00",
    "\r\nSet-Cookie: a=b",
    "__proto__",
    "1e999",
    "-0",
    "NaN",
    "9".repeat(400),
  ),
);

/** A value of the schema with a part of it replaced by anything. */
export function damaged(schema: JsonSchema, at: Lookup): fc.Arbitrary<unknown> {
  const whole = schema.$ref === undefined ? schema : at(schema.$ref);
  const names = Object.keys(whole.properties ?? {});
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), hostileText);
  if (names.length === 0) return anything;
  return fc.oneof(
    { weight: 1, arbitrary: anything },
    {
      weight: 4,
      arbitrary: fc.tuple(
        fitting(whole, at),
        fc.constantFrom(...names, "more"),
        anything,
      ).map(([value, name, part]) => ({ ...value as object, [name]: part })),
    },
  );
}
