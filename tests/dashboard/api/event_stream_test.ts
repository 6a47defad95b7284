import { deepEqual, equal, match } from "node:assert/strict";
import type { EventRecord } from "../../../dashboard/mod.ts";
import { eventStream } from "../../../dashboard/api/event_stream.ts";
import { deskWith } from "./recording_desk.ts";

function event(seq: number): EventRecord {
  return {
    seq,
    atMs: 0,
    stage: "seen",
    subject: "",
    node: "",
    what: "alert",
    detail: {},
  };
}

/** A stream behind `after`, over a journal that has `backlog`. */
function streamed(after: number, backlog: readonly number[]) {
  let tell: (event: EventRecord) => void = () => {};
  const desk: Parameters<typeof eventStream>[0] = {
    events: () => ({ events: backlog.map(event).reverse() }),
    watchEvents(listener) {
      tell = listener;
      return () => {};
    },
  };
  const { body } = eventStream(desk, after, { count: 0 });
  return { tell: (seq: number) => tell(event(seq)), body: body! };
}

async function numbersIn(body: ReadableStream<Uint8Array>): Promise<number[]> {
  const text = await new Response(body).text();
  return text.split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line).seq);
}

Deno.test("eventStream() tells once what waits to be written", async () => {
  const { tell, body } = streamed(5, [6, 7]);
  for (const seq of [6, 7, 8]) tell(seq);
  // The journal begins anew: that ends it.
  tell(1);
  deepEqual(await numbersIn(body), [6, 7, 8]);
});

Deno.test("eventStream() ends when the journal begins anew before any news", async () => {
  const { tell, body } = streamed(20_000, []);
  tell(1);
  deepEqual(await numbersIn(body), []);
});

for (
  const path of ["/v1/alerts/stream", "/v1/events/stream", "/v1/nodes/stream"]
) {
  Deno.test(`HEAD ${path} takes no place`, async () => {
    let watching = 0;
    const watch = () => {
      watching++;
      return () => void watching--;
    };
    const { app } = deskWith({
      watchAlerts: watch,
      watchEvents: watch,
      watchNodes: watch,
    });
    for (let time = 0; time < 40; time++) {
      const { status, headers } = await app.request(path, { method: "HEAD" });
      deepEqual([status, headers.get("allow")], [405, "GET"]);
    }
    equal(watching, 0);
    const { status, body } = await app.request(path);
    equal(status, 200);
    await body?.cancel();
  });
}

Deno.test("what has other methods names them", async () => {
  const { app } = deskWith();
  const { status, headers } = await app.request("/v1/status", {
    method: "DELETE",
  });
  equal(status, 405);
  match(headers.get("allow") ?? "", /^GET$/);
});
