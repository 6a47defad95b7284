import { deepEqual, equal, match } from "node:assert/strict";
import type {
  AccountDesk,
  Person,
  PhoneSecret,
  Role,
} from "../../../dashboard/mod.ts";
import { opened } from "./opened.ts";

/** People that are only a list. */
function desk(people: Person[]): AccountDesk & { readonly given: string[] } {
  const given: string[] = [];
  const told = ({ name, role }: Person): PhoneSecret => ({
    name,
    role,
    secret: "ABCD",
    link: "otpauth://totp/x",
    qr: "<svg/>",
  });
  return {
    given,
    list: () => people,
    add({ password, ...person }) {
      if (people.some(({ name }) => name === person.name)) {
        return Promise.resolve("taken");
      }
      given.push(password);
      people.push(person);
      return Promise.resolve(told(person));
    },
    reset({ password, ...person }) {
      const place = people.findIndex(({ name }) => name === person.name);
      if (place < 0) return Promise.resolve(undefined);
      given.push(password);
      people[place] = person;
      return Promise.resolve(told(person));
    },
    remove(name) {
      const place = people.findIndex((each) => each.name === name);
      if (place >= 0) people.splice(place, 1);
      return place >= 0;
    },
  };
}

function stage() {
  const people: Person[] = [
    { name: "ada", role: "owner" },
    { name: "ben", role: "viewer" },
  ];
  const accounts = desk(people);
  return { people, given: accounts.given, ...opened({ accounts }) };
}

const good = { name: "cleo", role: "operator", password: "twelve letters" };

