import { equal, rejects } from "node:assert/strict";
import {
  AgentBusyError,
  boundedGateway,
  waitingRequestsMax,
} from "../../../dashboard/web/agent_gateway.ts";
import { opened } from "./opened.ts";

Deno.test("boundedGateway() lets no more wait than may, and others when they are answered", async () => {
  const waiting: PromiseWithResolvers<Response>[] = [];
  const agent = boundedGateway({
    request() {
      waiting.push(Promise.withResolvers());
      return waiting.at(-1)!.promise;
    },
  });
  const asked = Array.from(
    { length: waitingRequestsMax },
    () => agent.request("/v1/status"),
  );
  await rejects(agent.request("/v1/status"), AgentBusyError);
  waiting[0]?.resolve(new Response());
  await asked[0];
  asked.push(agent.request("/v1/status"));
  waiting[1]?.reject(new TypeError("gone"));
  await rejects(asked[1]!, TypeError);
  asked.push(agent.request("/v1/status"));
  await rejects(agent.request("/v1/status"), AgentBusyError);
  for (const { resolve } of waiting) resolve(new Response());
  await Promise.allSettled(asked);
});

Deno.test("webApp() says that the agent has enough to answer", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { ask, as } = opened({
    agentAnswer: () => promise.then(() => Response.json({})),
  });
  const headers = await as("viewer");
  const status = () => ask("/api/v1/status", { headers });
  const asked = Array.from({ length: waitingRequestsMax }, status);
  const { status: busy } = await status();
  equal(busy, 503);
  resolve();
  for (const answer of await Promise.all(asked)) equal(answer.status, 200);
});
