/**
 * News as lines of JSON (NDJSON), for as long as a client listens.
 *
 * Bound: `waitingMax` lines that wait for one client; what happens to further
 * ones is for the caller to say.
 *
 * @module
 */

/** One client that listens. */
export interface LineListener {
  /** Whether it reads too slowly: no further line has room. */
  readonly isFull: boolean;
  /** Gives it one line. */
  send(value: unknown): void;
  /** Lets it go. */
  end(): void;
}

/**
 * Answers with a stream that ends when the client goes, or is let go.
 *
 * @param listen Begins to tell it; what it returns ends that, once.
 * @param followers Shared count of open streams.
 */
export function lineStream(
  listen: (listener: LineListener) => () => void,
  waitingMax: number,
  followers: { count: number },
): Response {
  const encoder = new TextEncoder();
  let left = false;
  let unwatch = () => {};
  const leave = () => {
    if (left) return;
    left = true;
    followers.count--;
    unwatch();
  };
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      followers.count++;
      // A first line, so that the client knows it is listening.
      controller.enqueue(encoder.encode("\n"));
      unwatch = listen({
        get isFull() {
          return (controller.desiredSize ?? 0) <= 0;
        },
        send(value) {
          if (left) return;
          controller.enqueue(encoder.encode(JSON.stringify(value) + "\n"));
        },
        end() {
          if (left) return;
          leave();
          controller.close();
        },
      });
      // It may have been let go while it was told what it had missed.
      if (left) unwatch();
    },
    cancel: leave,
  }, { highWaterMark: waitingMax, size: () => 1 });
  return new Response(stream, {
    headers: {
      "content-type": "application/x-ndjson",
      "cache-control": "no-store",
    },
  });
}
