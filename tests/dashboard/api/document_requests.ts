/**
 * Requests made from an OpenAPI document, fitting and not, and a look at the
 * answers: only what the document says may come.
 *
 * @module
 */
import { equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  damaged,
  fitting,
  hostileText,
  type JsonSchema,
  type Lookup,
} from "./schema_values.ts";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

/** One operation of it. */
export interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: {
      readonly "application/json": { readonly schema: JsonSchema };
    };
  };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, unknown>> }>
  >;
}

/** What is read of an OpenAPI document. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

/** One request, ready to be sent. */
export interface Sent {
  readonly path: string;
  readonly init: RequestInit;
}

/** Sends a request. */
export type Ask = (
  path: string,
  init: RequestInit,
) => Response | Promise<Response>;

/** Looks names of schemas up. */
export function lookupIn({ components }: Document): Lookup {
  return (ref) => components.schemas[ref.split("/").at(-1) ?? ""] ?? {};
}

/** Requests that fit what an operation documents. */
export function fittingRequests(
  path: string,
  method: string,
  operation: Operation,
  at: Lookup,
): fc.Arbitrary<Sent> {
  const values = (schema: JsonSchema) => fitting(schema, at);
  return requests(path, method, operation, values, values);
}

/** Requests that mostly do not. */
export function damagedRequests(
  path: string,
  method: string,
  operation: Operation,
  at: Lookup,
): fc.Arbitrary<Sent> {
  return requests(
    path,
    method,
    operation,
    () => hostileText.filter((text) => !/^\.{0,2}$/.test(text)),
    (schema) => damaged(schema, at),
  );
}

/** Requests of an operation, with values as the two functions make them. */
function requests(
  path: string,
  method: string,
  { parameters = [], requestBody }: Operation,
  values: (schema: JsonSchema) => fc.Arbitrary<unknown>,
  bodies: (schema: JsonSchema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Sent> {
  const given = fc.record(
    Object.fromEntries(
      parameters.map(({ name, schema }) => [name, values(schema)]),
    ),
    {
      requiredKeys: parameters.filter((each) => each.in === "path")
        .map(({ name }) => name),
    },
  );
  const schema = requestBody?.content["application/json"].schema;
  const body = schema ? bodies(schema) : fc.constant(undefined);
  return fc.tuple(given, body).map(([named, body]) => {
    const query = new URLSearchParams();
    let whole = path;
    for (const { name, in: place } of parameters) {
      const value = named[name];
      if (value === undefined) continue;
      if (place === "query") query.set(name, String(value));
      else {
        const text = String(value).toWellFormed();
        whole = whole.replace(`{${name}}`, encodeURIComponent(text));
      }
    }
    const init: RequestInit = {
      method: method.toUpperCase(),
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    };
    return { path: query.size > 0 ? `${whole}?${query}` : whole, init };
  });
}

/** Sends it and looks at the answer; returns its status. */
export async function answered(
  { path, init }: Sent,
  { responses }: Operation,
  ask: Ask,
): Promise<number> {
  const response = await ask(path, init);
  const { status } = response;
  const documented = responses[String(status)];
  const said = `${init.method} ${path} ${init.body ?? ""}: ${status}`;
  ok(documented, said);
  const type = response.headers.get("content-type");
  const types = Object.keys(documented.content ?? {});
  if (types.length > 0) {
    ok(types.some((each) => type?.startsWith(each)), `${said} ${type}`);
  }
  if (response.headers.get("content-type")?.includes("x-ndjson")) {
    await response.body?.cancel();
    return status;
  }
  const text = await response.text();
  if (status < 400) return status;
  equal(type, "application/problem+json", said);
  const problem = JSON.parse(text);
  equal(problem.status, status, said);
  match(problem.type, /^urn:stealthmesh:problem:[a-z_]+$/);
  ok(problem.title.length > 0);
  return status;
}
