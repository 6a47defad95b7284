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
import { type AgentGateway, readAgent } from "./agent_gateway.ts";
import { routeRules } from "./route_rules.ts";

/** What only the host itself may ask is not for who reads this. */
const hostOnly = new Set(
  routeRules.filter(({ least }) => least === "nobody").map(({ path }) => path),
);

/** Serves both. */
export function serveDocument(
  app: Hono,
  agent: AgentGateway,
  ...own: readonly (() => ApiDocument)[]
): void {
  const whole = async (): Promise<ApiDocument | Response> => {
    let theirs: Partial<ApiDocument>;
    try {
      theirs = await readAgent(agent, "/openapi.json");
    } catch {
      return problem("agent_unreachable", "start it: stealthmesh agent");
    }
    const ours = own.map((each) => each());
    const all = [theirs, ...ours];
    const paths = Object.assign({}, ...all.map(({ paths }) => paths));
    return {
      ...ours[0],
      ...theirs,
      paths: Object.fromEntries(
        Object.entries(paths).filter(([path]) => !hostOnly.has(path)),
      ),
      components: {
        ...theirs.components,
        schemas: Object.assign(
          {},
          ...all.map(({ components }) => components?.schemas),
        ),
      },
    } as ApiDocument;
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
