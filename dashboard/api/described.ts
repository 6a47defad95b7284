/**
 * What the descriptions of routes share.
 *
 * @module
 */
import { OpenAPIHono, type RouteConfig, type z } from "@hono/zod-openapi";
import type { ApiDocument } from "./docs_page.ts";
import { problem, problemResponse } from "./problem.ts";

/** The application that routes are added to. */
export type Api = OpenAPIHono;

/** The request is malformed. */
export const malformed = problemResponse("The request is malformed");
/** The agent could not do it. */
export const failed = problemResponse("The agent could not do it");
/** There is no such thing. */
export const notFound = problemResponse("There is no such resource");

/** The description of routes that are served apart from the agent's API. */
export function documentOf(
  title: string,
  routes: readonly RouteConfig[],
): ApiDocument {
  const described = new OpenAPIHono();
  for (const route of routes) described.openAPIRegistry.registerPath(route);
  return described.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title, version: "1" },
  }) as unknown as ApiDocument;
}

/** An answer in JSON. */
export function answers<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** The answer to who has it already, by its `ETag`. */
export const unchanged = { description: "It is as the client knows it" };

/** A body in JSON. */
export function asks<S extends z.ZodType>(schema: S) {
  return {
    body: { required: true, content: { "application/json": { schema } } },
  };
}

/** What may go wrong with a request that has a body. */
export const bodyProblems = {
  400: malformed,
  413: problemResponse("The request is too large"),
  415: problemResponse("The request is not JSON"),
  500: failed,
};

/** The problem of a request that does not fit its schema. */
export function malformedBy(error: {
  readonly issues: readonly {
    readonly path: readonly PropertyKey[];
    readonly message: string;
  }[];
}): Response {
  const words = error.issues.slice(0, 8).map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`
  );
  return problem("malformed", words.join("; "));
}

/** Views are read-only; the library's types are not. */
type Writable<T> = T extends string ? T
  : T extends readonly (infer E)[] ? Writable<E>[]
  : T extends object ? { -readonly [K in keyof T]: Writable<T[K]> }
  : T;

/** A view as the library wants it. */
export function plain<T>(view: T): Writable<T> {
  return view as Writable<T>;
}
