/**
 * Reads the agent's journal for what is to be told, from where the last
 * dashboard left off. The first one ever begins with what happens from then on:
 * nobody wants last month's alerts.
 *
 * Bound: after a long absence the newest `catchUpMax` events are looked at;
 * what came before is in the journal, and not told.
 *
 * @module
 */
import type { EventRecord } from "../api/agent_desk.ts";
import type { AgentGateway } from "../web/agent_gateway.ts";
import { agentEvents, newestEvent } from "../web/agent_events.ts";
import { agentLines } from "../web/agent_lines.ts";
import type { Later } from "../web/request_body.ts";
import { Retried } from "../web/retried.ts";
import { type Notice, noticeOf } from "./notice.ts";
import type { Outbox } from "./outbox.ts";

/** Events in one page; the agent's limit. */
const pageMax = 1_000;
/** Pages. Our choice: 20,000 events, some megabytes. */
const pagesMax = 20;
const againMs = 2_000;
/** The place in the journal is noted at least so often, in events. */
const notedEvery = 1_000;

/** What a feed stands on. */
export interface NoticeFeedParts {
  /** Whose journal. */
  readonly agent: AgentGateway;
  /** Where notices are put. */
  readonly outbox: Outbox;
  /** Name of the host. */
  readonly host: string;
  /** Timers. */
  readonly later: Later;
  /** There are new ones. */
  onNotices(): void;
}

/** Follows one journal. */
export class NoticeFeed {
  readonly #parts: NoticeFeedParts;
  readonly #following: Retried;
  #noted = 0;

  /** Does nothing before `start`. */
  constructor(parts: NoticeFeedParts) {
    this.#parts = parts;
    this.#following = new Retried({
      attempt: async (signal) =>
        await this.#listen(await this.#catchUp(signal), signal),
      againMs,
      later: parts.later,
    });
  }

  /** Follows until `stop`. */
  start(): void {
    this.#following.start();
  }

  /** Ends it. */
  stop(): void {
    this.#following.stop();
  }

  /** Looks at what happened since; returns the last event's number. */
  async #catchUp(signal: AbortSignal): Promise<number> {
    const { agent, outbox } = this.#parts;
    const newest = await newestEvent(agent, signal);
    const noted = outbox.cursor();
    // At the first start, and with a journal that has begun anew.
    if (noted === undefined) outbox.reset(newest);
    else if (noted > newest) outbox.reset(0);
    this.#noted = outbox.cursor() ?? newest;
    const after = this.#noted;
    const events: EventRecord[] = [];
    let before = "";
    for (let pages = 0; pages < pagesMax; pages++) {
      const page = await agentEvents(
        agent,
        `after=${after}&limit=${pageMax}${before}`,
        signal,
      );
      events.push(...page.events);
      if (page.next === undefined) break;
      before = `&before=${page.next}`;
    }
    return this.#take(events.toReversed()) ?? after;
  }

  async #listen(cursor: number, signal: AbortSignal): Promise<void> {
    const { agent } = this.#parts;
    const path = `/v1/events/stream?after=${cursor}`;
    for await (const lines of agentLines(agent, path, signal)) {
      const events = lines.map((line) => JSON.parse(line) as EventRecord)
        .filter(({ seq }) => seq > cursor);
      // More than a stream begins with: they are in the journal.
      if ((events[0]?.seq ?? 0) > cursor + 1) throw new TypeError("a gap");
      cursor = this.#take(events) ?? cursor;
    }
  }

  /** Puts in what is to be told; notes the place where that is due. */
  #take(events: readonly EventRecord[]): number | undefined {
    const { outbox, host, onNotices } = this.#parts;
    const last = events.at(-1)?.seq;
    if (last === undefined) return undefined;
    const notices = events.map((event) => noticeOf(event, host))
      .filter((notice): notice is Notice => notice !== undefined);
    if (notices.length > 0 || last - this.#noted >= notedEvery) {
      outbox.add(notices, last);
      this.#noted = last;
    }
    if (notices.length > 0) onNotices.call(this.#parts);
    return last;
  }
}
