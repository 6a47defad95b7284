/**
 * Hands a request on to the agent, which checks it, in the name of who is
 * logged in. Of the headers only those named here pass, either way.
 *
 * @module
 */
import type { Context } from "hono";
import { actorHeader, actorText } from "../api/operator_act.ts";
import { problem } from "../api/problem.ts";
import { AgentBusyError, type AgentGateway } from "./agent_gateway.ts";
import type { SessionView } from "./session_table.ts";

/** Hop-by-hop headers stay where they are, and so does whatever is unknown. */
const askedHeaders = ["accept", "content-type", "if-none-match"];
const answeredHeaders = [
  "content-type",
  "content-disposition",
  "etag",
  "cache-control",
  "retry-after",
  "allow",
];

/** Asks for what `context` asks for, below `/api`. */
export async function askAgent(
  agent: AgentGateway,
  context: Context,
  session: SessionView,
  body: Uint8Array<ArrayBuffer> | null,
): Promise<Response> {
  const { method, raw } = context.req;
  const { pathname, search } = new URL(raw.url);
  let answer: Response;
  try {
    answer = await agent.request(pathname.slice("/api".length) + search, {
      method,
      headers: [
        ...passed(raw.headers, askedHeaders),
        [actorHeader, actorText(session)],
      ],
      body,
    });
  } catch (error) {
    return error instanceof AgentBusyError
      ? problem("busy", "the agent has enough to answer; try again")
      : problem("agent_unreachable", "start it: stealthmesh agent");
  }
  return new Response(answer.body, {
    status: answer.status,
    headers: passed(answer.headers, answeredHeaders),
  });
}

function passed(
  headers: Headers,
  names: readonly string[],
): [string, string][] {
  return names.flatMap((name): [string, string][] => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
}
