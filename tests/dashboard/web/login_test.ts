import { deepEqual, equal, match, ok } from "node:assert/strict";
import { type Account, LoginDesk, totpCode } from "../../../dashboard/mod.ts";
import {
  entriesMax,
  LoginThrottle,
} from "../../../dashboard/web/login_throttle.ts";
import { waitingMax } from "../../../dashboard/web/login_desk.ts";
import { opened, own } from "./opened.ts";

Deno.test("POST /api/login begins a session with the account's role", async () => {
  const { ask, logIn, right, acts } = opened();
  const response = await logIn(right("operator"));
  deepEqual(await response.json(), { name: "a-operator", role: "operator" });
  equal(response.headers.get("cache-control"), "no-store");
  const cookie = response.headers.get("set-cookie") ?? "";
  match(cookie, /HttpOnly/);
  match(cookie, /SameSite=Strict/);
  const headers = { cookie: cookie.split(";")[0] ?? "" };
  equal((await ask("/api/v1/status", { headers })).status, 200);
  deepEqual(acts, [{
    act: "login",
    actor: "a-operator operator 192.0.2.50",
    detail: {},
  }]);
});

Deno.test("POST /api/login over TLS gives a cookie for TLS alone, and HSTS", async () => {
  const { logIn, right } = opened({ secure: true });
  const response = await logIn(right("owner"), "192.0.2.50", {
    origin: "https://127.0.0.1:8080",
  });
  equal(response.status, 200);
  const cookie = response.headers.get("set-cookie") ?? "";
  match(cookie, /^__Host-stealthmesh_session=[0-9a-f]{64}; .*Secure/);
  match(
    response.headers.get("strict-transport-security") ?? "",
    /^max-age=\d{7,}/,
  );
  const plain = await opened().ask("/");
  equal(plain.headers.get("strict-transport-security"), null);
});

const wrong: [string, object][] = [
  ["an unknown name", { name: "nobody" }],
  ["a wrong password", { password: "password of a-owneR" }],
  ["a wrong code", { code: "000000" }],
  ["a name that is SQL", { name: "' OR 1=1 --" }],
  ["a name of the prototype", { name: "__proto__" }],
];
for (const [name, part] of wrong) {
  Deno.test(`POST /api/login answers ${name} as any other, after the same work`, async () => {
    const { logIn, right, derived, acts } = opened();
    const response = await logIn({ ...right("owner"), ...part });
    equal(response.status, 401);
    equal(response.headers.get("set-cookie"), null);
    deepEqual(await response.json(), {
      type: "urn:stealthmesh:problem:login_refused",
      title: "Name, password or code are not right",
      status: 401,
    });
    equal(derived.length, 1);
    equal(acts[0]?.act, "login_refused");
    equal(acts[0]?.actor, null);
  });
}

const malformed: [string, string][] = [
  ["no JSON", "{"],
  ["no object", "[]"],
  ["an unknown field", '{"name":"a","password":"b","code":"123456","x":1}'],
  ["a code that is a number", '{"name":"a","password":"b","code":123456}'],
  ["a short code", '{"name":"a","password":"b","code":"12345"}'],
  ["another script's digits", '{"name":"a","password":"b","code":"١٢٣٤٥٦"}'],
  [
    "a long password",
    JSON.stringify({ name: "a", password: "x".repeat(257), code: "123456" }),
  ],
];
for (const [name, body] of malformed) {
  Deno.test(`POST /api/login refuses ${name} at no cost`, async () => {
    const { ask, derived } = opened();
    const response = await ask("/api/login", {
      method: "POST",
      headers: own,
      body,
    });
    equal(response.status, 400);
    equal(derived.length, 0);
  });
}

Deno.test("POST /api/login refuses other sites and large bodies", async () => {
  const { ask, logIn, right } = opened();
  for (const headers of [{}, { origin: "http://evil.example" }]) {
    const response = await logIn(right("owner"), "192.0.2.1", headers);
    equal(response.status, 403);
    equal(response.headers.get("set-cookie"), null);
  }
  const large = await ask("/api/login", {
    method: "POST",
    headers: own,
    body: " ".repeat(5_000),
  });
  equal(large.status, 413);
});

