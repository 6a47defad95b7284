/**
 * What the journal takes, as it is taken: first what the client missed, then
 * what happens. A client that reads too slowly is let go rather than filling
 * memory; it comes back with `after`.
 *
 * Bounds: `backlogMax` events of the past, the newest; `waitingMax` that wait
 * for one client.
 *
 * @module
 */
import type { AgentDesk, EventRecord } from "./agent_desk.ts";
import { lineStream } from "./line_stream.ts";

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
  desk: Pick<AgentDesk, "events" | "watchEvents">,
  after: number | undefined,
  followers: { count: number },
): Response {
  return lineStream(
    (listener) => {
      const send = (event: EventRecord) =>
        listener.isFull ? listener.end() : listener.send(event);
      let last = after ?? 0;
      if (after !== undefined) {
        const { events } = desk.events({ after, limit: backlogMax });
        for (const event of events.toReversed()) {
          send(event);
          last = event.seq;
        }
      }
      let told = 0;
      return desk.watchEvents((event) => {
        const { seq } = event;
        const isFirst = seq === 1 && last > 1;
        // The journal has begun anew: the client comes back and finds its place.
        if (isFirst || seq < told) return listener.end();
        told = seq;
        // What waited to be written was in the backlog already.
        if (seq > last) send(event);
      });
    },
    waitingMax,
    followers,
  );
}
