import { deepEqual, equal, match } from "node:assert/strict";
import { createSocket } from "node:dgram";
import { sendNotice } from "../../../dashboard/host/mod.ts";
import { testNotice } from "../../../dashboard/mod.ts";

const notice = testNotice("till", 1_790_000_000_000);
const secret = new TextEncoder().encode("s3cret");

async function withWebhook(
  answer: () => Response,
  use: (url: string, got: string[]) => Promise<void>,
) {
  const got: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      got.push(`${request.method} ${pathname} ${await request.text()}`);
      return answer();
    },
  );
  try {
    await use(`http://127.0.0.1:${server.addr.port}/hook`, got);
  } finally {
    await server.shutdown();
  }
}

const answers: [string, () => Response, object][] = [
  ["204", () => new Response(null, { status: 204 }), { type: "sent" }],
  ["500", () => new Response("no", { status: 500 }), {
    type: "failed",
    error: "status 500",
  }],
  ["404", () => new Response("no", { status: 404 }), {
    type: "failed",
    error: "status 404",
  }],
  ["422", () => new Response("no", { status: 422 }), {
    type: "refused",
    error: "status 422",
  }],
  [
    "a redirect",
    () => new Response(null, { status: 307, headers: { location: "/other" } }),
    { type: "failed", error: "status 307: redirects are not followed" },
  ],
];
for (const [name, answer, outcome] of answers) {
  Deno.test(`sendNotice() to a webhook that answers ${name}`, async () => {
    await withWebhook(answer, async (url, got) => {
      const target = { name: "hook", url, secret };
      deepEqual(await sendNotice(target, notice), outcome);
      equal(got.length, 1);
      match(got[0] ?? "", /^POST \/hook \{"id":"till-test-/);
    });
  });
}

Deno.test("sendNotice() sends a datagram", async () => {
  const socket = createSocket("udp4");
  const got = new Promise<string>((resolve) =>
    socket.on("message", (bytes) => resolve(bytes.toString()))
  );
  await new Promise<void>((go) => socket.bind(0, "127.0.0.1", () => go()));
  const url = `udp://127.0.0.1:${socket.address().port}`;
  const outcome = await sendNotice({ name: "logs", url, secret }, notice);
  deepEqual(outcome, { type: "sent" });
  match(await got, /^<38>1 2026-\S+Z till stealthmesh - test \[/);
  await new Promise<void>((go) => socket.close(() => go()));
});

Deno.test("sendNotice() sends a frame, and says that nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `tcp://127.0.0.1:${listener.addr.port}`;
  const got = listener.accept().then(async (connection) =>
    await new Response(connection.readable).text()
  );
  const target = { name: "logs", url, secret };
  deepEqual(await sendNotice(target, notice), { type: "sent" });
  const [, length, rest = ""] = /^(\d+) (<38>1 .*)$/s.exec(await got) ?? [];
  equal(Number(length), new TextEncoder().encode(rest).length);
  listener.close();
  equal((await sendNotice(target, notice)).type, "failed");
});
