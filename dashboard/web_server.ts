/**
 * Serves the dashboard's web application over HTTP, and `/live` over a
 * WebSocket: what the agent tells as it happens, one JSON value a message. A
 * browser that reads too slowly is let go, and comes back with its cursor.
 *
 * @module
 */
import type { LocalApi } from "./api/app.ts";
import type { AgentGateway } from "./web/agent_gateway.ts";
import { LiveHub } from "./web/live_hub.ts";
import type { WebAppParts } from "./web/web_app.ts";

/** A dashboard that is served. */
export interface WebServer {
  /** Address it listens on. */
  readonly hostname: string;
  readonly port: number;
  /** Ends open requests. */
  stop(): Promise<void>;
}

/** Bytes that may wait for one slow browser. Our choice: some seconds of news. */
const waitingBytesMax = 1_048_576;
/** How often waiting browsers are looked at. */
const lookMs = 250;

/**
 * Serves the application that `make` makes.
 *
 * @param make Builds it over what answers `/live`.
 * @param port 0 for any free one.
 * @throws {Deno.errors.AddrInUse} If somebody listens there.
 */
export function serveWeb(
  make: (live: WebAppParts["live"]) => LocalApi,
  agent: AgentGateway,
  hostname: string,
  port: number,
): WebServer {
  const abort = new AbortController();
  const hub = new LiveHub(agent, (ms, wake) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  });
  const app = make((request, after) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    attend(socket, hub, after);
    return response;
  });
  const server = Deno.serve(
    { hostname, port, signal: abort.signal, onListen() {} },
    app.fetch,
  );
  return {
    hostname: server.addr.hostname,
    port: server.addr.port,
    async stop() {
      hub.stop();
      abort.abort();
      await server.finished;
    },
  };
}

/** Follows the hub for one browser. */
function attend(socket: WebSocket, hub: LiveHub, after: number): void {
  let leave = () => {};
  let looking: ReturnType<typeof setInterval> | undefined;
  socket.onopen = () => {
    leave = hub.join(after, (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    });
    looking = setInterval(() => {
      if (socket.bufferedAmount > waitingBytesMax) {
        socket.close(1013, "too slow");
      }
    }, lookMs);
  };
  socket.onclose = socket.onerror = () => {
    clearInterval(looking);
    leave();
  };
  // Nothing is asked over it; whoever speaks is let go.
  socket.onmessage = () => socket.close(1003, "nothing is asked here");
}
