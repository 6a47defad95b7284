/**
 * Runs one exchange with the agent of the configured state directory, with no
 * more permissions than the exchange needs.
 *
 * @module
 */
import { AgentClient } from "./agent_client.ts";
import type { Invocation } from "./command.ts";
import { keepOnly } from "./permissions.ts";

/**
 * Opens the agent's API, hands it to `exchange`, closes it.
 *
 * @throws As {@linkcode AgentClient.get}.
 */
export async function askAgent<T>(
  invocation: Invocation,
  exchange: (agent: AgentClient) => Promise<T>,
): Promise<T> {
  const { config } = await invocation.loadConfig();
  const agent = new AgentClient(config.stateDir);
  await keepOnly("net", "read", "write");
  try {
    return await exchange(agent);
  } finally {
    agent.close();
  }
}
