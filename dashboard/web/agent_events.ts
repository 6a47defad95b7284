/**
 * Asks the agent for a page of its journal.
 *
 * @module
 */
import type { EventPage } from "../api/agent_desk.ts";
import { type AgentGateway, readAgent } from "./agent_gateway.ts";

/**
 * Newest first.
 *
 * @param query Of `/v1/events`.
 * @throws If the agent does not answer, or `signal` says it is over.
 */
export function agentEvents(
  agent: AgentGateway,
  query: string,
  signal: AbortSignal,
): Promise<EventPage> {
  return readAgent<EventPage>(agent, `/v1/events?${query}`, { signal });
}

/** Number of the newest event; 0 if there is none. Throws as `agentEvents`. */
export async function newestEvent(
  agent: AgentGateway,
  signal: AbortSignal,
): Promise<number> {
  const { events } = await agentEvents(agent, "limit=1", signal);
  return events[0]?.seq ?? 0;
}