Deno.test("POST /api/login takes a code once", async () => {
  const { logIn, right } = opened();
  const attempt = right("owner");
  equal((await logIn(attempt)).status, 200);
  equal((await logIn(attempt)).status, 401);
  const both = opened();
  const same = both.right("owner");
  const answers = await Promise.all([both.logIn(same), both.logIn(same)]);
  deepEqual(answers.map(({ status }) => status).toSorted(), [200, 401]);
});

Deno.test("POST /api/login makes guessers wait, and says how long", async () => {
  const { logIn, right, pass, derived } = opened();
  const guess = { name: "a-owner", password: "guess", code: "123456" };
  for (let n = 0; n < 5; n++) equal((await logIn(guess)).status, 401);
  const paused = await logIn(guess);
  equal(paused.status, 429);
  equal(paused.headers.get("retry-after"), "1");
  equal(derived.length, 5);
  // Even who knows it all waits, and may then.
  equal((await logIn(right("owner"))).status, 429);
  pass(1_000);
  equal((await logIn(right("owner"))).status, 200);
});

Deno.test("LoginThrottle pauses known and unknown names alike", () => {
  const throttle = new LoginThrottle();
  for (let n = 0; n < 6; n++) {
    throttle.failed("known", `192.0.2.${n}`, 0);
    throttle.failed("unknown", `192.0.2.${n}`, 0);
  }
  equal(throttle.waitMs("known", "", 0), 2_000);
  equal(throttle.waitMs("unknown", "", 0), 2_000);
  for (let n = 0; n < 40; n++) throttle.failed("known", "192.0.2.1", 0);
  equal(throttle.waitMs("known", "", 0), 60_000);
  equal(throttle.waitMs("", "192.0.2.1", 0), 900_000);
});

Deno.test("POST /api/login lets in from the usual place, however strangers guess", async () => {
  const { logIn, right, pass } = opened();
  equal((await logIn(right("owner"), "198.51.100.1")).status, 200);
  pass(30_000);
  const guess = { name: "a-owner", password: "guess", code: "123456" };
  for (let n = 0; n < 40; n++) {
    // As soon as a pause ends, from another address.
    const { status, headers } = await logIn(guess, `203.0.113.${n}`);
    if (status === 429) pass(1_000 * Number(headers.get("retry-after")));
  }
  for (let n = 40; n < 60; n++) await logIn(guess, `203.0.113.${n}`);
  equal((await logIn(guess, "203.0.113.99")).status, 429);
  equal((await logIn(right("owner"), "198.51.100.1")).status, 200);
  // That he got in gives the strangers nothing.
  equal((await logIn(guess, "203.0.113.99")).status, 429);
});

Deno.test("POST /api/login pauses who guesses from a usual place as well", async () => {
  const { logIn, right, pass } = opened();
  equal((await logIn(right("owner"), "198.51.100.1")).status, 200);
  pass(30_000);
  const guess = { name: "a-owner", password: "guess", code: "123456" };
  const statuses = [];
  for (let n = 0; n < 6; n++) {
    statuses.push((await logIn(guess, "198.51.100.1")).status);
  }
  deepEqual(statuses, [401, 401, 401, 401, 401, 429]);
});

Deno.test("LoginThrottle knows no more usual places than it may", () => {
  const throttle = new LoginThrottle();
  for (let n = 0; n <= entriesMax; n++) {
    throttle.succeeded("a", `2001:db8:${n.toString(16)}::`);
  }
  equal(throttle.isFamiliar("a", "2001:db8:0::"), false);
  equal(throttle.isFamiliar("a", "2001:db8:1::"), true);
  throttle.succeeded("a", "");
  equal(throttle.isFamiliar("a", ""), false);
});

Deno.test("LoginThrottle forgets an hour after the last failure", () => {
  const throttle = new LoginThrottle();
  for (let n = 0; n < 9; n++) throttle.failed("a", "", 0);
  throttle.failed("a", "", 3_600_000);
  equal(throttle.waitMs("a", "", 3_600_000), 0);
});

