/**
 * `ETag` and `If-None-Match` (RFC 9110 §8.8.3, §13.1.2) on what is polled. A
 * page of the journal is as it was while the journal is, so that nothing is
 * read for who knows it; of the rest, the body that was made is hashed.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { etag } from "hono/etag";
import type { AgentDesk } from "./agent_desk.ts";

/** Kept by the browser alone, and asked for again each time. */
const cacheControl = "private, no-cache";

/** Tags an answer with the hash of its body. */
export function taggedByBody(): MiddlewareHandler {
  const tag = etag();
  return async (context, next) => {
    const answer = await tag(context, next);
    context.res.headers.set("cache-control", cacheControl);
    return answer;
  };
}

/** Tags an answer with the state of the journal, the only thing it shows. */
export function taggedByJournal(
  desk: Pick<AgentDesk, "journalMark">,
  version: string,
): MiddlewareHandler {
  return async (context, next) => {
    const tag = `"${version}:${desk.journalMark()}"`;
    const known = context.req.header("if-none-match");
    const headers = { etag: tag, "cache-control": cacheControl };
    if (known !== undefined && namesTag(known, tag)) {
      return new Response(null, { status: 304, headers });
    }
    await next();
    if (context.res.status !== 200) return;
    for (const [name, value] of Object.entries(headers)) {
      context.res.headers.set(name, value);
    }
    return;
  };
}

/** Weak comparison: `W/` makes no difference. */
function namesTag(header: string, tag: string): boolean {
  return header.split(",").some((part) => {
    const named = part.trim();
    return named === "*" || named.replace(/^W\//, "") === tag;
  });
}
