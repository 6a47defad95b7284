/**
 * What the agent tells as it happens, for many browsers over one stream. Each
 * event has its number in the journal, so a browser that comes back says where
 * it was, misses nothing and hears nothing twice: also one that was there
 * before this dashboard was, or whose agent began a new journal.
 *
 * Messages are JSON: `{"type":"event","kind":…,…}` as `/v1/events` has them, the
 * kind after `live_kind.ts`, and
 * `{"type":"agent","reachable":false}` while the agent does not answer.
 *
 * Bounds: `membersMax` browsers, the one that came first is let go; `keptMax`
 * events. Who missed what is not kept is told which
 * (`{"type":"gap","from":…,"to":…}`), to be read from `/v1/events`.
 *
 * @module
 */
import type { AgentGateway } from "./agent_gateway.ts";
import { newestEvent } from "./agent_events.ts";
import { agentLines } from "./agent_lines.ts";
import { kindOf } from "./live_kind.ts";
import type { Later } from "./request_body.ts";
import { Retried } from "./retried.ts";

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
  readonly #following: Retried;
  /** With the number of the last event they know before the first is told. */
  readonly #members = new Map<Hear, number>();
  /** Every event after `#since`, up to `#last`. */
  #kept: Kept[] = [];
  #since = 0;
  /** `undefined` until the agent has said where its journal is. */
  #last: number | undefined;
  #reachable: boolean | undefined;

  /** @param later The timer of the world. */
  constructor(agent: AgentGateway, later: Later) {
    this.#agent = agent;
    this.#following = new Retried({
      attempt: (signal) => this.#follow(signal),
      againMs,
      later,
    });
  }

  /**
   * From now on `hear` gets every message, those after `after` first.
   *
   * @param after Number of the last event it knows, 0 for none.
   * @returns Ends it.
   */
  join(after: number, hear: Hear): () => void {
    const [oldest] = this.#members.keys();
    if (this.#members.size >= membersMax && oldest) this.#leave(oldest);
    this.#members.set(hear, after);
    if (this.#reachable !== undefined) hear(reachText(this.#reachable));
    // Otherwise as soon as the agent has answered.
    if (this.#reachable) this.#catchUp(hear, after);
    this.#following.start();
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
    this.#following.stop();
    this.#reachable = undefined;
  }

  #catchUp(hear: Hear, after: number): void {
    this.#members.set(hear, 0);
    const last = this.#last ?? 0;
    if (after === 0) return;
    // It knows more than there is: that was another journal.
    if (after > last) return hear(gapText(1, last));
    if (after < this.#since) hear(gapText(after + 1, this.#since));
    for (const { seq, message } of this.#kept) if (seq > after) hear(message);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    try {
      await this.#findPlace(signal);
      const path = `/v1/events/stream?after=${this.#last}`;
      for await (const lines of agentLines(this.#agent, path, signal)) {
        // What was read already when the last browser left is not told.
        if (signal.aborted) return;
        this.#reached(true);
        for (const line of lines) this.#take(line);
      }
    } finally {
      if (!signal.aborted) this.#reached(false);
    }
  }

  /** Where the journal is, if that is not known or it is another one by now. */
  async #findPlace(signal: AbortSignal): Promise<void> {
    const newest = await newestEvent(this.#agent, signal);
    const before = this.#last;
    if (before !== undefined && newest >= before) return;
    this.#kept = [];
    this.#since = this.#last = newest;
    if (before === undefined) return;
    for (const [hear, after] of this.#members) {
      // The others are told when they catch up.
      if (after === 0) hear(gapText(1, newest));
    }
  }

  #take(line: string): void {
    let event: { seq?: unknown };
    try {
      event = JSON.parse(line);
    } catch {
      return;
    }
    const { seq } = event;
    const last = this.#last ?? 0;
    if (typeof seq !== "number" || seq <= last) return;
    if (seq > last + 1) {
      // Nobody looked for long: the agent tells only the newest of that time.
      this.#kept = [];
      this.#since = seq - 1;
      this.#tell(gapText(last + 1, this.#since));
    }
    const kind = kindOf((event as { what?: unknown }).what);
    const message = JSON.stringify({ type: "event", kind, ...event });
    this.#last = seq;
    this.#kept.push({ seq, message });
    if (this.#kept.length > 2 * keptMax) {
      this.#kept = this.#kept.slice(-keptMax);
      this.#since = (this.#kept[0]?.seq ?? 1) - 1;
    }
    this.#tell(message);
  }

  #reached(reachable: boolean): void {
    if (this.#reachable === reachable) return;
    this.#reachable = reachable;
    this.#tell(reachText(reachable));
    if (!reachable) return;
    for (const [hear, after] of [...this.#members]) {
      if (after > 0) this.#catchUp(hear, after);
    }
  }

  #tell(message: string): void {
    for (const hear of this.#members.keys()) hear(message);
  }
}

function gapText(from: number, to: number): string {
  return JSON.stringify({ type: "gap", from, to });
}

function reachText(reachable: boolean): string {
  return JSON.stringify({ type: "agent", reachable });
}
