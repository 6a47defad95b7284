/**
 * The API before the agent behind it is ready: the socket is taken first, so
 * that a second agent finds out at once, and answers "not yet" until then.
 *
 * @module
 */
import { type AgentDesk, apiOver } from "../dashboard/mod.ts";

/** An API whose agent comes later. */
export class LateApi {
  #answer: ((request: Request) => Response | Promise<Response>) | undefined;

  /** From now on requests reach this desk. */
  open(desk: AgentDesk, version: string): void {
    const app = apiOver(desk, version);
    this.#answer = (request) => app.fetch(request);
  }

  /** Answers one request. */
  answer(request: Request): Response | Promise<Response> {
    if (this.#answer) return this.#answer(request);
    const body = {
      type: "urn:stealthmesh:problem:starting",
      title: "The agent is starting",
      status: 503,
    };
    return new Response(JSON.stringify(body), {
      status: 503,
      headers: { "content-type": "application/problem+json" },
    });
  }
}
