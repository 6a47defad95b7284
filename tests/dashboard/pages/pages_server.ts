/**
 * The pages, bundled once for a test, served over a staged agent.
 *
 * @module
 */
import { buildPages } from "../../../cli/build/pages.ts";
import {
  type AgentGateway,
  type Asset,
  assetOf,
  type Role,
  SessionTable,
  webApp,
} from "../../../dashboard/mod.ts";
import { cookieName } from "../../../dashboard/web/visitor.ts";
import { serveWeb } from "../../../dashboard/web_server.ts";
import { withoutPeople } from "../web/opened.ts";

/** Bundles the pages as they are shipped. */
export async function bundledPages(): Promise<Map<string, Asset>> {
  const directory = await Deno.makeTempDir();
  try {
    await buildPages(directory);
    const assets = new Map<string, Asset>();
    for (const { name } of Deno.readDirSync(directory)) {
      const bytes = await Deno.readFile(`${directory}/${name}`);
      assets.set(name, assetOf(name, bytes));
    }
    return assets;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** A dashboard that is served. */
export interface ServedPages {
  /** Without a slash at its end. */
  readonly origin: string;
  /** A link that logs in once. */
  link(): string;
  /** The cookie of somebody who has logged in with that role. */
  cookie(role: Role): {
    readonly name: string;
    readonly value: string;
    readonly url: string;
  };
  stop(): Promise<void>;
}

/** Serves on any free port of loopback. */
export function servePages(
  assets: ReadonlyMap<string, Asset>,
  agent: AgentGateway,
  people: Partial<Parameters<typeof webApp>[0]> & {
    readonly stampOf?: (name: string) => string | undefined;
  } = {},
): ServedPages {
  const { simulations } = { ...withoutPeople, ...people };
  const sessions = new SessionTable({
    wallMs: () => Date.now(),
    random: { fill: (bytes) => void crypto.getRandomValues(bytes) },
  }, people.stampOf);
  const hosts = new Set<string>();
  const server = serveWeb(
    (live) =>
      webApp({
        ...withoutPeople,
        ...people,
        simulations,
        agent,
        sessions,
        assets,
        hosts,
        secure: false,
        live,
      }),
    { agent, sessions, simulations },
    { hostname: "127.0.0.1", port: 0 },
  );
  const host = `127.0.0.1:${server.port}`;
  hosts.add(host);
  return {
    origin: `http://${host}`,
    link: () => `http://${host}/login/${sessions.issueLink()}`,
    cookie: (role) => ({
      name: cookieName(false),
      value: sessions.begin({ name: role, role, address: "" }),
      url: `http://${host}`,
    }),
    stop: () => server.stop(),
  };
}
