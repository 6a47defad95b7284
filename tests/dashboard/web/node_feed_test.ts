import { deepEqual, equal } from "node:assert/strict";
import { NodeFeed } from "../../../dashboard/web/node_feed.ts";

/** An agent whose streams the test writes; each request is one of them. */
function agent() {
  const streams: {
    readonly path: string;
    readonly signal: AbortSignal | undefined;
    readonly controller: ReadableStreamDefaultController<Uint8Array>;
  }[] = [];
  let wake: (() => void) | undefined;
  const feed = new NodeFeed({
    request(path, init) {
      let controller!: ReadableStreamDefaultController<Uint8Array>;
      const body = new ReadableStream<Uint8Array>({
        start: (given) => void (controller = given),
      });
      const signal = init?.signal ?? undefined;
      signal?.addEventListener("abort", () => controller.error("abort"));
      streams.push({ path, signal, controller });
      return Promise.resolve(new Response(body));
    },
  }, (_ms, later) => {
    wake = later;
    return () => wake = undefined;
  });
  const tell = (text: string) =>
    streams.at(-1)?.controller.enqueue(new TextEncoder().encode(text));
  return { feed, streams, tell, wakeUp: () => wake?.() };
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
  streams[0]?.controller.close();
  await settled();
  wakeUp();
  await settled();
  equal(streams.length, 2);
  leave();
  equal(streams[1]?.signal?.aborted, true);
  await settled();
  wakeUp();
  equal(streams.length, 2);
  feed.join(() => {});
  await settled();
  equal(streams.length, 3);
  feed.stop();
});
