/**
 * How members and links change, for many browsers over one stream of the
 * agent: `{"type":"node",…}` and `{"type":"link",…}`, as `/v1/nodes/stream`
 * has them. They say what is so from now on and have no numbers: who was away
 * reads `/v1/nodes` again. That the stream itself was away is told by
 * `{"type":"node_gap"}`.
 *
 * Bound: as many listeners as `LiveSeats` has places.
 *
 * @module
 */
import type { AgentGateway } from "./agent_gateway.ts";
import { agentLines } from "./agent_lines.ts";
import type { Hear } from "./live_hub.ts";
import type { Later } from "./request_body.ts";
import { Retried } from "./retried.ts";

/** Between two attempts to reach the agent. Our choice. */
const againMs = 1_000;
const gap = JSON.stringify({ type: "node_gap" });

/** One stream of the agent, many listeners. */
export class NodeFeed {
  readonly #agent: AgentGateway;
  readonly #following: Retried;
  readonly #hearers = new Set<Hear>();
  /** Whether a stream has begun since anybody listens. */
  #begun = false;

  /** @param later The timer of the world. */
  constructor(agent: AgentGateway, later: Later) {
    this.#agent = agent;
    this.#following = new Retried({
      attempt: (signal) => this.#follow(signal),
      againMs,
      later,
    });
  }

  /** From now on `hear` gets every change; the returned function ends it. */
  join(hear: Hear): () => void {
    this.#hearers.add(hear);
    this.#following.start();
    return () => {
      this.#hearers.delete(hear);
      // Nobody looks: the agent is left in peace.
      if (this.#hearers.size === 0) this.stop();
    };
  }

  /** Ends it for all. */
  stop(): void {
    this.#hearers.clear();
    this.#following.stop();
    this.#begun = false;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const told = agentLines(this.#agent, "/v1/nodes/stream", signal);
    let first = true;
    for await (const lines of told) {
      if (signal.aborted) return;
      // What changed between two streams nobody says: it is to be read.
      if (first && this.#begun) this.#tell(gap);
      first = false;
      this.#begun = true;
      for (const line of lines) this.#tell(line);
    }
  }

  #tell(message: string): void {
    for (const hear of this.#hearers) hear(message);
  }
}