Deno.test("an owner lets people in, resets and removes them, and it is written down", async () => {
  const { ask, as, people, given, acts } = stage();
  const headers = await as("owner");
  const send = (method: string, path: string, body?: unknown) =>
    ask(`/api/people${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const added = await send("POST", "", good);
  equal(added.status, 201);
  equal(added.headers.get("cache-control"), "no-store");
  equal((await added.json()).qr, "<svg/>");
  equal((await send("POST", "", good)).status, 409);
  const { people: listed } = await (await send("GET", "")).json();
  deepEqual(listed, people);
  const reset = await send("POST", "/cleo/reset", {
    role: "owner",
    password: "another twelve",
  });
  equal(reset.status, 200);
  deepEqual(given, ["twelve letters", "another twelve"]);
  equal((await send("DELETE", "/ben")).status, 200);
  equal((await send("DELETE", "/ben")).status, 404);
  deepEqual(people.map(({ name, role }) => `${name} ${role}`), [
    "ada owner",
    "cleo owner",
  ]);
  await Promise.resolve();
  deepEqual(
    acts.map(({ act }) => act).filter((act) => act.startsWith("person")),
    ["person_added", "person_reset", "person_removed"],
  );
  equal(JSON.stringify(acts).includes("twelve"), false);
});

Deno.test("the last owner stays one", async () => {
  const { ask, as, people } = stage();
  const headers = await as("owner");
  const removed = await ask("/api/people/ada", { method: "DELETE", headers });
  equal(removed.status, 409);
  const less = await ask("/api/people/ada/reset", {
    method: "POST",
    headers,
    body: JSON.stringify({ role: "viewer", password: good.password }),
  });
  equal(less.status, 409);
  match((await less.json()).detail, /last owner/);
  equal(people[0]?.role, "owner");
});

Deno.test("of two owners one stays, though one is made less while the other is removed", async () => {
  const people: Person[] = [
    { name: "ada", role: "owner" },
    { name: "ben", role: "owner" },
  ];
  const accounts = desk(people);
  const [begun, hashed] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  const { ask, as } = opened({
    accounts: {
      ...accounts,
      async reset(order) {
        begun.resolve();
        await hashed.promise;
        return accounts.reset(order);
      },
    },
  });
  const headers = await as("owner");
  const less = ask("/api/people/ben/reset", {
    method: "POST",
    headers,
    body: JSON.stringify({ role: "viewer", password: good.password }),
  });
  await begun.promise;
  const removed = await ask("/api/people/ada", { method: "DELETE", headers });
  hashed.resolve();
  equal((await less).status, 200);
  equal(removed.status, 429);
  deepEqual(people.map(({ role }) => role), ["owner", "viewer"]);
});

const malformed: [string, string][] = [
  ["no JSON", "{"],
  ["a short password", JSON.stringify({ ...good, password: "eleven char" })],
  ["a long password", JSON.stringify({ ...good, password: "x".repeat(257) })],
  ["a name with a line break", JSON.stringify({ ...good, name: "a\nb" })],
  ["the name of a link", JSON.stringify({ ...good, name: "(link)" })],
  ["a role that is none", JSON.stringify({ ...good, role: "root" })],
  ["a field more", JSON.stringify({ ...good, stamp: "1" })],
];
for (const [name, body] of malformed) {
  Deno.test(`POST /api/people refuses ${name}`, async () => {
    const { ask, as, people } = stage();
    const headers = await as("owner");
    const answer = await ask("/api/people", { method: "POST", headers, body });
    equal(answer.status, 400);
    equal(people.length, 2);
  });
}

Deno.test("POST /api/people refuses a large body, and a second one meanwhile", async () => {
  const { ask, as, given } = stage();
  const headers = await as("owner");
  const post = (body: string) =>
    ask("/api/people", { method: "POST", headers, body });
  equal((await post("x".repeat(4_097))).status, 413);
  const answers = await Promise.all([
    post(JSON.stringify(good)),
    post(JSON.stringify({ ...good, name: "dan" })),
  ]);
  deepEqual(answers.map(({ status }) => status), [201, 429]);
  equal(given.length, 1);
});

for (const role of ["viewer", "operator"] as Role[]) {
  Deno.test(`a ${role} neither sees nor changes people and receivers`, async () => {
    const { ask, as, people } = stage();
    const headers = await as(role);
    const tries: [string, string][] = [
      ["GET", "/api/people"],
      ["POST", "/api/people"],
      ["POST", "/api/people/ada/reset"],
      ["DELETE", "/api/people/ben"],
      ["GET", "/api/notifications"],
      ["POST", "/api/notifications"],
      ["DELETE", "/api/notifications/duty"],
      ["POST", "/api/v1/config"],
    ];
    for (const [method, path] of tries) {
      const answer = await ask(path, { method, headers });
      equal(answer.status, 403, `${method} ${path}`);
    }
    equal(people.length, 2);
  });
}

Deno.test("an owner adds and removes receivers, and their addresses are not written down", async () => {
  const targets: string[] = [];
  const { ask, as, acts } = opened({
    notifications: {
      views: () => [],
      test: () => Promise.resolve([]),
      add(name, url) {
        if (url === "ftp://x") throw new SyntaxError("expected https://…");
        if (targets.includes(name)) return "taken";
        targets.push(name);
        return { name, url, secret: "s" };
      },
      remove: (name) => targets.includes(name),
    },
  });
  const headers = await as("owner");
  const add = async (name: string, url: string) => {
    const body = JSON.stringify({ name, url });
    const init = { method: "POST", headers, body };
    return (await ask("/api/notifications", init)).status;
  };
  equal(await add("duty", "https://hook.example/token-1"), 201);
  equal(await add("duty", "https://hook.example/token-1"), 409);
  equal(await add("other", "ftp://x"), 400);
  equal(await add("Not a name", "https://hook.example/"), 400);
  const remove = (name: string) =>
    ask(`/api/notifications/${name}`, { method: "DELETE", headers });
  equal((await remove("duty")).status, 200);
  equal((await remove("nobody")).status, 404);
  await Promise.resolve();
  deepEqual(
    acts.map(({ act }) => act).filter((act) => act.startsWith("notify")),
    ["notify_added", "notify_removed"],
  );
  equal(JSON.stringify(acts).includes("token"), false);
});
