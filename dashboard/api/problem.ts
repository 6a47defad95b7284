/**
 * Errors of the API as problem documents (RFC 9457).
 *
 * @module
 */
import { z } from "@hono/zod-openapi";

/** Media type of a problem document. */
export const problemType = "application/problem+json";

/** What went wrong with one request. */
export const problemSchema = z.object({
  /** A stable name of the kind of problem. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
}).openapi("Problem");

/** Kinds of problems, each with its status. */
const kinds = {
  malformed: [400, "The request is malformed"],
  not_logged_in: [401, "Nobody is logged in"],
  login_refused: [401, "Name, password or code are not right"],
  not_allowed: [403, "Your role does not include it"],
  foreign_origin: [403, "The request comes from somewhere else"],
  not_found: [404, "There is no such resource"],
  method_not_allowed: [405, "The resource has no such method"],
  too_slow: [408, "The request comes too slowly"],
  too_large: [413, "The request is too large"],
  not_comparable: [409, "The two cannot be compared"],
  no_drill: [409, "There can be no drill now"],
  over: [409, "It is over already"],
  refused: [409, "The agent cannot do it here"],
  upgrade_required: [426, "The resource is a WebSocket"],
  unsupported_media_type: [415, "The request is not JSON"],
  unhealthy: [503, "The agent does not do its work"],
  too_many: [429, "Too many attempts; wait a while"],
  busy: [503, "Too many clients listen already"],
  agent_unreachable: [502, "The agent does not answer"],
  failed: [500, "The agent could not do it"],
} as const;

/** Name of a kind of problem. */
export type ProblemKind = keyof typeof kinds;

/** A response that carries a problem document. */
export function problem(kind: ProblemKind, detail?: string): Response {
  const [status, title] = kinds[kind];
  const body = {
    type: `urn:stealthmesh:problem:${kind}`,
    title,
    status,
    ...(detail !== undefined && { detail }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": problemType },
  });
}

/**
 * The problem of a resource that has other methods (RFC 9110 §15.5.6).
 *
 * @param methods Which.
 */
export function methodNotAllowed(methods: readonly string[]): Response {
  const response = problem("method_not_allowed");
  response.headers.set("allow", methods.join(", "));
  return response;
}

/** A problem for the description of a route. */
export function problemResponse(
  description: string,
): {
  description: string;
  content: { [problemType]: { schema: typeof problemSchema } };
} {
  return { description, content: { [problemType]: { schema: problemSchema } } };
}