Deno.test("LoginThrottle makes no pause longer when the clock is set back", () => {
  const throttle = new LoginThrottle();
  const dayMs = 86_400_000;
  for (let n = 0; n < 40; n++) throttle.failed("a", "192.0.2.9", dayMs);
  equal(throttle.waitMs("a", "", 0), 60_000);
  equal(throttle.waitMs("", "192.0.2.9", 0), 900_000);
  equal(throttle.waitMs("a", "", 60_000), 0);
  equal(throttle.waitMs("", "192.0.2.9", 900_000), 0);
});

Deno.test("LoginThrottle keeps who has to wait when strangers flood it", () => {
  const throttle = new LoginThrottle();
  for (let n = 0; n < 40; n++) throttle.failed("victim", "192.0.2.9", 0);
  for (let n = 0; n < 3 * entriesMax; n++) {
    throttle.failed(`name ${n}`, `10.0.${n >> 8}.${n & 255}`, 10);
  }
  ok(throttle.size <= 2 * entriesMax);
  ok(throttle.waitMs("victim", "", 10) > 50_000);
  ok(throttle.waitMs("", "192.0.2.9", 10) > 800_000);
});

Deno.test("POST /api/login counts one IPv6 network as one address", async () => {
  const { logIn } = opened();
  const statuses = [];
  for (let n = 0; n < 12; n++) {
    const guess = { name: `user${n}`, password: "guess", code: "123456" };
    const response = await logIn(guess, `2001:db8:1:2::${n + 1}`);
    statuses.push(response.status);
  }
  deepEqual(statuses.slice(-3), [401, 429, 429]);
});

Deno.test("LoginDesk judges one at a time, and lets only so many wait", async () => {
  let running = 0;
  let most = 0;
  const release = Promise.withResolvers<void>();
  const desk = new LoginDesk({
    wallMs: () => 0,
    async derive() {
      most = Math.max(most, ++running);
      await release.promise;
      running--;
      return new Uint8Array(32);
    },
    accounts: {
      find: () => undefined,
      usedStep: () => -1,
      takeStep: () => true,
    },
  });
  const attempts = Array.from(
    { length: waitingMax + 3 },
    (_, n) =>
      desk.login(
        { name: `n${n}`, password: "p", code: "000000" },
        `192.0.2.${n}`,
      ),
  );
  release.resolve();
  const types = (await Promise.all(attempts)).map(({ type }) => type);
  equal(types.filter((type) => type === "refused").length, waitingMax);
  equal(types.filter((type) => type === "wait").length, 3);
  equal(most, 1);
});

Deno.test("LoginDesk keeps places that strangers cannot take", async () => {
  let hold: Promise<void> = Promise.resolve();
  const secret = new Uint8Array(20);
  const account: Account = {
    name: "anna",
    role: "owner",
    password: {
      cost: { n: 2, r: 1, p: 1 },
      salt: new Uint8Array(16),
      hash: new Uint8Array(32),
    },
    totpSecret: secret,
    stamp: "1",
  };
  const desk = new LoginDesk({
    wallMs: () => 0,
    async derive() {
      await hold;
      return new Uint8Array(32);
    },
    accounts: {
      find: (name) => name === "anna" ? account : undefined,
      usedStep: () => -1,
      takeStep: () => true,
    },
  });
  const anna = { name: "anna", password: "p", code: totpCode(secret, 0) };
  equal((await desk.login(anna, "192.0.2.1")).type, "in");
  const release = Promise.withResolvers<void>();
  hold = release.promise;
  const strangers = Array.from(
    { length: waitingMax + 1 },
    (_, n) =>
      desk.login(
        { name: `n${n}`, password: "p", code: "000000" },
        `198.51.100.${n}`,
      ),
  );
  const own = desk.login(anna, "192.0.2.1");
  release.resolve();
  equal((await strangers.at(-1))?.type, "wait");
  equal((await own).type, "in");
  await Promise.all(strangers);
});
