/**
 * Serves the dashboard's web application over HTTP or HTTPS, and `/live` over a
 * WebSocket: what the agent tells as it happens, how members and links change
 * and how simulations go, one JSON value a message. A browser that reads too
 * slowly is let go, and comes back with its cursor; so is one that speaks, and
 * one whose session has ended.
 *
 * @module
 */
import { problem } from "./api/problem.ts";
import type { AgentGateway } from "./web/agent_gateway.ts";
import { LastingServer } from "./lasting_server.ts";
import { later } from "./server.ts";
import { type Hear, LiveHub } from "./web/live_hub.ts";
import { LiveSeats } from "./web/live_seats.ts";
import {
  LiveWatch,
  type LiveWindow,
  sessionEndedCode,
} from "./web/live_watch.ts";
import { NodeFeed } from "./web/node_feed.ts";
import type { SessionTable } from "./web/session_table.ts";
import type { SimulationDesk } from "./api/simulation_desk.ts";
import { SimulationFeed } from "./web/simulation_feed.ts";
import type { LiveCursors, WebApp, WebAppParts } from "./web/web_app.ts";

/** A dashboard that is served. */
export interface WebServer {
  /** Address it listens on. */
  readonly hostname: string;
  /** Port it listens on. */
  readonly port: number;
  /** Ends open requests. */
  stop(): Promise<void>;
}

/** Where and how a dashboard is served. */
export interface WebServerOptions {
  /** IP address. */
  readonly hostname: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Certificate and key, PEM; absent: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** What is told live, and to whom. */
export interface LiveParts {
  /** Whose events. */
  readonly agent: AgentGateway;
  /** Who may listen. */
  readonly sessions: SessionTable;
  /** Who plays simulations. */
  readonly simulations: Pick<SimulationDesk, "watch">;
}

/**
 * Serves the application that `make` makes.
 *
 * @param make Builds it over what answers `/live`.
 * @throws {Deno.errors.AddrInUse} If somebody listens there.
 */
export function serveWeb(
  make: (live: WebAppParts["live"]) => WebApp,
  { agent, sessions, simulations }: LiveParts,
  { hostname, port, tls }: WebServerOptions,
): WebServer {
  const hub = new LiveHub(agent, later);
  const nodes = new NodeFeed(agent, later);
  const feed = new SimulationFeed(simulations);
  const seats = new LiveSeats();
  const watch = new LiveWatch({
    isInForce: (session) => sessions.isInForce(session),
    later,
  });
  const app = make((request, after, session) => {
    const leave = seats.take(session.id);
    if (!leave) return problem("busy", "too many windows are open");
    let upgraded: Deno.WebSocketUpgrade;
    try {
      upgraded = Deno.upgradeWebSocket(request);
    } catch {
      leave();
      return problem("malformed", "this is no handshake of a WebSocket");
    }
    const { socket, response } = upgraded;
    attend(socket, {
      join: (hear) => joined({ hub, nodes, feed }, after, hear),
      watch: () => watch.watch(windowOf(socket, session.id, leave)),
      giveSeat: leave,
    });
    return response;
  });
  const server = new LastingServer(
    (again: Deno.NetAddr | undefined, signal) =>
      Deno.serve(
        {
          hostname,
          port: again?.port ?? port,
          signal,
          onListen() {},
          ...tls,
        },
        (request, { remoteAddr }) =>
          app.fetch(request, { address: remoteAddr.hostname }),
      ),
    later,
  );
  return {
    hostname: server.addr.hostname,
    port: server.addr.port,
    async stop() {
      watch.stop();
      hub.stop();
      nodes.stop();
      feed.stop();
      await server.stop();
    },
  };
}

/** Hears of everything, from where the browser was. */
function joined(
  { hub, nodes, feed }: {
    readonly hub: LiveHub;
    readonly nodes: NodeFeed;
    readonly feed: SimulationFeed;
  },
  after: LiveCursors,
  hear: Hear,
): () => void {
  const leaves = [
    hub.join(after.event, hear),
    nodes.join(hear),
    feed.join(after.simulation, hear),
  ];
  return () => {
    for (const leave of leaves) leave();
  };
}

/** A socket as it is looked at. */
function windowOf(
  socket: WebSocket,
  session: string,
  giveSeat: () => void,
): LiveWindow {
  return {
    session,
    waitingBytes: () => socket.bufferedAmount,
    close(code, reason) {
      socket.close(code, reason);
      // Its other end may never answer that, and cannot be made to.
      if (code === sessionEndedCode) giveSeat();
    },
  };
}

/** What a socket takes part in; each returns what ends it. */
interface Attendance {
  readonly join: (hear: Hear) => () => void;
  readonly watch: () => () => void;
  readonly giveSeat: () => void;
}

/** Follows what happens for one browser. */
function attend(
  socket: WebSocket,
  { join, watch, giveSeat }: Attendance,
): void {
  let leave = () => {};
  const unwatch = watch();
  socket.onopen = () => {
    leave = join((message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    });
  };
  socket.onclose = socket.onerror = () => {
    unwatch();
    leave();
    giveSeat();
  };
  // Nothing is asked over it; whoever speaks is let go.
  socket.onmessage = () => {
    leave();
    socket.close(1003, "nothing is asked here");
  };
}
