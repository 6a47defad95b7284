import { deepEqual, equal, match } from "node:assert/strict";
import { deskWith, post, settings } from "./recording_desk.ts";

const enforce = { name: "mode", action: "set", value: "enforce" };

Deno.test("GET /v1/config tells each value, its source and what may change", async () => {
  const { app } = deskWith();
  const response = await app.request("/v1/config");
  const trial = { names: ["mode"], by: "anna (owner)", untilMs: 9 };
  deepEqual(await response.json(), { settings, trial });
  const etag = response.headers.get("etag") ?? "";
  const again = await app.request("/v1/config", {
    headers: { "if-none-match": etag },
  });
  equal(again.status, 304);
});

Deno.test("POST /v1/config says who asked: an account, or the command line", async () => {
  const { app, asked } = deskWith();
  const order = { changes: [enforce] };
  equal((await app.request("/v1/config", post(order))).status, 200);
  const { headers, ...rest } = post(order);
  const response = await app.request("/v1/config", {
    ...rest,
    headers: {
      ...headers as Record<string, string>,
      "x-stealthmesh-actor": "anna owner 192.0.2.50",
    },
  });
  equal((await response.json()).done, true);
  deepEqual(
    asked.flatMap((each) => (each as { by?: string }).by ?? []),
    ["the command line", "anna (owner)"],
  );
  // Who gave the order stands in the journal as for every other order.
  deepEqual(asked.at(-1), {
    actor: { name: "anna", role: "owner", address: "192.0.2.50" },
    act: "POST /v1/config",
    subject: "",
    detail: { order: JSON.stringify(order), status: 200 },
  });
});

Deno.test("POST /v1/config tells faults of a dry run, and refuses an order with one", async () => {
  const { app } = deskWith();
  const wrong = { name: "neverBlock", action: "remove", value: "127.0.0.1" };
  const dry = await app.request(
    "/v1/config",
    post({ changes: [wrong], dryRun: true }),
  );
  equal(dry.status, 200);
  equal((await dry.json()).faults[0].reason, "it was not added here");
  const refused = await app.request("/v1/config", post({ changes: [wrong] }));
  equal(refused.status, 409);
  equal((await refused.json()).detail, "neverBlock: it was not added here");
  const failed = await app.request(
    "/v1/config",
    post({ changes: [{ name: "mode", action: "unset" }] }),
  );
  equal(failed.status, 409);
  match((await failed.json()).detail, /disk is full; nothing was changed/);
});

Deno.test("POST /v1/config/trial keeps what is on trial, or says that nothing is", async () => {
  const { app, asked } = deskWith();
  const kept = await app.request("/v1/config/trial", post({ end: "keep" }));
  deepEqual(await kept.json(), { ended: "keep", names: ["mode"] });
  deepEqual(asked, [{ end: "keep", by: "the command line" }]);
  const none = await app.request("/v1/config/trial", post({ end: "revert" }));
  equal(none.status, 409);
});

const malformed: [string, unknown][] = [
  ["a trial of a second", { changes: [enforce], trialMs: 1_000 }],
  ["no change", { changes: [] }],
  ["too many", { changes: Array(257).fill(enforce) }],
  ["an action that is none", { changes: [{ name: "mode", action: "toggle" }] }],
  ["a value that is an object", { changes: [{ ...enforce, value: {} }] }],
  ["a field more", { changes: [{ ...enforce, by: "somebody else" }] }],
  ["text", "mode"],
];
for (const [name, body] of malformed) {
  Deno.test(`POST /v1/config refuses ${name}`, async () => {
    const { app } = deskWith();
    equal((await app.request("/v1/config", post(body))).status, 400);
  });
}
