import { deepEqual, equal, ok } from "node:assert/strict";
import {
  type AgentDesk,
  apiOver,
  type OperatorAct,
} from "../../../dashboard/mod.ts";
import { printable } from "../../../dashboard/api/operator_act.ts";

/** An agent that releases, and writes down what it is told. */
function agent(release: AgentDesk["release"] = () => Promise.resolve(2)) {
  const acts: OperatorAct[] = [];
  const desk: Pick<AgentDesk, "act" | "release"> = {
    act: (act) => void acts.push(act),
    release,
  };
  const app = apiOver(desk as AgentDesk, "test");
  const post = (path: string, body: string, actor?: string) =>
    Promise.resolve(app.request(path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(actor !== undefined && { "x-stealthmesh-actor": actor }),
      },
      body,
    }));
  return { acts, post, app };
}

const anna = { name: "anna", role: "operator", address: "192.0.2.50" };
const annaText = "anna operator 192.0.2.50";

Deno.test("apiOver() writes down who gave an order, and its answer", async () => {
  const { acts, post } = agent();
  const order = '{"address":"10.0.0.7"}';
  const response = await post("/v1/release", order, annaText);
  deepEqual(await response.json(), { ended: 2 });
  deepEqual(acts, [{
    actor: anna,
    act: "POST /v1/release",
    subject: "10.0.0.7",
    detail: { order, status: 200 },
  }]);
});

Deno.test("apiOver() writes down orders that it refuses and that fail", async () => {
  const { acts, post, app } = agent(() =>
    Promise.reject(new Error("nft is gone"))
  );
  equal((await post("/v1/release", '{"address":"x"}', annaText)).status, 400);
  equal((await post("/v1/release", "{", annaText)).status, 400);
  equal((await post("/v1/release", '{"all":true}', annaText)).status, 500);
  equal((await post("/v1/nothing", "{}", annaText)).status, 404);
  const headers = { "x-stealthmesh-actor": annaText };
  await app.request("/v1/release", { method: "POST", headers, body: "all" });
  deepEqual(
    acts.map(({ detail }) => detail["status"]),
    [400, 400, 500, 404, 415],
  );
  equal(acts.every(({ actor }) => actor?.name === "anna"), true);
});

Deno.test("apiOver() writes down nothing for who gives no name, and refuses a wrong one", async () => {
  const { acts, post } = agent();
  equal((await post("/v1/release", '{"all":true}')).status, 200);
  for (const actor of ["anna", "anna root -", "anna  operator -"]) {
    equal((await post("/v1/release", '{"all":true}', actor)).status, 400);
  }
  deepEqual(acts, []);
});

Deno.test("POST /v1/acts writes down what is no order, spelled out", async () => {
  const { acts, post } = agent();
  const told = { act: "login_refused", detail: { name: "eve\n\u001b[2J" } };
  equal((await post("/v1/acts", JSON.stringify(told))).status, 202);
  deepEqual(acts, [{
    act: "login_refused",
    subject: "",
    detail: { name: "eve\\u000a\\u001b[2J" },
  }]);
  const logout = JSON.stringify({ act: "logout", detail: {} });
  await post("/v1/acts", logout, annaText);
  deepEqual(acts[1], { actor: anna, act: "logout", subject: "", detail: {} });
});

const malformed: [string, unknown][] = [
  ["no act", { detail: {} }],
  ["an act with a line break", { act: "login\nx", detail: {} }],
  ["a field more", { act: "login", detail: {}, stage: "seen" }],
  ["a nested detail", { act: "login", detail: { a: { b: 1 } } }],
  ["a long detail", { act: "login", detail: { a: "x".repeat(513) } }],
  ["a name that is none", { act: "login", detail: { "a b": 1 } }],
  ["many details", {
    act: "login",
    detail: Object.fromEntries([..."abcdefghi"].map((name) => [name, 1])),
  }],
];
for (const [name, body] of malformed) {
  Deno.test(`POST /v1/acts refuses ${name}`, async () => {
    const { acts, post } = agent();
    equal((await post("/v1/acts", JSON.stringify(body))).status, 400);
    deepEqual(acts, []);
  });
}

Deno.test("printable() leaves nothing that could end a line or hide", () => {
  const text = printable(`a\r\n\u0000\u202e\ud800ü${"x".repeat(9_999)}`);
  ok(text.startsWith("a\\u000d\\u000a\\u0000\\u202e\\ud800\\u00fc"));
  ok(/^[\x20-\x7e]*$/.test(text));
  ok(text.length < 700);
});
