/**
 * An agent's socket with a journal that nobody writes to but the bench: it
 * answers what a dashboard follows, and streams what it is told to tell.
 *
 * @module
 */

/** Answers on a socket. */
export interface PlayedAgent {
  /** Number of the last alert, which is how many were told. */
  readonly told: number;
  /** When each was told (`performance.now()`), by number. */
  readonly toldAtMs: readonly number[];
  /** One alert more. */
  tell(): void;
  stop(): Promise<void>;
}

/** Plays an agent at the Unix socket `path`. */
export function playAgent(path: string): PlayedAgent {
  const followers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const streams: Readonly<Record<string, typeof followers>> = {
    "/v1/events/stream": followers,
    "/v1/nodes/stream": new Set(),
  };
  const encoder = new TextEncoder();
  const toldAtMs: number[] = [0];
  const server = Deno.serve({ path, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    // Without it the dashboard would ask again each second.
    if (pathname === "/v1/events") {
      const last = toldAtMs.length - 1;
      return Response.json({ events: last > 0 ? [alert(last)] : [] });
    }
    const followed = streams[pathname];
    if (!followed) return Response.json({});
    let mine: ReadableStreamDefaultController<Uint8Array>;
    return new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          followed.add(mine = controller);
          controller.enqueue(encoder.encode("\n"));
        },
        cancel: () => void followed.delete(mine),
      }),
    );
  });
  return {
    get told() {
      return toldAtMs.length - 1;
    },
    toldAtMs,
    tell() {
      const seq = toldAtMs.length;
      toldAtMs.push(performance.now());
      const line = encoder.encode(JSON.stringify(alert(seq)) + "\n");
      for (const follower of followers) follower.enqueue(line);
    },
    stop: () => server.shutdown(),
  };
}

function alert(seq: number) {
  return {
    seq,
    atMs: Date.now(),
    stage: "claimed",
    subject: `198.51.100.${seq % 250}`,
    node: "ab".repeat(32),
    what: "claim",
    detail: {
      technique: "T1110.001",
      scenario: "ssh-bruteforce",
      evidence: "E1",
      score: 9,
      observations: seq,
    },
  };
}
