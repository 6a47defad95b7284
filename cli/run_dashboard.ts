/**
 * Runs the dashboard: a client of the agent's socket that serves pages on
 * loopback until it is interrupted. It holds no key and keeps nothing.
 *
 * @module
 */
import { type Asset, assetOf, SessionTable, webApp } from "../dashboard/mod.ts";
import { serveWeb, type WebServer } from "../dashboard/web_server.ts";
import { socketName } from "./agent_client.ts";
import type { Invocation } from "./command.ts";
import { OperatorError } from "./operator_error.ts";
import { keepOnly } from "./permissions.ts";

/** The only address without TLS and accounts. */
const hostname = "127.0.0.1";

/**
 * Serves until SIGINT or SIGTERM.
 *
 * @throws {OperatorError} `failed` when the pages are missing or the port is in
 * use.
 */
export async function runDashboard(
  { port }: { readonly port: number },
  invocation: Invocation,
): Promise<void> {
  const { config } = await invocation.loadConfig();
  const assets = await readAssets();
  const socket = `${config.stateDir}/${socketName}`;
  const client = Deno.createHttpClient({
    proxy: { transport: "unix", path: socket },
  });
  const sessions = new SessionTable({
    wallMs: () => Date.now(),
    random: { fill: (bytes) => void crypto.getRandomValues(bytes) },
  });
  const agent = {
    request: (path: string, init: RequestInit = {}) =>
      fetch(`http://agent${path}`, { ...init, client }),
  };
  const hosts = new Set<string>();
  const server = listen(
    (live) => webApp({ agent, sessions, assets, hosts, secure: false, live }),
    agent,
    port,
  );
  for (const name of [hostname, "localhost"]) {
    hosts.add(`${name}:${server.port}`);
  }
  // Reading and writing only because of the agent's socket.
  await keepOnly("net", "read", "write");
  const url = `http://${hostname}:${server.port}/login/${sessions.issueLink()}`;
  const { output } = invocation;
  if (output.json) output.record({ url });
  else {
    output.text(url);
    output.note("Opens once, within ten minutes. Interrupt with Ctrl-C.");
  }
  await interrupted();
  await server.stop();
  client.close();
}

function listen(
  make: Parameters<typeof serveWeb>[0],
  agent: Parameters<typeof serveWeb>[1],
  port: number,
): WebServer {
  try {
    return serveWeb(make, agent, hostname, port);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AddrInUse)) throw cause;
    throw new OperatorError(
      "failed",
      `Cannot serve the dashboard: port ${port} is in use`,
      ["Choose another one:", "  stealthmesh dashboard --port 0"],
      { cause },
    );
  }
}

/** Where the pages lie: beside the bundle, or where `task ui:build` puts them. */
const assetDirectories = ["./ui/", "../dist/ui/"];

async function readAssets(): Promise<Map<string, Asset>> {
  for (const directory of assetDirectories) {
    const base = new URL(directory, import.meta.url);
    const assets = new Map<string, Asset>();
    try {
      for (const { name, isFile } of Deno.readDirSync(base)) {
        if (!isFile || name.endsWith(".map")) continue;
        assets.set(
          name,
          assetOf(name, await Deno.readFile(new URL(name, base))),
        );
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    if (assets.has("index.html")) return assets;
  }
  throw new OperatorError("failed", "Cannot serve the dashboard: no pages", [
    "Build them first:",
    "  deno task ui:build",
  ]);
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, () => resolve());
    }
  });
}
