/**
 * `stealthmesh dashboard`: pages for people, over the agent of this host.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, multiple, optional, withDefault } from "@optique/core/modifiers";
import { command, flag, option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import {
  type Chosen,
  type CommandParser,
  examplesText,
  type Invocation,
} from "../command.ts";
import { dashboardNotify } from "./dashboard_notify.ts";
import { dashboardUsers } from "./dashboard_users.ts";

/** Where it is served unless something else is asked for. */
const usualPort = 8_080;

const serving = object({
  port: optional(
    option("--port", integer({ min: 0, max: 65_535, metavar: "PORT" }), {
      description:
        message`Port on loopback, 0 for any free one; 8080 if absent`,
    }),
  ),
  listen: optional(option("--listen", string({ metavar: "HOST:PORT" }), {
    description:
      message`Also for other hosts: with TLS, for those with an account`,
  })),
  cert: optional(option("--cert", string({ metavar: "FILE" }), {
    description: message`Certificate, PEM; one of its own if absent`,
  })),
  key: optional(option("--key", string({ metavar: "FILE" }), {
    description: message`Its key, PEM`,
  })),
  join: optional(option("--join", string({ metavar: "LINE" }), {
    description:
      message`Join the mesh first, to look on, with an invite of keys invite --observer; - reads it from standard input`,
  })),
  observe: withDefault(
    flag("--observe", {
      description:
        message`Listen to the mesh where no agent runs, though this host is a full member`,
    }),
    false,
  ),
  names: multiple(
    option("--name", string({ metavar: "NAME" }), {
      description: message`A further name by which browsers call it`,
    }),
    { max: 8 },
  ),
});

/** As parsed. */
interface Serving {
  readonly port?: number | undefined;
  readonly listen?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly join?: string | undefined;
  readonly observe?: boolean;
  readonly names: readonly string[];
}

async function serve(
  { port, listen, cert, key, join, observe = false, names }: Serving,
  invocation: Invocation,
): Promise<void> {
  if (port !== undefined && listen !== undefined) {
    throw new SyntaxError(
      "Cannot serve the dashboard: give --port or --listen, not both",
    );
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new SyntaxError(
      "Cannot serve the dashboard: --cert and --key belong together",
    );
  }
  const { readDashboardAddress, readDashboardName } = await import(
    "../dashboard_address.ts"
  );
  const address = readDashboardAddress(
    listen ?? `127.0.0.1:${port ?? usualPort}`,
  );
  const { runDashboard } = await import("../run_dashboard.ts");
  await runDashboard({
    address,
    names: names.map(readDashboardName),
    observe,
    ...(join !== undefined && { join }),
    ...(cert !== undefined && key !== undefined && { tls: { cert, key } }),
  }, invocation);
}

export const dashboard = command(
  "dashboard",
  // With nothing behind the command no branch has anything to take.
  withDefault(
    or(
      or(dashboardUsers, dashboardNotify),
      map(serving, (options): Chosen => ({
        act: (invocation) => serve(options, invocation),
      })),
    ),
    (): Chosen => ({
      act: (invocation) => serve({ names: [] }, invocation),
    }),
  ),
  {
    brief: message`Show this host's mesh to a browser`,
    footer: examplesText([
      "stealthmesh dashboard               # prints a link that logs in once",
      "stealthmesh dashboard --port 0",
      "stealthmesh dashboard --join -      # on a host without an agent: look on",
      "ssh -L 8080:127.0.0.1:8080 till-1   # then open the link on your own screen",
      "stealthmesh dashboard users add anna --role owner",
      "stealthmesh dashboard --listen 0.0.0.0:8444   # for those with an account",
      "stealthmesh dashboard notify test",
    ]),
  },
) as CommandParser;
