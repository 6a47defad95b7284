import { deepEqual, equal } from "node:assert/strict";
import { LiveHub, membersMax } from "../../../dashboard/web/live_hub.ts";
import { streamingAgent } from "./streaming_agent.ts";

/** A hub whose agent has a journal that ends at `at`. */
function agent(at = 0) {
  const journal = { at };
  const { gateway, later, streams, wakeUp } = streamingAgent((path) =>
    path === "/v1/events?limit=1"
      ? Response.json({ events: journal.at === 0 ? [] : [{ seq: journal.at }] })
      : undefined
  );
  /** Over the latest stream. */
  const tell = (...seqs: number[]) => {
    journal.at = Math.max(journal.at, ...seqs);
    streams.at(-1)?.tell(seqs.map((seq) => `{"seq":${seq}}\n`).join(""));
  };
  const hub = new LiveHub(gateway, later);
  return { hub, streams, tell, journal, wakeUp };
}

/** What one browser hears that knows events up to `after`. */
function browser(hub: LiveHub, after: number) {
  const heard: string[] = [];
  return { heard, leave: hub.join(after, (message) => heard.push(message)) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const event = (seq: number) => `{"type":"event","kind":"record","seq":${seq}}`;
const gap = (from: number, to: number) =>
  `{"type":"gap","from":${from},"to":${to}}`;
const here = '{"type":"agent","reachable":true}';
const away = '{"type":"agent","reachable":false}';

Deno.test("LiveHub tells each event once, to all", async () => {
  const { hub, streams, tell } = agent();
  const [one, two]: [string[], string[]] = [[], []];
  hub.join(0, (message) => one.push(message));
  hub.join(0, (message) => two.push(message));
  await settled();
  tell(1, 2, 2, 1, 3);
  await settled();
  deepEqual(one, [here, event(1), event(2), event(3)]);
  deepEqual(two, one);
  equal(streams.length, 1);
  hub.stop();
});

Deno.test("LiveHub tells who comes back what it missed, and nothing twice", async () => {
  const { hub, tell } = agent(4);
  browser(hub, 0);
  await settled();
  tell(5, 6, 7);
  await settled();
  deepEqual(browser(hub, 5).heard, [here, event(6), event(7)]);
  const all = [event(5), event(6), event(7)];
  deepEqual(browser(hub, 4).heard, [here, ...all]);
  deepEqual(browser(hub, 2).heard, [here, gap(3, 4), ...all]);
  deepEqual(browser(hub, 7).heard, [here]);
  hub.stop();
});

Deno.test("LiveHub tells what a browser missed before this dashboard was", async () => {
  const { hub, streams, tell } = agent(510);
  const fresh = browser(hub, 0);
  const back = browser(hub, 500);
  deepEqual([fresh.heard, back.heard], [[], []]);
  await settled();
  equal(streams[0]?.path, "/v1/events/stream?after=510");
  tell(511);
  await settled();
  deepEqual(fresh.heard, [here, event(511)]);
  deepEqual(back.heard, [here, gap(501, 510), event(511)]);
  hub.stop();
});

Deno.test("LiveHub tells what nobody heard while nobody looked", async () => {
  const { hub, streams, tell } = agent(10);
  browser(hub, 0).leave();
  await settled();
  const [fresh, back] = [browser(hub, 0), browser(hub, 8)];
  await settled();
  equal(streams.at(-1)?.path, "/v1/events/stream?after=10");
  // The agent tells the newest of what was missed only.
  tell(2_001, 2_002);
  await settled();
  const news = [gap(11, 2_000), event(2_001), event(2_002)];
  deepEqual(fresh.heard, [here, ...news]);
  deepEqual(back.heard, [here, gap(9, 10), ...news]);
  deepEqual(browser(hub, 1_500).heard, [
    here,
    gap(1_501, 2_000),
    event(2_001),
    event(2_002),
  ]);
  hub.stop();
});

Deno.test("LiveHub says so when the agent begins a new journal", async () => {
  const { hub, streams, tell, journal, wakeUp } = agent(900);
  const { heard } = browser(hub, 0);
  await settled();
  streams[0]?.end();
  await settled();
  journal.at = 3;
  const back = browser(hub, 900);
  wakeUp();
  await settled();
  equal(streams[1]?.path, "/v1/events/stream?after=3");
  tell(4);
  await settled();
  deepEqual(heard, [here, away, gap(1, 3), here, event(4)]);
  deepEqual(back.heard, [away, here, gap(1, 3), event(4)]);
  hub.stop();
});

Deno.test("LiveHub goes on where it was when the agent comes back", async () => {
  const { hub, streams, tell, wakeUp } = agent(7);
  const heard: string[] = [];
  hub.join(0, (message) => heard.push(message));
  await settled();
  tell(8);
  await settled();
  streams[0]?.end();
  await settled();
  wakeUp();
  await settled();
  equal(streams[1]?.path, "/v1/events/stream?after=8");
  tell(9);
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

Deno.test("LiveHub tells nobody what it had read when the last browser left", async () => {
  const { hub, tell } = agent(10);
  const { leave } = browser(hub, 0);
  await settled();
  tell(11);
  leave();
  await settled();
  const { heard } = browser(hub, 10);
  deepEqual(heard, []);
  await settled();
  tell(11);
  await settled();
  deepEqual(heard, [here, event(11)]);
  hub.stop();
});

Deno.test("LiveHub lets go of the first when there are too many", async () => {
  const { hub, tell } = agent();
  let first = 0;
  hub.join(0, () => first++);
  for (let n = 0; n < membersMax; n++) hub.join(0, () => {});
  await settled();
  const before = first;
  tell(1);
  await settled();
  equal(first, before);
  hub.stop();
});
