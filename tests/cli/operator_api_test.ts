import { deepEqual, equal, match } from "node:assert/strict";
import { inviteKeys } from "../../mesh/mod.ts";
import { StateStore } from "../../mesh/host/mod.ts";
import { inStateDir, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

/** Asks the agent of a state directory. */
function askAt(directory: string) {
  const client = Deno.createHttpClient({
    proxy: { transport: "unix", path: `${directory}/agent.sock` },
  });
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1${path}`, {
      client,
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    // deno-lint-ignore no-explicit-any -- the shape is what is tested.
    return { status: response.status, said: await response.json() as any };
  };
  return { ask, close: () => client.close() };
}

Deno.test("a running agent invites, cancels and checks over its API", () =>
  inStateDir(async (directory) => {
    const { ask, close } = askAt(directory);
    const { code } = await withAgent(directory, async () => {
      const made = await ask("POST", "/v1/invites", { forMs: 60_000 });
      equal(made.status, 201);
      match(made.said.invite, /^stealthmesh1:/);
      const { id } = made.said;
      const open = await ask("GET", "/v1/invites");
      deepEqual(open.said.invites.map((each: { id: string }) => each.id), [id]);
      equal((await ask("DELETE", `/v1/invites/${id}`)).status, 200);
      equal((await ask("DELETE", `/v1/invites/${id}`)).status, 404);

      // Without the right to read the environment, which yaml looks at.
      const wrong = await ask("POST", "/v1/config/validate", {
        yaml: "mode: observe\nprofile: fast\n",
      });
      match(wrong.said.faults[0], /^2:10: profile: expected /);
      const right = await ask("POST", "/v1/config/validate", {
        yaml: "mode: observe\n",
      });
      deepEqual(right.said, { valid: true, faults: [] });

      const alone = await ask("GET", "/v1/nodes");
      const { name, state, node } = alone.said.nodes[0];
      equal(state, "here");
      // Nobody answers for this host over the mesh, and nobody is waited for:
      // the bound on answers is 28 s.
      const late = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => late.resolve(undefined), 14_000);
      const self = await Promise.race([
        ask("GET", `/v1/nodes/${node}`),
        late.promise,
      ]);
      clearTimeout(timer);
      equal(self?.said.ping.reason, "stranger");
      const itself = { node, what: "promote" };
      const refused = await ask("POST", "/v1/members", itself);
      equal(refused.status, 409);
      match(refused.said.detail, new RegExp(`cannot promote ${name}: it is`));
      const tried = await ask("POST", "/v1/scenarios/try", { log: "no log" });
      deepEqual(tried.said, { lines: 1, unparsed: [1], alerts: [] });
      const keys = await ask("GET", "/v1/keys");
      equal(keys.said.operatorKey, "open");
      equal(keys.said.nextRotationMs - keys.said.sinceMs, 90 * 86_400_000);

      const named = await ask("POST", "/v1/members/rename", {
        node,
        name: "till-9",
      });
      deepEqual([named.status, named.said.name], [200, "till-9"]);
      const taken = await ask("POST", "/v1/members/rename", {
        node,
        name: "\u202e",
      });
      equal(taken.status, 409);
      match(taken.said.detail, /1 to 63 printable bytes/);
      for (;;) {
        const { said } = await ask("GET", "/v1/nodes");
        if (said.nodes[0].name === "till-9") break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }

      const rotated = await ask("POST", "/v1/keys/rotate", {});
      deepEqual([rotated.status, rotated.said.generation], [200, 1]);
      const again = await ask("POST", "/v1/keys/rotate", {});
      equal(again.status, 409);
      match(again.said.detail, /less than a day ago; .*keys rotate/);
      // The mesh took them up, and the name stays.
      for (;;) {
        const { said } = await ask("GET", "/v1/nodes");
        const [self] = said.nodes;
        equal(self.name, "till-9");
        if (self.generation === 1) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const observer = await ask("POST", "/v1/invites", {
        observer: true,
        custodian: true,
      });
      equal(observer.status, 409);

      const leaked = await ask("GET", "/v1/leakage");
      equal(leaked.said.starts, 1);
      const found = await ask("GET", "/v1/doctor");
      const looked = found.said.findings.map(({ what }: { what: string }) =>
        what
      );
      deepEqual(looked.includes("nft") && looked.includes("clock"), true);
      equal((await ask("GET", "/v1/nodes/nobody")).status, 404);

      const events = await ask("GET", "/v1/events?stage=operator");
      deepEqual(
        events.said.events.map(({ what }: { what: string }) => what),
        ["keys_rotated", "member_rename", "invite_cancelled", "invited"],
      );
      const news = await ask("GET", "/v1/events?what=member_renamed");
      equal(news.said.events[0].detail.name, "till-9");
    }, { STEALTHMESH_ADVERTISE: "127.0.0.1:1" });
    close();
    equal(code, 0);
    const shown = await stealthmesh([
      "keys",
      "show",
      "--json",
      "--state-dir",
      directory,
    ]);
    equal(JSON.parse(shown.stdout).openInvites, 0);
  }));

Deno.test("where 64 invites are open, API and command line say so and write none", () =>
  inStateDir(async (directory) => {
    const { ask, close } = askAt(directory);
    const env = { STEALTHMESH_ADVERTISE: "127.0.0.1:1" };
    const store = await StateStore.open(directory);
    const entries = async () => (await store.readRoster()).length;
    let before = 0;
    const { code } = await withAgent(directory, async () => {
      const expiresAtMs = Date.now() + 3_600_000;
      await store.updateInvites(() =>
        Array.from({ length: 64 }, (_, n) => {
          const { id, psk, gateKey } = inviteKeys(new Uint8Array(32).fill(n));
          return { id, psk, gateKey, expiresAtMs };
        })
      );
      before = await entries();
      const { status, said } = await ask("POST", "/v1/invites", {
        forMs: 60_000,
      });
      equal(status, 409);
      match(said.detail, /64 invites of this host are open.*cancel one/);
      const invited = await stealthmesh(
        ["keys", "invite", "--state-dir", directory],
        { env },
      );
      equal(invited.code, 1);
      match(invited.stderr, /64 invites[^\n]*\n {2}Wait until one is used/);
    }, env);
    close();
    equal(code, 0);
    equal(await entries(), before);
  }));
