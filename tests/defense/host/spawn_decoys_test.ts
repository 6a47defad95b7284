import { deepEqual, equal, ok } from "node:assert/strict";
import {
  decoysPermissions,
  doorsOf,
  spawnDecoys,
} from "../../../defense/host/spawn_decoys.ts";
import type { DecoyTouched } from "../../../defense/host/decoy_messages.ts";
import type { Transcript } from "../../../defense/decoys/transcript.ts";

const start = {
  steer: true,
  ports: [{ port: 2222 }, { port: 4711, as: "redis" as const }],
  services: [{ port: 21, to: { hostname: "::1", port: 2121 } }],
  canaryUsers: ["svc-old"],
  hostName: "shop",
};

Deno.test("doorsOf() opens a door for each usual port, the real services and the rest", () => {
  const doors = doorsOf(start);
  deepEqual(
    doors.find(({ port }) => port === 21)?.relay,
    { hostname: "::1", port: 2121 },
  );
  equal(doors.filter(({ port, steered }) => steered && port === 0).length, 1);
  deepEqual(
    doors.filter(({ steered }) => !steered)
      .map(({ listen, service }) => [listen, service]),
    [[2222, "ssh"], [4711, "redis"]],
  );
});

Deno.test("decoysPermissions() allows the doors and the real services, nothing else", () => {
  const { net, ...rest } = decoysPermissions(doorsOf(start));
  deepEqual((net as string[]).toSorted(), [
    "0.0.0.0:0",
    "0.0.0.0:2222",
    "0.0.0.0:4711",
    "[::1]:2121",
    "[::]:0",
    "[::]:2222",
    "[::]:4711",
  ]);
  ok(Object.values(rest).every((granted) => granted === false));
});

Deno.test("a decoy port tells of a touch, of a canary user, and of the visit", async () => {
  const touched: DecoyTouched[] = [];
  const ended = Promise.withResolvers<Transcript>();
  const free = Deno.listen({ port: 0 });
  const { port } = free.addr;
  free.close();
  const decoys = await spawnDecoys({
    ...start,
    steer: false,
    ports: [{ port, as: "redis" }],
    services: [],
  }, {
    isSteered: () => false,
    onTouched: (touch) => touched.push(touch),
    onTranscript: ended.resolve,
    onFailure: (reason) => ended.reject(new Error(reason)),
  });
  try {
    equal(decoys.plan, undefined);
    const client = await Deno.connect({ port });
    await client.write(new TextEncoder().encode("AUTH svc-old x\r\nQUIT\r\n"));
    const said = await new Response(client.readable).text();
    ok(said.startsWith("-WRONGPASS") && said.endsWith("+OK\r\n"), said);
    const { notes, ended: why, steered } = await ended.promise;
    deepEqual([notes.length, why, steered], [1, "decoy", false]);
    deepEqual(touched.map(({ service, user }) => [service, user]), [
      ["redis", undefined],
      ["canary_user", "svc-old"],
    ]);
    equal((await decoys.report()).taken, 1);
  } finally {
    await decoys.stop();
  }
});

Deno.test("a port that is taken is a trouble, and the other doors open", async () => {
  const taken = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  const decoys = await spawnDecoys({
    ...start,
    ports: [{ port: taken.addr.port }],
    services: [],
  }, {
    isSteered: () => false,
    onTouched: () => {},
    onTranscript: () => {},
    onFailure: () => {},
  });
  try {
    equal(decoys.troubles.length, 1);
    ok(decoys.plan);
  } finally {
    await decoys.stop();
    taken.close();
  }
});
