import { deepEqual, equal, ok } from "node:assert/strict";
import { readActor } from "../../../dashboard/api/operator_act.ts";
import { ActLog } from "../../../dashboard/web/act_log.ts";
import { bodyMsMax } from "../../../dashboard/web/request_body.ts";
import { opened, withoutPeople } from "./opened.ts";

Deno.test("webApp() passes on no header that a client chose", async () => {
  const { ask, asked, as } = opened();
  const headers = await as("operator");
  await ask("/api/v1/release", {
    method: "POST",
    headers: {
      ...headers,
      "x-stealthmesh-actor": "root owner 127.0.0.1",
      "x-forwarded-for": "127.0.0.1",
      "transfer-encoding": "chunked",
    },
    body: "{}",
  });
  equal(asked[0]?.actor, "a-operator operator 192.0.2.50");
});

Deno.test("webApp() passes on no header that an agent chose", async () => {
  const { ask, as } = opened({
    agentAnswer: () =>
      Promise.resolve(
        new Response("{}", {
          headers: {
            "content-type": "application/json",
            "set-cookie": "stealthmesh_session=mine",
            "access-control-allow-origin": "*",
          },
        }),
      ),
  });
  const response = await ask("/api/v1/status", { headers: await as("viewer") });
  equal(response.headers.get("set-cookie"), null);
  equal(response.headers.get("access-control-allow-origin"), null);
});

Deno.test("webApp() writes down whom it refuses, and at most so many", async () => {
  const { ask, acts, as, pass } = opened();
  const headers = await as("viewer");
  const refuse = () =>
    ask("/api/v1/roster", { method: "POST", headers, body: "{}" });
  for (let n = 0; n < 100; n++) equal((await refuse()).status, 403);
  const refused = () => acts.filter(({ act }) => act === "not_allowed");
  equal(refused().length, 20);
  deepEqual(refused()[0], {
    act: "not_allowed",
    actor: "a-viewer viewer 192.0.2.50",
    detail: { method: "POST", path: "/v1/roster" },
  });
  pass(60_000);
  await refuse();
  deepEqual(refused().at(-1)?.detail, {
    method: "POST",
    path: "/v1/roster",
    unwritten: 80,
  });
});

Deno.test("webApp() spells out what a stranger's name would break a line with", async () => {
  const { logIn, acts } = opened();
  const name = "eve\r\n\u001b[2J\u202e<script>";
  await logIn({ name, password: "x", code: "123456" });
  deepEqual(acts[0]?.detail, {
    name: "eve\\u000d\\u000a\\u001b[2J\\u202e<script>",
    address: "192.0.2.50",
  });
});

const actors: [string, boolean][] = [
  ["anna owner 192.0.2.7", true],
  ["(link) owner ::1", true],
  ["anna owner -", true],
  ["anna  owner 192.0.2.7", false],
  ["anna root 192.0.2.7", false],
  ["anna owner 192.0.2.7\nx", false],
  ["anna owner", false],
  ["Anna owner 192.0.2.7", false],
  ["", false],
];
for (const [text, known] of actors) {
  Deno.test(`readActor(${JSON.stringify(text)}): ${known}`, () => {
    equal(readActor(text) !== undefined, known);
  });
}

/** A body that never ends. */
function endless(chunk: Uint8Array<ArrayBuffer>, every: number | undefined) {
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (every === undefined && sent > 0) return new Promise(() => {});
      sent += chunk.length;
      controller.enqueue(chunk);
      return;
    },
    cancel: () => void (cancelled = true),
  });
  return { body, sent: () => sent, cancelled: () => cancelled };
}

Deno.test("webApp() reads no more of a huge body than it may", async () => {
  const { ask, asked, as } = opened();
  const headers = await as("owner");
  const { body, sent, cancelled } = endless(new Uint8Array(65_536), 0);
  const response = await ask("/api/v1/roster", {
    method: "POST",
    headers,
    body,
  });
  equal(response.status, 413);
  ok(sent() <= 1_048_576 + 3 * 65_536, String(sent()));
  equal(cancelled(), true);
  deepEqual(asked, []);
});

