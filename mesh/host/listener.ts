/**
 * The TLS port of a node: a web server that hands admitted upgrades to the
 * mesh and everything else to the cover page.
 *
 * The runtime gives up its listener when the process runs out of file
 * descriptors, which a stranger with enough connections can bring about. Links
 * that are up stay up; the listener is opened again every second until it can
 * be. (The runtime raises the soft limit on descriptors to the hard one at
 * start, so this takes hundreds of thousands of connections where systemd set
 * its usual limit.)
 *
 * Bounds: at most `linksMax` inbound sockets, those still opening and still
 * closing included; a knock beyond that gets the 404.
 *
 * @module
 */
import { linksMax } from "../limits.ts";
import type { CoverPage } from "./cover_page.ts";
import { transportErrorOf } from "./transport_error.ts";
import { isUpgrade, tokenOf } from "./upgrade.ts";

/** Where and as whom to listen. */
export interface ListenerOptions {
  /** Address or name of this host, `::` or `0.0.0.0` for all. */
  readonly hostname: string;
  /** TCP port; 0 takes any free one. */
  readonly port: number;
  /** What peers pin. */
  readonly certificatePem: string;
  /** PKCS #8 key of the certificate. Secret. */
  readonly keyPem: string;
}

/** A port that is open. */
export interface Listener {
  /** `host:port` it listens on. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Seconds of silence after which the runtime pings and, unanswered, closes an
 * accepted socket. Cells come at least every 7.5 s (`metered`), so a ping never
 * shows among them; it only clears away peers that vanished.
 */
const idleTimeoutSeconds = 60;
/** Pause before a lost listener is opened again: our choice. */
const reopenMs = 1_000;
/** How long a shutdown waits for strangers to hang up. */
const goodbyeMsMax = 1_000;

/**
 * Opens the port.
 *
 * @param admit The gate; called once for every request, whatever it asks for.
 * @param accept Takes over an upgraded socket; `release` frees its place.
 * @throws {TransportError} If the address is taken, denied or not ours.
 */
export function openListener(
  options: ListenerOptions,
  page: CoverPage,
  admit: (token: Uint8Array) => boolean,
  accept: (socket: WebSocket, token: Uint8Array, release: () => void) => void,
): Listener {
  let inbound = 0;
  let closing = false;
  let reopenTimer: ReturnType<typeof setTimeout> | undefined;

  const answer = (request: Request): Response | Promise<Response> => {
    const token = tokenOf(request.headers);
    // Asked for every request, and before anything else, so that no path and no
    // header takes longer than another (`tests/lab/port_test.ts` measures it).
    const admitted = admit(token);
    if (!admitted || closing || inbound >= linksMax || !isUpgrade(request)) {
      return page.fetch(request);
    }
    let upgrade: Deno.WebSocketUpgrade;
    try {
      upgrade = Deno.upgradeWebSocket(request, {
        idleTimeout: idleTimeoutSeconds,
      });
    } catch {
      // Not an upgrade after all, HTTP/2 for one.
      return page.fetch(request);
    }
    inbound++;
    let placed = true;
    accept(upgrade.socket, token, () => {
      if (placed) inbound--;
      placed = false;
    });
    return upgrade.response;
  };

  const serve = (port: number) =>
    Deno.serve({
      hostname: options.hostname,
      port,
      cert: options.certificatePem,
      key: options.keyPem,
      // The runtime prints the address otherwise; whoever asked is told.
      onListen() {},
      onError: () => new Response(null, { status: 500 }),
    }, answer);

  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = serve(options.port);
  } catch (cause) {
    const wanted = spell(options.hostname, options.port);
    throw transportErrorOf(cause, wanted) ?? cause;
  }
  const { port } = server.addr;

  const keepOpen = (current: Deno.HttpServer<Deno.NetAddr>) => {
    current.finished.catch(reopen);
  };
  const reopen = () => {
    if (closing) return;
    reopenTimer = setTimeout(() => {
      try {
        keepOpen(server = serve(port));
      } catch {
        reopen();
      }
    }, reopenMs);
  };
  keepOpen(server);

  return {
    address: spell(options.hostname, port),
    async close() {
      closing = true;
      clearTimeout(reopenTimer);
      // Strangers that never hang up must not keep us.
      let timer: ReturnType<typeof setTimeout> | undefined;
      const enough = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, goodbyeMsMax);
      });
      await Promise.race([server.shutdown().catch(() => {}), enough]);
      clearTimeout(timer);
    },
  };
}

function spell(hostname: string, port: number): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}
