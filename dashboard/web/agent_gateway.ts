/**
 * The agent that a dashboard shows: its local API, wherever it is. `cli/` builds
 * the real one over the agent's Unix socket; a test answers by itself.
 *
 * Bound: {@linkcode boundedGateway} lets so many wait for an answer.
 *
 * @module
 */

/** Requests that wait for the agent at a time, of everybody. Our choice. */
export const waitingRequestsMax = 128;

/** The agent has enough to answer. */
export class AgentBusyError extends Error {
  /** Stays when code is minified. */
  override readonly name = "AgentBusyError";
}

/** Asks the agent. */
export interface AgentGateway {
  /**
   * Asks for a path of the local API, `/v1/…`; a stream ends with
   * `init.signal`.
   *
   * @throws {TypeError} If the agent cannot be reached.
   */
  request(path: string, init?: RequestInit): Promise<Response>;
}

/**
 * Asks for JSON.
 *
 * @throws {TypeError} If the agent cannot be reached, or answers with a problem.
 */
export async function readAgent<T>(
  agent: AgentGateway,
  path: string,
  init?: RequestInit,
): Promise<T> {
  const response = await agent.request(path, init);
  if (response.ok) return await response.json() as T;
  await response.body?.cancel();
  throw new TypeError(`no answer to ${path}`);
}

/**
 * The same, so that browsers cannot open files of the agent without end.
 *
 * @throws {AgentBusyError} From `request`, while as many wait as may.
 */
export function boundedGateway(agent: AgentGateway): AgentGateway {
  let waiting = 0;
  return {
    async request(path, init) {
      if (waiting >= waitingRequestsMax) throw new AgentBusyError();
      waiting++;
      try {
        return await agent.request(path, init);
      } finally {
        waiting--;
      }
    },
  };
}
