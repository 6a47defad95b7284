import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { AgentDesk, OperatorAct } from "../../../dashboard/mod.ts";
import { leastRole } from "../../../dashboard/api/signal_desk.ts";
import { deskWith, post, signal } from "./recording_desk.ts";

const hour = 3_600_000;

/** A request in the name of somebody at a dashboard. */
function as(actor: string, body: unknown): RequestInit {
  const init = post(body);
  return {
    ...init,
    headers: { ...init.headers, "x-stealthmesh-actor": actor },
  };
}

const ada = "ada operator 192.0.2.50";
const owner = "olga owner 192.0.2.50";

Deno.test("GET /v1/signals tells what is in force and where the key is", async () => {
  const { app } = deskWith();
  const response = await app.request("/v1/signals");
  equal(response.status, 200);
  deepEqual(await response.json(), {
    alertness: "caution",
    signals: [signal],
    operatorKey: "sealed",
  });
  const etag = response.headers.get("etag") ?? "";
  const again = await app.request("/v1/signals", {
    headers: { "if-none-match": etag },
  });
  equal(again.status, 304);
});

Deno.test("POST /v1/signals hands on what is asked, and who asks", async () => {
  const { app, asked } = deskWith();
  const order = { what: "contain", address: "192.0.2.7", forMs: hour };
  const said = await app.request("/v1/signals", as(ada, order));
  equal(said.status, 201);
  deepEqual(asked[0], {
    ...order,
    measure: "block",
    passphrase: undefined,
    dryRun: false,
    by: "ada",
  });
  const asking = { ...order, dryRun: true };
  const dry = await app.request("/v1/signals", post(asking));
  equal(dry.status, 200);
  deepEqual((asked.at(-1) as { by: string }).by, "");
});

const refusedBodies: readonly { name: string; body: unknown }[] = [
  { name: "no kind", body: {} },
  { name: "a kind that is none", body: { what: "explode" } },
  {
    name: "a lease that is too long",
    body: { what: "contain", address: "192.0.2.7", forMs: 5 * hour },
  },
  { name: "a stand-down without an end", body: { what: "stand_down" } },
  {
    name: "an exception for years",
    body: {
      what: "never",
      network: "192.0.2.7",
      scope: "mesh",
      forMs: 500 * 24 * hour,
    },
  },
  {
    name: "an exception for nobody in particular",
    body: { what: "never", network: "192.0.2.7", forMs: hour },
  },
  {
    name: "HTML for an address",
    body: { what: "contain", address: "<b>", forMs: hour },
  },
  {
    name: "a field that it does not have",
    body: { what: "caution", forMs: hour, by: "the owner" },
  },
];

for (const { name, body } of refusedBodies) {
  Deno.test(`POST /v1/signals refuses ${name}`, async () => {
    const { app, asked } = deskWith();
    const response = await app.request("/v1/signals", post(body));
    equal(response.status, 400);
    match(response.headers.get("content-type") ?? "", /problem\+json/);
    deepEqual(asked, []);
  });
}

const all = [
  { what: "contain", address: "192.0.2.7", forMs: hour },
  { what: "release", address: "all" },
  { what: "quarantine", member: "till-3", forMs: hour },
  { what: "readmit", member: "till-3" },
  { what: "caution", forMs: hour },
  { what: "stand_down", forMs: hour },
  { what: "never", network: "192.0.2.7", scope: "host", forMs: hour },
  { what: "never", network: "192.0.2.7", scope: "mesh", forMs: hour },
] as const;

for (const order of all) {
  const scope = "scope" in order ? order.scope : "mesh";
  const least = leastRole(order.what, scope);
  Deno.test(`POST /v1/signals: ${order.what} (${scope}) takes the role ${least}`, async () => {
    for (const role of ["viewer", "operator", "owner"]) {
      const { app, asked } = deskWith();
      const actor = `ada ${role} 192.0.2.50`;
      const { status } = await app.request("/v1/signals", as(actor, order));
      const may = role === "owner" || (role === least);
      equal(status, may ? 201 : 403, role);
      // What is written down of it is not the order.
      equal(
        asked.some((each) => (each as { what?: string }).what !== undefined),
        may,
        role,
      );
    }
  });
}

Deno.test("leastRole() leaves what switches the defense off to owners", () => {
  deepEqual(
    all.map(({ what, ...rest }) =>
      leastRole(what, "scope" in rest ? rest.scope : "mesh")
    ),
    [
      ...["operator", "operator", "owner", "owner"],
      ...["operator", "owner", "operator", "owner"],
    ],
  );
});

Deno.test("POST /v1/signals/{id}/cancel takes the role of what it ends", async () => {
  const stand = { ...signal, order: { what: "stand_down" as const } };
  const { app, asked } = deskWith({
    signals: () =>
      Promise.resolve({
        alertness: "stand_down",
        signals: [stand, { ...signal, id: "cd".repeat(16), active: false }],
        operatorKey: "open",
      }),
  });
  const caution = { what: "caution", forMs: hour };
  equal((await app.request("/v1/signals", as(ada, caution))).status, 403);
  const path = `/v1/signals/${signal.id}/cancel`;
  equal((await app.request(path, as(ada, {}))).status, 403);
  equal((await app.request(path, as(owner, {}))).status, 201);
  deepEqual(asked.filter((each) => "id" in (each as object)), [{
    id: signal.id,
    passphrase: undefined,
    dryRun: false,
    by: "olga",
  }]);
  for (const id of ["cd".repeat(16), "ef".repeat(16)]) {
    const gone = await app.request(`/v1/signals/${id}/cancel`, as(owner, {}));
    equal(gone.status, 404);
  }
});

Deno.test("a passphrase is never written down, and reaches the desk whole", async () => {
  const acts: OperatorAct[] = [];
  const changes: Partial<AgentDesk> = { act: (act) => void acts.push(act) };
  const { app, asked } = deskWith(changes);
  const secret = 'corr"ect horse\\';
  const order = { what: "caution", forMs: hour, passphrase: secret };
  await app.request("/v1/signals", as(owner, order));
  equal((asked[0] as { passphrase: string }).passphrase, secret);
  // Nor where the order is not one, or spells its name otherwise.
  const escaped = '{"what":"caution","pass\\u0070hrase":"correct horse"}';
  await app.request("/v1/signals", as(owner, escaped));
  await app.request("/v1/signals", as(owner, '{"passphrase":"correct horse"'));
  await app.request(
    `/v1/signals/${signal.id}/cancel`,
    as(owner, { passphrase: "correct horse" }),
  );
  equal(acts.length, 4);
  const written = JSON.stringify(acts);
  ok(!written.includes("horse"), written);
  match(written, /caution/);
  match(written, /not shown/);
});

Deno.test("what cannot be said here is a problem with the next step", async () => {
  for (
    const [kind, status] of [["refused", 409], ["malformed", 400], [
      "too_many",
      429,
    ], ["not_found", 404]] as const
  ) {
    const { app } = deskWith({
      giveSignal: () =>
        Promise.resolve({
          kind,
          refused: "the operator's key is not on this host",
          nextStep: "on HOST: stealthmesh signal caution",
        }),
    });
    const response = await app.request(
      "/v1/signals",
      post({ what: "caution", forMs: hour }),
    );
    equal(response.status, status);
    const { detail } = await response.json();
    match(detail, /not on this host; on HOST: stealthmesh signal caution/);
  }
});
