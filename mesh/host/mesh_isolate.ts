/// <reference lib="deno.worker" />
/**
 * The mesh behind its wall: a worker with the network and nothing else, in
 * which sockets, gate, handshakes and the cell clock live (design §4). Its own
 * event loop keeps cell times free of what the owner is busy with.
 *
 * Entry of a `Worker`; `spawn_mesh.ts` starts it. An exception in here is not
 * caught: it ends the isolate and reaches the owner as `isolate_failed`.
 *
 * @module
 */
import { type RunningNode, startNode } from "../driver.ts";
import type { MeshEvent } from "../mesh.ts";
import { systemClock } from "./clock.ts";
import { createCoverPage } from "./cover_page.ts";
import type {
  FromIsolate,
  IsolateStart,
  ToIsolate,
} from "./isolate_message.ts";
import { systemRandom } from "./random.ts";
import { TransportError } from "./transport_error.ts";
import { warmGate } from "./warm_gate.ts";
import { type HostTransport, openTransport } from "./websocket_transport.ts";

let node: RunningNode | undefined;

self.onmessage = async ({ data }: MessageEvent<ToIsolate>) => {
  if (data.type === "command") return node?.send(data.command);
  await start(data.options);
};

async function start({ start, listen, page }: IsolateStart): Promise<void> {
  let transport: HostTransport;
  if (listen) warmGate();
  try {
    transport = await openTransport({
      ...(listen && { listen }),
      admit: (token) => node?.admit(token) ?? false,
      onEvent: (event) => node?.transport(event),
      page: createCoverPage(page, systemClock.wallMs),
    });
  } catch (error) {
    return tell({
      type: "refused",
      ...(error instanceof TransportError && { code: error.code }),
      address: listen ? `${listen.hostname}:${listen.port}` : "",
      message: error instanceof Error ? error.message : String(error),
    });
  }
  node = startNode({
    start,
    clock: systemClock,
    random: systemRandom,
    transport,
  });
  node.onEvent((event) => void pass(event, transport));
  tell({ type: "listening", address: transport.address });
}

async function pass(event: MeshEvent, transport: HostTransport): Promise<void> {
  if (event.type === "report") {
    const { report } = event;
    const counters = { ...report.counters, ...edgeCounters(transport) };
    return tell({
      type: "event",
      event: { type: "report", report: { ...report, counters } },
    });
  }
  if (event.type === "stopped") await transport.shutdown();
  tell({ type: "event", event });
}

function edgeCounters(transport: HostTransport): Record<string, number> {
  return {
    transport_foul: transport.counters.foul,
    transport_dials_refused: transport.counters.dialsRefused,
  };
}

function tell(message: FromIsolate): void {
  self.postMessage(message);
}
