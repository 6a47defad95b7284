/**
 * Tells the agent what people do here that is no order: who logs in and out,
 * who is refused. While the agent does not answer, acts wait.
 *
 * Bounds: `waitingMax` wait, the oldest is dropped; of what strangers cause
 * (failed logins, refusals), `refusalsMax` a minute, the others are counted in
 * the next one's `unwritten`, so that nobody can fill the journal.
 *
 * @module
 */
import {
  type Actor,
  actorHeader,
  actorText,
  printable,
} from "../api/operator_act.ts";
import type { AgentGateway } from "./agent_gateway.ts";
import type { Later } from "./request_body.ts";

/** Acts that wait for the agent. Our choice. */
const waitingMax = 256;
/** Written down per minute. Our choice. */
const refusalsMax = 20;
const minuteMs = 60_000;
const againMs = 5_000;

/** Details of an act. */
type Detail = Readonly<Record<string, string | number | boolean>>;

interface Waiting {
  readonly body: string;
  readonly actor: Actor | undefined;
}

/** Passes acts on, in order. */
export class ActLog {
  readonly #agent: AgentGateway;
  readonly #wallMs: () => number;
  readonly #later: Later;
  #waiting: Waiting[] = [];
  #sending: Promise<void> | undefined;
  #minute = { sinceMs: 0, count: 0 };
  #unwritten = 0;

  /** @param later Tries again. */
  constructor(agent: AgentGateway, wallMs: () => number, later: Later) {
    this.#agent = agent;
    this.#wallMs = wallMs;
    this.#later = later;
  }

  /** Somebody who is logged in did something. */
  note(act: string, actor: Actor, detail: Detail = {}): void {
    this.#add(act, actor, detail);
  }

  /** Somebody was refused. */
  refused(act: string, actor: Actor | undefined, detail: Detail): void {
    const nowMs = this.#wallMs();
    if (Math.abs(nowMs - this.#minute.sinceMs) >= minuteMs) {
      this.#minute = { sinceMs: nowMs, count: 0 };
    }
    if (this.#minute.count >= refusalsMax) {
      this.#unwritten++;
      return;
    }
    this.#minute.count++;
    const unwritten = this.#unwritten;
    this.#unwritten = 0;
    this.#add(act, actor, { ...detail, ...(unwritten > 0 && { unwritten }) });
  }

  #add(act: string, actor: Actor | undefined, detail: Detail): void {
    const plain = Object.entries(detail).map(([name, value]) => [
      name,
      // What is spelled out may be longer than what it spells.
      typeof value === "string" ? printable(value).slice(0, 512) : value,
    ]);
    const body = JSON.stringify({ act, detail: Object.fromEntries(plain) });
    this.#waiting.push({ body, actor });
    if (this.#waiting.length > waitingMax) this.#waiting.shift();
    this.#sending ??= this.#send();
  }

  async #send(): Promise<void> {
    for (;;) {
      const [first] = this.#waiting;
      if (!first) {
        // At once: what is added from now on must begin anew.
        this.#sending = undefined;
        return;
      }
      const { body, actor } = first;
      try {
        const answer = await this.#agent.request("/v1/acts", {
          method: "POST",
          headers: {
            "content-type": "application/json",
            ...(actor && { [actorHeader]: actorText(actor) }),
          },
          body,
        });
        await answer.body?.cancel();
        // Not yet, or an older agent that would never take it.
        if (answer.status === 503) throw new TypeError("not yet");
        if (this.#waiting[0] === first) this.#waiting.shift();
      } catch {
        await new Promise<void>((resolve) => this.#later(againMs, resolve));
      }
    }
  }
}
