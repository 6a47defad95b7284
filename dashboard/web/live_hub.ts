/**
 * What the agent tells as it happens, for many browsers over one stream. Each
 * event has its number in the journal, so a browser that comes back says where
 * it was, misses nothing and hears nothing twice.
 *
 * Messages are JSON: `{"type":"event","kind":…,…}` as `/v1/events` has them, the
 * kind after `live_kind.ts`, and
 * `{"type":"agent","reachable":false}` while the agent does not answer.
 *
 * Bounds: `membersMax` browsers, the one that came first is let go; `keptMax`
 * events; who was away for longer is told where to go on by `/v1/events`
 * (`{"type":"gap","from":…,"to":…}`).
 *
 * @module
 */
import type { AgentGateway } from "./agent_gateway.ts";
import { kindOf } from "./live_kind.ts";
import type { Later } from "./request_body.ts";

/** Browsers at a time. */
export const membersMax = 1_024;
/** Events for those who come back. */
const keptMax = 4_096;
/** Between two attempts to reach the agent. Our choice. */
const againMs = 1_000;

/** Takes one message. */
export type Hear = (message: string) => void;

interface Kept {
  readonly seq: number;
  readonly message: string;
}

/** One stream of the agent, many listeners. */
export class LiveHub {
  readonly #agent: AgentGateway;
  readonly #later: Later;
  readonly #members = new Set<Hear>();
  #kept: Kept[] = [];
  #reachable: boolean | undefined;
  #abort: AbortController | undefined;
  #cancelAgain: () => void = () => {};

  /** @param later The timer of the world. */
  constructor(agent: AgentGateway, later: Later) {
    this.#agent = agent;
    this.#later = later;
  }

  /**
   * From now on `hear` gets every message, those after `after` first.
   *
   * @param after Number of the last event it knows, 0 for none.
   * @returns Ends it.
   */
  join(after: number, hear: Hear): () => void {
    const [oldest] = this.#members;
    if (this.#members.size >= membersMax && oldest) this.#leave(oldest);
    this.#members.add(hear);
    if (this.#reachable !== undefined) hear(reachText(this.#reachable));
    const first = this.#kept[0]?.seq;
    if (after > 0) {
      if (first !== undefined && first > after + 1) {
        const gap = { type: "gap", from: after + 1, to: first - 1 };
        hear(JSON.stringify(gap));
      }
      for (const { seq, message } of this.#kept) if (seq > after) hear(message);
    }
    if (!this.#abort) void this.#follow();
    return () => this.#leave(hear);
  }

  /** Ends the stream. */
  stop(): void {
    this.#members.clear();
    this.#rest();
  }

  #leave(hear: Hear): void {
    this.#members.delete(hear);
    // Nobody looks: the agent is left in peace.
    if (this.#members.size === 0) this.#rest();
  }

  #rest(): void {
    this.#cancelAgain();
    this.#abort?.abort();
    this.#abort = undefined;
    this.#reachable = undefined;
  }

  async #follow(): Promise<void> {
    const abort = this.#abort = new AbortController();
    const after = this.#kept.at(-1)?.seq;
    const from = after === undefined ? "" : `?after=${after}`;
    try {
      const response = await this.#agent.request(
        `/v1/events/stream${from}`,
        { signal: abort.signal },
      );
      if (!response.ok || !response.body) throw new TypeError("no stream");
      this.#reached(true);
      let rest = "";
      const text = response.body.pipeThrough(new TextDecoderStream());
      for await (const chunk of text) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line !== "") this.#take(line);
      }
    } catch {
      // The agent is gone, or nobody listens any more.
    }
    if (abort.signal.aborted) return;
    this.#reached(false);
    this.#cancelAgain = this.#later(againMs, () => {
      if (this.#members.size > 0) void this.#follow();
    });
  }

  #take(line: string): void {
    let event: { seq?: unknown };
    try {
      event = JSON.parse(line);
    } catch {
      return;
    }
    const { seq } = event;
    if (typeof seq !== "number") return;
    const last = this.#kept.at(-1)?.seq ?? 0;
    if (seq <= last) return;
    const kind = kindOf((event as { what?: unknown }).what);
    const message = JSON.stringify({ type: "event", kind, ...event });
    this.#kept.push({ seq, message });
    if (this.#kept.length > 2 * keptMax) {
      this.#kept = this.#kept.slice(-keptMax);
    }
    for (const hear of this.#members) hear(message);
  }

  #reached(reachable: boolean): void {
    if (this.#reachable === reachable) return;
    this.#reachable = reachable;
    for (const hear of this.#members) hear(reachText(reachable));
  }
}

function reachText(reachable: boolean): string {
  return JSON.stringify({ type: "agent", reachable });
}
