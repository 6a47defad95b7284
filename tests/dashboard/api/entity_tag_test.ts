import { deepEqual, equal, ok } from "node:assert/strict";
import { deskWith } from "./recording_desk.ts";

async function askTwice(
  path: string,
  app: ReturnType<typeof deskWith>["app"],
  change: (tag: string) => string = (tag) => tag,
) {
  const first = await app.request(path);
  await first.body?.cancel();
  const tag = first.headers.get("etag");
  ok(tag, path);
  equal(first.headers.get("cache-control"), "private, no-cache");
  const headers = { "if-none-match": change(tag) };
  const again = await app.request(path, { headers });
  return { first, again, text: await again.text() };
}

for (
  const path of [
    "/v1/status",
    "/v1/alerts",
    "/v1/alerts/5",
    "/v1/events?stage=seen",
    "/v1/explain/192.0.2.7",
    "/v1/nodes",
    "/v1/leases",
    "/v1/config",
    "/v1/config/rollout",
    "/v1/decoys",
    "/v1/leakage",
    "/v1/traffic",
    "/v1/invites",
    "/v1/keys",
    "/v1/profile",
    "/v1/scenarios",
  ]
) {
  Deno.test(`GET ${path} has nothing to say to who knows it`, async () => {
    const { app } = deskWith();
    const { again, text } = await askTwice(path, app);
    deepEqual([again.status, text], [304, ""]);
    const other = await askTwice(path, app, () => '"other"');
    equal(other.again.status, 200);
    const list = await askTwice(path, app, (tag) => `"a", W/${tag}`);
    equal(list.again.status, 304);
  });
}

Deno.test("GET /v1/alerts reads nothing for who knows the page", async () => {
  const { app, asked } = deskWith();
  await askTwice("/v1/alerts", app);
  equal(asked.length, 1);
});

Deno.test("GET /v1/events is told anew when the journal has grown", async () => {
  let mark = 1;
  const { app } = deskWith({ journalMark: () => String(mark++) });
  const { again } = await askTwice("/v1/events", app);
  equal(again.status, 200);
});

Deno.test("GET /v1/alerts tags no problem", async () => {
  const response = await deskWith().app.request("/v1/alerts?limit=0");
  deepEqual([response.status, response.headers.get("etag")], [400, null]);
});
