/**
 * A route that goes on answering. A stream has no typed body, so it is
 * described and served apart from the others.
 *
 * Bound: `followersMax` clients of all routes that share a count; further ones
 * are refused.
 *
 * @module
 */
import { type RouteConfig, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Api } from "./described.ts";
import { methodNotAllowed, problem, problemResponse } from "./problem.ts";

/** Clients that may listen at once. */
export const followersMax = 32;

/** How a stream of lines is described. */
export const lines = {
  description: "The stream",
  content: { "application/x-ndjson": { schema: z.string() } },
};

/** How it is described that there is no room. */
export const tooMany = problemResponse("Too many clients listen already");

/** Adds one. */
export function addStream(
  app: Api,
  route: RouteConfig,
  followers: { readonly count: number },
  answer: (context: Context) => Response,
): void {
  app.use(
    route.path,
    async (_context, next) =>
      followers.count >= followersMax
        ? problem("busy", `at most ${followersMax}`)
        : await next(),
  );
  app.openAPIRegistry.registerPath(route);
  app.get(
    route.path,
    (context) =>
      // Nobody would read, or end, the stream of who asks for the headers alone.
      context.req.method === "HEAD"
        ? methodNotAllowed(["GET"])
        : answer(context),
  );
}
