/// <reference lib="deno.worker" />
/**
 * The same web app without a mesh: the cover page on the same runtime, with the
 * same certificate, in a worker with the same permissions as the mesh isolate,
 * and no gate, no node and no WebSocket. To it `/live` is a path like any
 * other, which is what our port claims to strangers, too.
 *
 * @module
 */
import { systemClock } from "../../../mesh/host/clock.ts";
import { createCoverPage } from "../../../mesh/host/cover_page.ts";
import type { PortPlan } from "./port_plan.ts";

self.onmessage = ({ data }: MessageEvent<PortPlan>) => {
  const page = createCoverPage(data.page, systemClock.wallMs);
  const server = Deno.serve({
    hostname: data.listen.hostname,
    port: data.listen.port,
    cert: data.listen.certificatePem,
    key: data.listen.keyPem,
    onListen() {},
  }, (request) => page.fetch(request));
  self.postMessage({ port: server.addr.port });
};
