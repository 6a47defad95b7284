import { equal, match, ok } from "node:assert/strict";
import { SessionTable, webApp } from "../../../dashboard/mod.ts";
import { deskWith } from "../api/recording_desk.ts";
import { withoutPeople } from "./opened.ts";

const host = "127.0.0.1:8080";

/** The agent's API as somebody who has logged in sees it. */
async function loggedIn() {
  const { app: api } = deskWith();
  const sessions = new SessionTable({
    wallMs: () => 1,
    random: { fill: (bytes) => void crypto.getRandomValues(bytes) },
  });
  const app = webApp({
    ...withoutPeople,
    sessions,
    agent: {
      request: (path, init) => Promise.resolve(api.request(path, init)),
    },
    assets: new Map(),
    hosts: new Set([host]),
    secure: false,
    live: () => new Response(),
  });
  const link = await app.request(`/login/${sessions.issueLink()}`, {
    headers: { host },
  }, { address: "127.0.0.1" });
  const [cookie = ""] = (link.headers.get("set-cookie") ?? "").split(";");
  return (path: string, headers: Record<string, string> = {}) =>
    app.request(path, { headers: { host, cookie, ...headers } });
}

Deno.test("webApp() serves the description and the page about it", async () => {
  const ask = await loggedIn();
  const page = await ask("/api/docs");
  equal(page.status, 200);
  match(page.headers.get("content-type") ?? "", /^text\/html/);
  // The page has one style sheet of its own, which this allows.
  match(page.headers.get("content-security-policy") ?? "", /style-src 'self'/);
  await page.body?.cancel();
  const { paths } = await (await ask("/api/openapi.json")).json();
  ok(paths["/v1/nodes"]);
  const style = await ask("/api/docs.css");
  match(style.headers.get("content-type") ?? "", /^text\/css/);
  await style.body?.cancel();
});

Deno.test("webApp() keeps tags and names of files", async () => {
  const ask = await loggedIn();
  const first = await ask("/api/v1/alerts");
  await first.body?.cancel();
  const again = await ask("/api/v1/alerts", {
    "if-none-match": first.headers.get("etag") ?? "",
  });
  equal(again.status, 304);
  const file = await ask("/api/v1/export/alerts.csv");
  match(
    file.headers.get("content-disposition") ?? "",
    /filename="alerts\.csv"/,
  );
  match(await file.text(), /^time,subject/);
});
