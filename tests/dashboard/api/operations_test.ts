import { equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { deskWith } from "./recording_desk.ts";
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

interface Operation {
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

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

/** One request, ready to be sent. */
interface Sent {
  readonly path: string;
  readonly init: RequestInit;
}

const { app } = deskWith();
const document = await (await app.request("/openapi.json")).json() as Document;
const at: Lookup = (ref) =>
  document.components.schemas[ref.split("/").at(-1) ?? ""] ?? {};

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
async function answered(
  { path, init }: Sent,
  { responses }: Operation,
): Promise<number> {
  const response = await app.request(path, init);
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

for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const name = `${method.toUpperCase()} ${path}`;
    Deno.test(`${name} takes every input that is documented`, async () => {
      const sent = requests(
        path,
        method,
        operation,
        (schema) => fitting(schema, at),
        (schema) => fitting(schema, at),
      );
      await fc.assert(
        fc.asyncProperty(sent, async (request) => {
          const status = await answered(request, operation);
          // What fits may still name nobody that is known.
          const unknown = status === 400 && path.startsWith("/v1/host") ||
            status === 400 && path === "/v1/ping";
          const is = [200, 201, 202, 404, 409].includes(status) || unknown;
          ok(is, `${request.path} ${request.init.body}: ${status}`);
        }),
        { numRuns: 25 },
      );
    });
    const { parameters = [], requestBody } = operation;
    if (parameters.length === 0 && !requestBody) continue;
    Deno.test(`${name} gives only documented answers to anything else`, async () => {
      const sent = requests(
        path,
        method,
        operation,
        () => hostileText.filter((text) => !/^\.{0,2}$/.test(text)),
        (schema) => damaged(schema, at),
      );
      await fc.assert(
        fc.asyncProperty(sent, async (request) => {
          // A path that was changed is another operation's.
          const { pathname } = new URL(request.path, "http://a");
          if (pathname.split("/").length !== path.split("/").length) return;
          await answered(request, operation);
        }),
        { numRuns: 60 },
      );
    });
  }
}
