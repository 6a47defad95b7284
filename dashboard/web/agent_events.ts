/**
 * Asks the agent for a page of its journal.
 *
 * @module
 */
import type { EventPage } from "../api/agent_desk.ts";
import type { AgentGateway } from "./agent_gateway.ts";

/**
 * Newest first.
 *
 * @param query Of `/v1/events`.
 * @throws If the agent does not answer, or `signal` says it is over.
 */
export async function agentEvents(
  agent: AgentGateway,
  query: string,
  signal: AbortSignal,
): Promise<EventPage> {
  const response = await agent.request(`/v1/events?${query}`, { signal });
  if (!response.ok) {
    await response.body?.cancel();
    throw new TypeError("no events");
  }
  return await response.json() as EventPage;
}

/** Number of the newest event; 0 if there is none. Throws as `agentEvents`. */
export async function newestEvent(
  agent: AgentGateway,
  signal: AbortSignal,
): Promise<number> {
  const { events } = await agentEvents(agent, "limit=1", signal);
  return events[0]?.seq ?? 0;
}
