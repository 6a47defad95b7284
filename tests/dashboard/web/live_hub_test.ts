import { deepEqual, equal } from "node:assert/strict";
import { LiveHub, membersMax } from "../../../dashboard/web/live_hub.ts";

/** An agent whose stream the test writes. */
function agent() {
  const streams: {
    path: string;
    tell: (...seqs: number[]) => void;
    end: () => void;
    aborted: () => boolean;
  }[] = [];
  let wake: (() => void) | undefined;
  const hub = new LiveHub({
    request(path, init) {
      const { promise, resolve } = Promise.withResolvers<Response>();
      let controller!: ReadableStreamDefaultController<Uint8Array>;
      const body = new ReadableStream<Uint8Array>({
        start: (given) => void (controller = given),
      });
      init?.signal?.addEventListener("abort", () => controller.error("abort"));
      streams.push({
        path,
        tell: (...seqs) =>
          controller.enqueue(
            new TextEncoder().encode(
              seqs.map((seq) => `{"seq":${seq}}\n`).join(""),
            ),
          ),
        end: () => controller.close(),
        aborted: () => init?.signal?.aborted ?? false,
      });
      resolve(new Response(body));
      return promise;
    },
  }, (_ms, later) => {
    wake = later;
    return () => wake = undefined;
  });
  return { hub, streams, wakeUp: () => wake?.() };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const event = (seq: number) => `{"type":"event","kind":"record","seq":${seq}}`;
const here = '{"type":"agent","reachable":true}';
const away = '{"type":"agent","reachable":false}';

Deno.test("LiveHub tells each event once, to all", async () => {
  const { hub, streams } = agent();
  const [one, two]: [string[], string[]] = [[], []];
  hub.join(0, (message) => one.push(message));
  hub.join(0, (message) => two.push(message));
  await settled();
  streams[0]?.tell(1, 2, 2, 1, 3);
  await settled();
  deepEqual(one, [here, event(1), event(2), event(3)]);
  deepEqual(two, one);
  equal(streams.length, 1);
  hub.stop();
});

Deno.test("LiveHub tells who comes back what it missed, and nothing twice", async () => {
  const { hub, streams } = agent();
  hub.join(0, () => {});
  await settled();
  streams[0]?.tell(5, 6, 7);
  await settled();
  const back: string[] = [];
  hub.join(5, (message) => back.push(message));
  deepEqual(back, [here, event(6), event(7)]);
  const late: string[] = [];
  hub.join(2, (message) => late.push(message));
  deepEqual(late[1], '{"type":"gap","from":3,"to":4}');
  hub.stop();
});

Deno.test("LiveHub goes on where it was when the agent comes back", async () => {
  const { hub, streams, wakeUp } = agent();
  const heard: string[] = [];
  hub.join(0, (message) => heard.push(message));
  await settled();
  streams[0]?.tell(8);
  await settled();
  streams[0]?.end();
  await settled();
  wakeUp();
  await settled();
  equal(streams[1]?.path, "/v1/events/stream?after=8");
  streams[1]?.tell(9);
  await settled();
  deepEqual(heard, [here, event(8), away, here, event(9)]);
  hub.stop();
});

Deno.test("LiveHub leaves the agent in peace when nobody looks", async () => {
  const { hub, streams } = agent();
  const leave = hub.join(0, () => {});
  await settled();
  leave();
  await settled();
  equal(streams[0]?.aborted(), true);
  hub.join(0, () => {});
  await settled();
  equal(streams.length, 2);
  hub.stop();
});

Deno.test("LiveHub lets go of the first when there are too many", async () => {
  const { hub, streams } = agent();
  let first = 0;
  hub.join(0, () => first++);
  for (let n = 0; n < membersMax; n++) hub.join(0, () => {});
  await settled();
  const before = first;
  streams[0]?.tell(1);
  await settled();
  equal(first, before);
  hub.stop();
});