Deno.test("webApp() does not wait for a slow body for ever", async () => {
  const timers: { ms: number; wake: () => void }[] = [];
  const { ask, as } = opened({
    later: (ms, wake) => {
      timers.push({ ms, wake });
      return () => {};
    },
  });
  const headers = await as("owner");
  timers.length = 0;
  const { body, cancelled } = endless(new Uint8Array(1), undefined);
  const asked = ask("/api/v1/roster", { method: "POST", headers, body });
  while (timers.length === 0) await new Promise((go) => setTimeout(go, 1));
  equal(timers[0]?.ms, bodyMsMax);
  timers[0]?.wake();
  equal((await asked).status, 408);
  equal(cancelled(), true);
});

Deno.test("ActLog keeps what the agent cannot take yet, in order, so much of it", async () => {
  let there = false;
  const taken: string[] = [];
  let again = () => {};
  const log = new ActLog(
    {
      request(_path, init) {
        if (!there) return Promise.reject(new TypeError("away"));
        taken.push((JSON.parse(String(init?.body)) as { act: string }).act);
        return Promise.resolve(Response.json({}, { status: 202 }));
      },
    },
    () => 0,
    (_ms, wake) => {
      again = wake;
      return () => {};
    },
  );
  const actor = { name: "anna", role: "owner", address: "" };
  for (let n = 0; n < 300; n++) log.note(`act_${n}`, actor);
  await new Promise((go) => setTimeout(go, 1));
  there = true;
  again();
  await new Promise((go) => setTimeout(go, 5));
  equal(taken.length, 256);
  equal(taken.at(-1), "act_299");
  deepEqual(taken.slice(0, 2), ["act_44", "act_45"]);
});

Deno.test("webApp() gives no order whose session ended while it came", async () => {
  const added: string[] = [];
  const { ask, asked, as, accounts } = opened({
    accounts: {
      ...withoutPeople.accounts,
      add({ name }) {
        added.push(name);
        return Promise.resolve("full");
      },
    },
  });
  const owner = accounts.get("a-owner")!;
  const person = { name: "eve", role: "owner", password: "twelve letters" };
  for (const path of ["/api/people", "/api/v1/contain"]) {
    accounts.set("a-owner", owner);
    const headers = await as("owner");
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        accounts.delete("a-owner");
        controller.enqueue(new TextEncoder().encode(JSON.stringify(person)));
        controller.close();
      },
    }, { highWaterMark: 0 });
    equal((await ask(path, { method: "POST", headers, body })).status, 401);
  }
  deepEqual([added, asked], [[], []]);
});

Deno.test("webApp() lets no owner wait for the slow body of another", async () => {
  const { ask, as } = opened();
  const headers = await as("owner");
  const read = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    pull() {
      read.resolve();
      return new Promise(() => {});
    },
  }, { highWaterMark: 0 });
  void ask("/api/people", { method: "POST", headers, body });
  await read.promise;
  const other = await ask("/api/people", {
    method: "POST",
    headers,
    body: "{}",
  });
  equal(other.status, 400);
});

Deno.test("ActLog sends what is noted while it ends", async () => {
  const actor = { name: "anna", role: "owner", address: "" };
  for (let microtasks = 0; microtasks < 16; microtasks++) {
    const answered = Promise.withResolvers<Response>();
    let taken = 0;
    const log = new ActLog(
      { request: () => (taken++, answered.promise) },
      () => 0,
      () => () => {},
    );
    log.note("one", actor);
    answered.resolve(new Response(null, { status: 202 }));
    for (let n = 0; n < microtasks; n++) await null;
    log.note("two", actor);
    await new Promise((go) => setTimeout(go, 1));
    equal(taken, 2, `after ${microtasks} microtasks`);
  }
});
