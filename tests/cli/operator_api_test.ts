import { deepEqual, equal, match } from "node:assert/strict";
import { inStateDir, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

Deno.test("a running agent invites, cancels and checks over its API", () =>
  inStateDir(async (directory) => {
    const client = Deno.createHttpClient({
      proxy: { transport: "unix", path: `${directory}/agent.sock` },
    });
    const ask = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`http://agent${path}`, {
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
      const itself = { node, what: "promote" };
      const refused = await ask("POST", "/v1/members", itself);
      equal(refused.status, 409);
      match(refused.said.detail, new RegExp(`cannot promote ${name}: it is`));
      const tried = await ask("POST", "/v1/scenarios/try", { log: "no log" });
      deepEqual(tried.said, { lines: 1, unparsed: [1], alerts: [] });
      const keys = await ask("GET", "/v1/keys");
      equal(keys.said.operatorKey, "open");
      const events = await ask("GET", "/v1/events?stage=operator");
      deepEqual(
        events.said.events.map(({ what }: { what: string }) => what),
        ["invite_cancelled", "invited"],
      );
    }, { STEALTHMESH_ADVERTISE: "127.0.0.1:1" });
    client.close();
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
