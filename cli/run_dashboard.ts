/**
 * Runs the dashboard: a client of the agent's socket that serves pages until it
 * is interrupted, and sends notices while it runs. It holds no key of the mesh;
 * what it keeps are people and receivers of notices. The agent, which has no
 * way out of this host but the mesh, sends none itself.
 *
 * @module
 */
import { derivePassword, sendNotice } from "../dashboard/host/mod.ts";
import {
  LoginDesk,
  NoticeFeed,
  Postman,
  SessionTable,
  webApp,
} from "../dashboard/mod.ts";
import { later } from "../dashboard/server.ts";
import { serveWeb, type WebServer } from "../dashboard/web_server.ts";
import { accountDesk } from "./account_desk.ts";
import { embeddedScenarios } from "../defense/mod.ts";
import { agentOrigin, socketName } from "./agent_client.ts";
import type { Invocation } from "./command.ts";
import {
  type DashboardAddress,
  dashboardNames,
  hostHeaders,
} from "./dashboard_address.ts";
import {
  type DashboardCertificate,
  ownCertificate,
  readCertificate,
  unusable,
} from "./dashboard_certificate.ts";
import { readPages } from "./dashboard_pages.ts";
import { type DashboardStore, openDashboardStore } from "./dashboard_store.ts";
import { notificationDesk } from "./notification_desk.ts";
import { OperatorError } from "./operator_error.ts";
import { keepOnly } from "./permissions.ts";
import { observerWhereNeeded } from "./run_observer.ts";
import type { WholeAgent } from "./wiring.ts";
import { simulationDesk } from "./simulation_desk.ts";
import { simulationKinds } from "./simulation_kinds.ts";
import { spawnSimulation } from "./spawn_simulation.ts";

/** What `stealthmesh dashboard` was told. */
export interface DashboardOptions {
  readonly address: DashboardAddress;
  /** Certificate and key that were given, paths. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Further names by which browsers call it. */
  readonly names: readonly string[];
  /** An invite to join with first, as who only listens; `-` for standard input. */
  readonly join?: string;
  /** Listen to the mesh where no agent runs, as a full member too. */
  readonly observe?: boolean;
}

/**
 * Serves until SIGINT or SIGTERM.
 *
 * @throws {OperatorError} `failed` when the pages are missing or the port is in
 * use; `wrong_usage` when strangers could reach it and nobody has an account.
 */
