/**
 * The agent that a dashboard shows: its local API, wherever it is. `cli/` builds
 * the real one over the agent's Unix socket; a test answers by itself.
 *
 * @module
 */

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
