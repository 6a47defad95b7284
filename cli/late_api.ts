/**
 * The API before the agent behind it is ready: the socket is taken first, so
 * that a second agent finds out at once, and answers "not yet" until then.
 * What answers after that is loaded with the first request: an agent that
 * nobody asks does without the 10 MiB of it.
 *
 * @module
 */
import type { AgentDesk, LocalApi } from "../dashboard/mod.ts";

/** An API whose agent comes later. */
export class LateApi {
  #load: (() => Promise<LocalApi>) | undefined;
  #loaded: Promise<LocalApi> | undefined;

  /** From now on requests reach this desk. */
  open(desk: AgentDesk, version: string): void {
    this.#load = async () => {
      const { apiOver } = await import("../dashboard/mod.ts");
      return apiOver(desk, version);
    };
  }

  /** Answers one request. */
  async answer(request: Request): Promise<Response> {
    if (this.#load) {
      this.#loaded ??= this.#load();
      return await (await this.#loaded).fetch(request);
    }
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
