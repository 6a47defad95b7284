/**
 * Streams and exports of the agent on their way to a browser: few for each
 * session, since the agent has few, and none longer than its session.
 *
 * Bounds: `eachMax` of a session, `max` in all, so that `/live` and notices
 * keep theirs.
 *
 * @module
 */
import { LiveSeats } from "./live_seats.ts";
import { LiveWatch, type LiveWatchParts } from "./live_watch.ts";

/** Of one session. Our choice. */
const eachMax = 4;
/** Of everybody: half of what the agent has. Our choice. */
const max = 16;

/** A place that was taken. */
export interface StreamPlace {
  /** Hands an answer on; the place is free when it has ended, however. */
  readonly pass: (answer: Response) => Response;
}

/** Who streams. */
export class AgentStreams {
  readonly #seats = new LiveSeats(eachMax, max);
  readonly #watch: LiveWatch;

  /** Nobody does yet. */
  constructor(parts: LiveWatchParts) {
    this.#watch = new LiveWatch(parts);
  }

  /** @returns `undefined` if there is no place. */
  take(session: string): StreamPlace | undefined {
    const leave = this.#seats.take(session);
    return leave && { pass: (answer) => this.#passed(answer, session, leave) };
  }

  #passed(answer: Response, session: string, leave: () => void): Response {
    if (!answer.body) {
      leave();
      return answer;
    }
    let unwatch = () => {};
    const { readable, writable } = new TransformStream<
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>
    >({
      start: (controller) => {
        unwatch = this.#watch.watch({
          session,
          // The browser's own pace: the agent ends who is too slow.
          waitingBytes: () => 0,
          close: () => controller.terminate(),
        });
      },
    });
    answer.body.pipeTo(writable).catch(() => {}).finally(() => {
      unwatch();
      leave();
    });
    return new Response(readable, answer);
  }
}
