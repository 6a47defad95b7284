/**
 * What the agent tells as lines of JSON (NDJSON), for as long as it does.
 *
 * @module
 */
import type { AgentGateway } from "./agent_gateway.ts";

/**
 * Yields the lines of each piece that comes, without the empty ones; first
 * none, as soon as the agent has answered.
 *
 * @param path With its query.
 * @throws If the agent does not answer, or `signal` says it is over.
 */
export async function* agentLines(
  agent: AgentGateway,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const response = await agent.request(path, { signal });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new TypeError("no stream");
  }
  yield [];
  let rest = "";
  for await (
    const chunk of response.body.pipeThrough(new TextDecoderStream())
  ) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield lines.filter((line) => line !== "");
  }
}
