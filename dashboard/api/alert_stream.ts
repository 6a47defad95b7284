/**
 * New alerts as lines of JSON (NDJSON), for as long as the client listens. A
 * client that reads too slowly misses alerts rather than filling memory, and
 *
 * is told how many.
 *
 * @module
 */
import type { AgentDesk } from "./agent_desk.ts";

/** Clients that may listen at once; further ones are refused. */
export const followersMax = 32;
/** Alerts waiting for one slow client; beyond it new ones are dropped. */
const waitingMax = 256;

/**
 * Answers with a stream that ends when the client goes.
 *
 * @param followers Shared count of open streams.
 */
export function alertStream(
  desk: AgentDesk,
  followers: { count: number },
): Response {
  const encoder = new TextEncoder();
  let missed = 0;
  let leave = () => {};
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      followers.count++;
      const send = (value: unknown) =>
        controller.enqueue(encoder.encode(JSON.stringify(value) + "\n"));
      // A first line, so that the client knows it is listening.
      controller.enqueue(encoder.encode("\n"));
      const unwatch = desk.watchAlerts((alert) => {
        if ((controller.desiredSize ?? 0) <= 0) {
          missed++;
          return;
        }
        if (missed > 0) {
          send({ missed });
          missed = 0;
        }
        send(alert);
      });
      let left = false;
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
