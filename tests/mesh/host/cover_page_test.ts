import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createCoverPage } from "../../../mesh/host/cover_page.ts";

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);

function ask(
  path: string,
  options: { name?: string; elapsedMs?: number; method?: string } = {},
): Promise<Response> {
  let nowMs = startMs;
  const page = createCoverPage(
    { businessName: options.name ?? "Miller Bakery" },
    () => nowMs,
  );
  nowMs += options.elapsedMs ?? 0;
  const method = options.method ?? "GET";
  return Promise.resolve(
    page.fetch(new Request(`https://status${path}`, { method })),
  );
}

Deno.test("createCoverPage() shows the business, the time and the uptime", async () => {
  const response = await ask("/", { elapsedMs: 90_061_000 });
  equal(response.status, 200);
  const text = await response.text();
  match(text, /<h1>Miller Bakery<\/h1>/);
  match(text, /<time datetime="2026-01-03T04:05:06Z">2026-01-03 04:05:06 UTC</);
  match(text, /1 d 1 h 1 min/);
});

const uptimes: [elapsedMs: number, text: string][] = [
  [-1, "less than a minute"],
  [59_999, "less than a minute"],
  [60_000, "1 min"],
  [3_600_000, "1 h 0 min"],
  [86_340_000, "23 h 59 min"],
  [86_400_000, "1 d 0 h 0 min"],
];
for (const [elapsedMs, uptime] of uptimes) {
  Deno.test(`createCoverPage() is up for ${uptime} after ${elapsedMs} ms`, async () => {
    const text = await (await ask("/", { elapsedMs })).text();
    ok(text.includes(`>${uptime}<`), text);
  });
}

Deno.test("createCoverPage() gives the same bytes for the same time", async () => {
  equal(await (await ask("/")).text(), await (await ask("/")).text());
});

Deno.test("createCoverPage() answers /health in JSON, also after the clock went back", async () => {
  const response = await ask("/health", { elapsedMs: -5_000 });
  deepEqual(await response.json(), {
    status: "ok",
    time: "2026-01-02T03:04:00Z",
    uptime_seconds: 0,
  });
});

Deno.test("createCoverPage() escapes the business name", async () => {
  const text = await (await ask("/", { name: `<script>"&` })).text();
  ok(!text.includes("<script>"));
  match(text, /&lt;script&gt;/);
});

const rows = [
  { path: "/live", method: "GET" },
  { path: "/wp-login.php", method: "GET" },
  { path: "/", method: "POST" },
  { path: "/health/", method: "GET" },
];
for (const { path, method } of rows) {
  Deno.test(`createCoverPage() answers ${method} ${path} with its 404`, async () => {
    const response = await ask(path, { method });
    equal(response.status, 404);
    equal(await response.text(), await (await ask("/unknown")).text());
  });
}

for (const path of ["/", "/health", "/robots.txt", "/nowhere"]) {
  Deno.test(`createCoverPage() lets nobody keep ${path} and does not say what it is`, async () => {
    const response = await ask(path);
    equal(response.headers.get("cache-control"), "no-store");
    const words = JSON.stringify([...response.headers]) + await response.text();
    equal(/stealth|mesh|hono|deno/i.test(words), false);
  });
}
