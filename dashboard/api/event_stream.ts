/**
 * What the journal takes, as lines of JSON (NDJSON), for as long as the client
 * listens: first what it missed, then what happens. A client that reads too
 * slowly is let go rather than filling memory; it comes back with `after`.
 *
 * Bounds: `followersMax` clients; `backlogMax` events of the past, the newest;
 * `waitingMax` that wait for one client.
 *
 * @module
 */
import type { AgentDesk, EventRecord } from "./agent_desk.ts";

/** Events of the past that a stream begins with at most. */
const backlogMax = 1_000;
/** Events waiting for one slow client; one more ends its stream. */
const waitingMax = 4_096;

/**
 * Answers with a stream that ends when the client goes, or is too slow.
 *
 * @param after Number of the last event that the client knows; only news if
 * absent.
 * @param followers Shared count of open streams.
 */
export function eventStream(
  desk: AgentDesk,
  after: number | undefined,
  followers: { count: number },
): Response {
  const encoder = new TextEncoder();
  let leave = () => {};
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      followers.count++;
      let left = false;
      const send = (event: EventRecord) => {
        if ((controller.desiredSize ?? 0) <= 0) {
          leave();
          return controller.close();
        }
        controller.enqueue(encoder.encode(JSON.stringify(event) + "\n"));
      };
      // A first line, so that the client knows it is listening.
      controller.enqueue(encoder.encode("\n"));
      let last = after ?? 0;
      if (after !== undefined) {
        const { events } = desk.events({ after, limit: backlogMax });
        for (const event of events.toReversed()) {
          send(event);
          last = event.seq;
        }
      }
      const unwatch = desk.watchEvents((event) => {
        if (event.seq > last && !left) send(event);
      });
      leave = () => {
        if (left) return;
        left = true;
        unwatch();
        followers.count--;
      };
    },
    cancel: () => leave(),
  }, { highWaterMark: waitingMax, size: () => 1 });
  return new Response(stream, {
    headers: {
      "content-type": "application/x-ndjson",
      "cache-control": "no-store",
    },
  });
}
