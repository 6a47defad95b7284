import { deepEqual, equal } from "node:assert/strict";
import { NodeFeed } from "../../../dashboard/web/node_feed.ts";
import { streamingAgent } from "./streaming_agent.ts";

/** A feed and its agent. */
function agent() {
  const { gateway, later, streams, wakeUp } = streamingAgent();
  const feed = new NodeFeed(gateway, later);
  return {
    feed,
    streams,
    tell: (text: string) => streams.at(-1)?.tell(text),
    wakeUp,
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

Deno.test("NodeFeed tells each line to all, over one stream", async () => {
  const { feed, streams, tell } = agent();
  const [one, two]: [string[], string[]] = [[], []];
  feed.join((message) => one.push(message));
  const leave = feed.join((message) => two.push(message));
  await settled();
  tell('\n{"type":"node"}\n{"type":');
  await settled();
  tell('"link"}\n');
  await settled();
  deepEqual(one, ['{"type":"node"}', '{"type":"link"}']);
  deepEqual(two, one);
  leave();
  tell('{"type":"node"}\n');
  await settled();
  deepEqual([one.length, two.length], [3, 2]);
  deepEqual(streams.map(({ path }) => path), ["/v1/nodes/stream"]);
  feed.stop();
});

Deno.test("NodeFeed asks again when the agent was away, and rests when nobody listens", async () => {
  const { feed, streams, wakeUp } = agent();
  const leave = feed.join(() => {});
  await settled();
  streams[0]?.end();
  await settled();
  wakeUp();
  await settled();
  equal(streams.length, 2);
  leave();
  equal(streams[1]?.aborted(), true);
  await settled();
  wakeUp();
  equal(streams.length, 2);
  feed.join(() => {});
  await settled();
  equal(streams.length, 3);
  feed.stop();
});

Deno.test("NodeFeed says that its stream was away, and not that it begins", async () => {
  const { feed, streams, tell, wakeUp } = agent();
  const heard: string[] = [];
  const leave = feed.join((message) => heard.push(message));
  await settled();
  tell('{"type":"node"}\n');
  await settled();
  streams[0]?.end();
  await settled();
  wakeUp();
  await settled();
  tell('{"type":"link"}\n');
  await settled();
  deepEqual(heard, [
    '{"type":"node"}',
    '{"type":"node_gap"}',
    '{"type":"link"}',
  ]);
  leave();
  feed.join((message) => heard.push(message));
  await settled();
  equal(streams.length, 3);
  equal(heard.length, 3);
  feed.stop();
});
