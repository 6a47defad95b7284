import { deepEqual, equal } from "node:assert/strict";
import {
  LiveSeats,
  seatsEachMax,
  seatsMax,
} from "../../../dashboard/web/live_seats.ts";
import { opened } from "./opened.ts";

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly own: boolean;
}

async function listed(
  ask: ReturnType<typeof opened>["ask"],
  headers: Record<string, string>,
): Promise<Listed[]> {
  const response = await ask("/api/sessions", { headers });
  return (await response.json() as { sessions: Listed[] }).sessions;
}

Deno.test("GET /api/sessions shows everybody his own, an owner all", async () => {
  const { ask, as } = opened();
  const viewer = await as("viewer");
  await as("viewer");
  const owner = await as("owner");
  deepEqual(
    (await listed(ask, viewer)).map(({ name, own }) => [name, own]),
    [["a-viewer", true], ["a-viewer", false]],
  );
  const all = await listed(ask, owner);
  deepEqual(all.map(({ name }) => name), ["a-viewer", "a-viewer", "a-owner"]);
  equal(JSON.stringify(all).includes("stamp"), false);
  const secret = viewer.cookie.split("=")[1] ?? "";
  equal(JSON.stringify(all).includes(secret), false);
});

Deno.test("DELETE /api/sessions/{id} ends one's own, for an owner any", async () => {
  const { ask, as, acts } = opened();
  const viewer = await as("viewer");
  const operator = await as("operator");
  const owner = await as("owner");
  const [ofViewer] = await listed(ask, viewer);
  const path = `/api/sessions/${ofViewer?.id}`;
  const end = (headers: Record<string, string>) =>
    ask(path, { method: "DELETE", headers });
  equal((await end(operator)).status, 404);
  equal((await ask("/api/v1/status", { headers: viewer })).status, 200);
  equal((await end(owner)).status, 200);
  equal((await ask("/api/v1/status", { headers: viewer })).status, 401);
  equal((await end(owner)).status, 404);
  equal(acts.at(-1)?.act, "session_ended");
  equal(acts.at(-1)?.actor, "a-owner owner 192.0.2.50");
  const [ofOperator] = await listed(ask, operator);
  const self = await ask(`/api/sessions/${ofOperator?.id}`, {
    method: "DELETE",
    headers: operator,
  });
  equal(self.status, 200);
  equal((await ask("/api/v1/status", { headers: operator })).status, 401);
});

Deno.test("a session ends when its account changes or goes", async () => {
  const { ask, as, accounts } = opened();
  const viewer = await as("viewer");
  const owner = await as("owner");
  const account = accounts.get("a-viewer");
  if (account) accounts.set("a-viewer", { ...account, stamp: "reset" });
  accounts.delete("a-owner");
  for (const headers of [viewer, owner]) {
    equal((await ask("/api/v1/status", { headers })).status, 401);
  }
});

Deno.test("a session ends after a week, however busy it is", async () => {
  const { ask, as, pass } = opened();
  const headers = await as("viewer");
  for (let hours = 0; hours < 7 * 24 - 11; hours += 11) {
    pass(11 * 3_600_000);
    equal((await ask("/api/v1/status", { headers })).status, 200);
  }
  pass(11 * 3_600_000);
  equal((await ask("/api/v1/status", { headers })).status, 401);
});

Deno.test("one account's sessions push out no other's", async () => {
  const { ask, as, sessions, pass } = opened();
  const owner = await as("owner");
  for (let n = 0; n < 70; n++) {
    sessions.begin({
      name: "a-viewer",
      role: "viewer",
      address: "",
      stamp: "a-viewer 1",
    });
    pass(1);
  }
  equal((await ask("/api/v1/status", { headers: owner })).status, 200);
  equal((await listed(ask, owner)).length, 17);
});

const stolen: [string, string][] = [
  ["a made-up cookie", `stealthmesh_session=${"0".repeat(64)}`],
  ["an empty cookie", "stealthmesh_session="],
  ["the cookie of TLS", "__Host-stealthmesh_session=x"],
  ["a cookie with more in it", "stealthmesh_session=a%0d%0aset-cookie:b"],
];
for (const [name, cookie] of stolen) {
  Deno.test(`webApp() takes ${name} for nobody's`, async () => {
    const { ask, asked } = opened();
    equal((await ask("/api/v1/status", { headers: { cookie } })).status, 401);
    deepEqual(asked, []);
  });
}

Deno.test("webApp() takes no session's id for its secret", async () => {
  const { ask, as } = opened();
  const [own] = await listed(ask, await as("owner"));
  const headers = { cookie: `stealthmesh_session=${own?.id}` };
  equal((await ask("/api/v1/status", { headers })).status, 401);
});

Deno.test("webApp() opens a link on this host only", async () => {
  const { ask, sessions, acts } = opened();
  const link = sessions.issueLink();
  for (const address of ["192.0.2.50", "", "::ffff:192.0.2.1"]) {
    const response = await ask(`/login/${link}`, {}, address);
    equal(response.headers.get("set-cookie"), null);
  }
  equal(acts[0]?.act, "link_refused");
  const response = await ask(`/login/${link}`, {}, "::1");
  equal(response.headers.get("set-cookie") === null, false);
});

Deno.test("LiveSeats are bounded, of one session and in all", () => {
  const seats = new LiveSeats();
  const leave = Array.from({ length: seatsEachMax }, () => seats.take("a"));
  equal(seats.take("a"), undefined);
  leave[0]?.();
  leave[0]?.();
  equal(typeof seats.take("a"), "function");
  equal(seats.take("a"), undefined);
  let taken = seatsEachMax;
  for (let n = 0; n < 2 * seatsMax; n++) if (seats.take(`s${n}`)) taken++;
  equal(taken, seatsMax);
});