export async function runDashboard(
  { address, tls, names: more, join, observe }: DashboardOptions,
  invocation: Invocation,
): Promise<void> {
  const assets = await readPages();
  const store = await openDashboardStore(invocation, "net", "sys", "env");
  const { config, directory, accounts, outbox } = store;
  requireAccounts(address, store);
  const wallMs = () => Date.now();
  const names = dashboardNames(
    address,
    config.name,
    more,
    Deno.networkInterfaces().map(({ address }) => address),
  );
  const certificate = tls
    ? readCertificate(tls, wallMs())
    : address.loopback
    ? undefined
    : await ownCertificate(directory, names, wallMs());
  const secure = certificate !== undefined;
  const client = Deno.createHttpClient({
    proxy: { transport: "unix", path: `${config.stateDir}/${socketName}` },
  });
  const agent = {
    request: (path: string, init: RequestInit = {}) =>
      fetch(agentOrigin + path, { ...init, client }),
  };
  const sessions = new SessionTable({
    wallMs,
    random: { fill: (bytes) => void crypto.getRandomValues(bytes) },
  }, (name) => accounts.stampOf(name));
  const logins = new LoginDesk({ accounts, derive: derivePassword, wallMs });
  const people = accountDesk(accounts, config.name);
  const notifications = notificationDesk(outbox, sendNotice, config.name);
  const simulations = simulationDesk({
    kinds: simulationKinds,
    // Read when one is played: most dashboards play none.
    scenarios: embeddedScenarios,
    spawn: spawnSimulation,
    store: store.simulations,
    wallMs,
    fill: (bytes) => void crypto.getRandomValues(bytes),
    later,
  });
  const hosts = new Set<string>();
  const server = listen(
    () =>
      serveWeb(
        (live) =>
          webApp({
            agent,
            sessions,
            logins,
            accounts: people,
            notifications,
            simulations,
            assets,
            hosts,
            secure,
            wallMs,
            later,
            live,
          }),
        { agent, sessions, simulations },
        {
          ...address,
          ...(certificate && {
            tls: { cert: certificate.cert, key: certificate.key },
          }),
        },
      ),
    address,
    tls,
  );
  invocation.output.outlive();
  let observer: WholeAgent | undefined;
  try {
    // First all that may fail: an invite works once.
    if (join !== undefined) {
      const { joinMesh } = await import("./join_mesh.ts");
      const order = { invite: join, replace: false, observer: true };
      await joinMesh(order, invocation, "sys", "env");
    }
    await keepOnly("net", "read", "write", "sys");
    observer = await observerWhereNeeded(
      store,
      agent,
      observe ?? false,
      invocation,
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  for (const name of names) {
    for (const host of hostHeaders(name, server.port, secure)) hosts.add(host);
  }
  const postman = new Postman({ outbox, send: sendNotice, wallMs, later });
  const feed = new NoticeFeed({
    agent,
    outbox,
    host: config.name,
    later,
    onNotices: () => postman.wake(),
  });
  // Reading and writing because of the agent's socket and our own file, the
  // network also for notices.
  await keepOnly("net", "read", "write");
  postman.wake();
  feed.start();
  tellWhere(server, address, sessions, names, certificate, invocation);
  await interrupted();
  feed.stop();
  simulations.stop();
  await server.stop();
  await postman.stop();
  await observer?.stop();
  client.close();
  store.close();
}

/** Whoever can reach a port from elsewhere must have to say who he is. */
function requireAccounts(
  { loopback, hostname, port }: DashboardAddress,
  { accounts }: DashboardStore,
): void {
  if (loopback || accounts.list().length > 0) return;
  throw new OperatorError(
    "wrong_usage",
    `Cannot serve the dashboard on ${hostname}: nobody has an account`,
    [
      "Add one, then try again:",
      "  stealthmesh dashboard users add NAME --role owner",
      "Or serve this host alone:",
      `  stealthmesh dashboard --port ${port}`,
    ],
  );
}

function listen(
  serve: () => WebServer,
  { hostname, port, loopback }: DashboardAddress,
  tls: DashboardOptions["tls"],
): WebServer {
  const another = loopback
    ? "  stealthmesh dashboard --port 0"
    : `  stealthmesh dashboard --listen ${hostname}:0`;
  try {
    return serve();
  } catch (cause) {
    if (cause instanceof Deno.errors.AddrInUse) {
      throw new OperatorError(
        "failed",
        `Cannot serve the dashboard: port ${port} is in use`,
        ["Choose another one:", another],
        { cause },
      );
    }
    if (cause instanceof Deno.errors.AddrNotAvailable) {
      throw new OperatorError(
        "wrong_usage",
        `Cannot serve the dashboard: ${hostname} is no address of this host`,
        [
          "Name one, or all of them:",
          `  stealthmesh dashboard --listen 0.0.0.0:${port}`,
        ],
        { cause },
      );
    }
    if (cause instanceof Deno.errors.PermissionDenied || !tls) throw cause;
    // What TLS makes of a certificate and a key; it has no class for all of it.
    throw unusable(`${tls.cert} with the key ${tls.key}`, cause);
  }
}

/** Prints where it is, and a link where that is this host alone. */
function tellWhere(
  server: WebServer,
  { loopback, hostname }: DashboardAddress,
  sessions: SessionTable,
  names: readonly string[],
  certificate: DashboardCertificate | undefined,
  { output }: Invocation,
): void {
  const scheme = certificate ? "https" : "http";
  const name = loopback ? hostname : names[0] ?? hostname;
  const host = name.includes(":") ? `[${name}]` : name;
  const base = `${scheme}://${host}:${server.port}/`;
  const url = loopback ? `${base}login/${sessions.issueLink()}` : base;
  if (output.json) {
    const { fingerprint } = certificate ?? {};
    output.record({ url, ...(fingerprint && { fingerprint }) });
    return;
  }
  output.text(url);
  if (certificate?.ownMade) {
    output.note("The certificate is this host's own, so a browser warns once.");
    output.note("Compare its SHA-256 fingerprint before you go on:");
    output.note(`  ${certificate.fingerprint}`);
  }
  output.note(
    loopback
      ? "Opens once, within ten minutes. Interrupt with Ctrl-C."
      : "Log in with name, password and code. Interrupt with Ctrl-C.",
  );
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, () => resolve());
    }
  });
}
