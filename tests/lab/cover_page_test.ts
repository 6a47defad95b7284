/** What a stranger finds on the mesh's port: a page, and one kind of 404. */
import { equal, ok } from "node:assert/strict";
import { LabMember } from "./lab_member.ts";
import { Lab } from "./lab_network.ts";
import { labIsImpossible } from "./lab_site.ts";

const stranger = new URL("./lab_stranger.ts", import.meta.url).pathname;

/** A request as a browser would make it. */
function request(
  path: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const lines = Object.entries({ host: "10.77.0.11:8443", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

const upgrade = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": btoa("0123456789abcdef"),
};
const wrongToken = `session=${"A".repeat(43)}`;
const randomToken = `session=${
  crypto.getRandomValues(new Uint8Array(32))
    .toBase64({ alphabet: "base64url", omitPadding: true })
}`;

/** Each must be told the same as who asks for a path that does not exist. */
const knocks = [
  { name: "the mesh's path", sent: request("/live") },
  { name: "no token", sent: request("/live", upgrade) },
  {
    name: "a token of zeros",
    sent: request("/live", { ...upgrade, cookie: wrongToken }),
  },
  {
    name: "a random token",
    sent: request("/live", { ...upgrade, cookie: randomToken }),
  },
  {
    name: "a random token elsewhere",
    sent: request("/nowhere", { ...upgrade, cookie: randomToken }),
  },
];

const ignore = await labIsImpossible();

Deno.test({
  name: "lab: a stranger sees a status page, and for every knock the same 404",
  ignore,
  fn: async () => {
    const lab = await Lab.open();
    try {
      const host = await lab.host("v1", 11);
      const visitor = await lab.host("visitor", 66);
      const plan = { name: "v1", profile: "lan", neverBlock: [] } as const;
      const member = await LabMember.prepare(host, plan);
      await member.start();
      const ask = (text: string) =>
        visitor.must(
          ...[Deno.execPath(), "run", "--quiet", "--no-check"] as const,
          ...["--allow-net", "--unsafely-ignore-certificate-errors"] as const,
          ...[stranger, host.address, "8443", text] as const,
        );
      const undated = async (text: string) =>
        (await ask(text)).replace(/^date: .*\r\n/im, "");

      const page = await ask(request("/"));
      ok(page.startsWith("HTTP/1.1 200 OK\r\n"), page);
      ok(page.includes("This server is up and answering"), page);
      const nowhere = await undated(request("/nowhere"));
      ok(nowhere.startsWith("HTTP/1.1 404 Not Found\r\n"), nowhere);
      for (const { name, sent } of knocks) {
        equal(await undated(sent), nowhere, name);
      }
      for (const answer of [page, nowhere]) {
        equal(/stealth|mesh|deno|hono/i.test(answer), false, answer);
      }
    } finally {
      await lab.close();
    }
  },
});
