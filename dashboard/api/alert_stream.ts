/**
 * New alerts as they come. A client that reads too slowly misses alerts rather
 * than filling memory, and is told how many.
 *
 * @module
 */
import type { AgentDesk } from "./agent_desk.ts";
import { lineStream } from "./line_stream.ts";

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
  return lineStream(
    (listener) => {
      let missed = 0;
      return desk.watchAlerts((alert) => {
        if (listener.isFull) {
          missed++;
          return;
        }
        if (missed > 0) {
          listener.send({ missed });
          missed = 0;
        }
        listener.send(alert);
      });
    },
    waitingMax,
    followers,
  );
}
