import { deepEqual, equal, ok } from "node:assert/strict";
import { nodeNews } from "../../../dashboard/api/node_stream.ts";
import type { SimulationNews, SimulationRun } from "../../../dashboard/mod.ts";
import {
  liveDocument,
  liveMessageSchema,
  liveQuerySchema,
} from "../../../dashboard/web/live_document.ts";
import { LiveHub } from "../../../dashboard/web/live_hub.ts";
import { NodeFeed } from "../../../dashboard/web/node_feed.ts";
import { SimulationFeed } from "../../../dashboard/web/simulation_feed.ts";
import { link, member } from "../api/staged_node.ts";

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const run: SimulationRun = {
  id: "1".repeat(12),
  kind: "portscan",
  machines: 4,
  seconds: 0,
  seed: "3",
  by: "ada",
  state: "running",
  done: 0.5,
  orderedMs: 1,
};

/** Messages of a hub whose agent tells one event after a hole, and ends. */
async function hubMessages(): Promise<string[]> {
  const event = {
    seq: 9,
    atMs: 5,
    stage: "seen",
    subject: "192.0.2.7",
    node: "",
    what: "alert",
    detail: { technique: "T1046" },
  };
  const hub = new LiveHub({
    request: (path) =>
      Promise.resolve(
        path.startsWith("/v1/events?")
          ? Response.json({ events: [{ seq: 4 }] })
          : new Response(JSON.stringify(event) + "\n"),
      ),
  }, () => () => {});
  const heard: string[] = [];
  hub.join(2, (message) => heard.push(message));
  await settled();
  hub.stop();
  return heard;
}

async function nodeMessages(): Promise<string[]> {
  const till = member("till");
  const lines = nodeNews([till], [{ ...till, state: "late", link }])
    .map((each) => `${JSON.stringify(each)}\n`).join("");
  let wake = () => {};
  const feed = new NodeFeed(
    { request: () => Promise.resolve(new Response(lines)) },
    (_ms, then) => {
      wake = then;
      return () => {};
    },
  );
  const heard: string[] = [];
  feed.join((message) => heard.push(message));
  await settled();
  // It has ended, and begins again.
  wake();
  await settled();
  feed.stop();
  return heard;
}

function simulationMessages(): string[] {
  const news: SimulationNews = {
    seq: 7,
    run,
    lines: [{ atMs: 1, host: "host-1", text: "saw" }],
  };
  let tell: (news: SimulationNews) => void = () => {};
  const feed = new SimulationFeed({
    watch(hear) {
      tell = hear;
      return () => {};
    },
  });
  const heard: string[] = [];
  feed.join(3, (message) => heard.push(message));
  tell(news);
  return heard;
}

Deno.test("every message that is told live is described, and no other is", async () => {
  const messages = [
    ...await hubMessages(),
    ...await nodeMessages(),
    ...simulationMessages(),
  ].map((message) => JSON.parse(message));
  for (const message of messages) {
    const { error } = liveMessageSchema.safeParse(message);
    ok(!error, `${JSON.stringify(message)}: ${error}`);
  }
  deepEqual(
    [...new Set(messages.map(({ type }) => type))].toSorted(),
    liveMessageSchema.options.map(({ shape }) => shape.type.value).toSorted(),
  );
  ok(!liveMessageSchema.safeParse({ type: "agent" }).success);
  ok(!liveMessageSchema.safeParse({ type: "alert", seq: 1 }).success);
});

Deno.test("liveQuerySchema takes cursors, and nothing that only looks like one", () => {
  const fits = (after: string) => liveQuerySchema.safeParse({ after }).success;
  for (const good of ["0", "1", "900719925474099"]) ok(fits(good), good);
  for (const bad of ["", "-1", "1.5", "1e3", " 1", "0x1", "9".repeat(16)]) {
    equal(fits(bad), false, bad);
  }
  ok(liveQuerySchema.safeParse({}).success);
});

Deno.test("liveDocument() places the socket beside the API, not below it", () => {
  const { paths, components } = liveDocument();
  const operation = paths?.["/live"]?.["get"] as {
    readonly servers?: unknown;
  };
  deepEqual(operation.servers, [{ url: "/" }]);
  ok(components?.schemas?.["LiveMessage"]);
});
