/**
 * A dashboard with many people logged in, as a process of its own for
 * `dashboard_feed.ts`: prints its port and their sessions.
 *
 * @module
 */
import { SessionTable, webApp } from "../../dashboard/mod.ts";
import { serveWeb } from "../../dashboard/web_server.ts";
import { cookieName } from "../../dashboard/web/visitor.ts";
import { withoutPeople } from "../dashboard/web/opened.ts";

const [socket = "", count = "1"] = Deno.args;
const client = Deno.createHttpClient({
  proxy: { transport: "unix", path: socket },
});
const agent = {
  request: (path: string, init: RequestInit = {}) =>
    fetch(`http://agent${path}`, { ...init, client }),
};
const sessions = new SessionTable({
  wallMs: () => Date.now(),
  random: { fill: (bytes) => void crypto.getRandomValues(bytes) },
}, () => "1");
const hosts = new Set<string>();
const { port } = serveWeb(
  (live) =>
    webApp({
      ...withoutPeople,
      agent,
      sessions,
      assets: new Map(),
      hosts,
      secure: false,
      live,
    }),
  { agent, sessions, simulations: withoutPeople.simulations },
  { hostname: "127.0.0.1", port: 0 },
);
hosts.add(`127.0.0.1:${port}`);
const cookies = Array.from({ length: Number(count) }, (_, person) => {
  const name = `person-${person}`;
  const secret = sessions.begin({
    name,
    role: "viewer",
    address: "127.0.0.1",
    stamp: "1",
  });
  return `${cookieName(false)}=${secret}`;
});
console.log(JSON.stringify({ port, cookies }));
