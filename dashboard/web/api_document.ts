/**
 * The description of everything below `/api`: what the agent says of itself
 * and what the dashboard serves on its own, as one OpenAPI document and as one
 * page.
 *
 * @module
 */
import type { Hono } from "hono";
import { type ApiDocument, docsPage } from "../api/docs_page.ts";
import { problem } from "../api/problem.ts";
import type { AgentGateway } from "./agent_gateway.ts";

/** Serves both. */
export function serveDocument(
  app: Hono,
  agent: AgentGateway,
  own: () => ApiDocument,
): void {
  const whole = async (): Promise<ApiDocument | Response> => {
    let theirs: Partial<ApiDocument>;
    try {
      const answer = await agent.request("/openapi.json");
      theirs = await answer.json();
    } catch {
      return problem("agent_unreachable", "start it: stealthmesh agent");
    }
    const ours = own();
    return {
      ...ours,
      ...theirs,
      paths: { ...theirs.paths, ...ours.paths },
      components: {
        ...theirs.components,
        schemas: { ...theirs.components?.schemas, ...ours.components?.schemas },
      },
    };
  };
  app.get("/api/openapi.json", async (context) => {
    const document = await whole();
    return document instanceof Response ? document : context.json(document);
  });
  app.get("/api/docs", async (context) => {
    const document = await whole();
    return document instanceof Response
      ? document
      : context.html(docsPage(document));
  });
}
