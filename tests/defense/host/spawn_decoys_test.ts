import { deepEqual, equal, ok } from "node:assert/strict";
import {
  type DecoyEvents,
  decoysPermissions,
  openDoors,
  spawnDecoys,
  steeredDoors,
} from "../../../defense/host/spawn_decoys.ts";
import { parseAddress } from "../../../defense/address.ts";
import type {
  Admission,
  DecoyTouched,
  MemberReach,
} from "../../../defense/host/decoy_messages.ts";
import type { Transcript } from "../../../defense/decoys/transcript.ts";

const start = {
  steer: true,
  ports: [{ port: 2222 }, { port: 4711, as: "redis" as const }],
  services: [{ port: 21, to: { hostname: "::1", port: 2121 } }],
  canaryUsers: ["svc-old"],
  hostName: "shop",
};

const nobody: Pick<DecoyEvents, "admit" | "admitMember" | "onReach"> = {
  admit: () => ({ to: "nobody" }),
  admitMember: () => ({ to: "nobody" }),
  onReach: () => {},
};

const allDoors = [...steeredDoors(start), ...openDoors(start)];

Deno.test("steeredDoors() has a door for each usual port, the real services and the rest", () => {
  const doors = allDoors;
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
  const { net, ...rest } = decoysPermissions(allDoors);
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
    ...nobody,
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
    ...nobody,
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

const subject = parseAddress("127.0.0.1");

/** A member's decoys, and those of another that steers to them. */
async function twoMembers(
  admitMember: Admission,
  body: (scene: {
    readonly ask: (port: number, text: string) => Promise<string>;
    readonly touched: readonly (DecoyTouched & { readonly at: string })[];
    readonly visits: readonly (Transcript & { readonly at: string })[];
    readonly reached: readonly MemberReach[];
    readonly stopFar: () => Promise<void>;
    readonly door: number;
  }) => Promise<void>,
): Promise<void> {
  const free = Deno.listen({ port: 0 });
  const door = free.addr.port;
  free.close();
  const touched: (DecoyTouched & { at: string })[] = [];
  const visits: (Transcript & { at: string })[] = [];
  const reached: MemberReach[] = [];
  const member = async (at: string, take: boolean, admit: Admission) =>
    await spawnDecoys({
      ...{ steer: true, ports: [], services: [], canaryUsers: ["svc-old"] },
      hostName: at,
      exchange: { port: door, take, reach: [] },
    }, {
      admit: () => admit,
      admitMember: () => admitMember,
      onReach: (reach) => reached.push(reach),
      onTouched: (touch) => touched.push({ ...touch, at }),
      onTranscript: (visit) => visits.push({ ...visit, at }),
      onFailure: (reason) => reached.push({ name: at, why: reason }),
    });
  const far = await member("far", true, { to: "nobody" });
  const near = await member("near", false, {
    to: "member",
    name: "till-3",
    door: { addresses: [subject], port: door },
  });
  try {
    await body({
      ...{ touched, visits, reached, door, stopFar: () => far.stop() },
      async ask(asked, text) {
        const [, port = 0] = near.plan?.services.find(([service]) =>
          service === asked
        ) ?? [];
        const client = await Deno.connect({ hostname: subject, port });
        await client.write(new TextEncoder().encode(text));
        return await new Response(client.readable).text();
      },
    });
  } finally {
    await near.stop();
    await far.stop();
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((wake) => setTimeout(wake, 5));
}

Deno.test("a client that a member brings meets the decoys here, under its own name", async () => {
  const admission = { to: "here", steeredBy: "till-1" } as const;
  await twoMembers(admission, async ({ ask, touched, visits, reached }) => {
    const said = await ask(6379, "AUTH svc-old x\r\nQUIT\r\n");
    ok(said.startsWith("-WRONGPASS") && said.endsWith("+OK\r\n"), said);
    await until(() => visits.length === 2 && touched.length === 2);
    deepEqual(reached, [{ name: "till-3", why: "" }]);
    // Both know what was tried; only the near one shook hands with the client.
    for (const at of ["near", "far"]) {
      const visit = visits.find((each) => each.at === at);
      deepEqual(
        [visit?.source, visit?.port, visit?.service, visit?.notes.length],
        [subject, 6379, "redis", 1],
      );
      const touch = touched.find((each) => each.at === at);
      deepEqual(
        [touch?.service, touch?.user, touch?.source, touch?.steeredBy],
        [
          ...["canary_user", "svc-old", subject],
          at === "far" ? "till-1" : undefined,
        ],
      );
    }
    const words = visits.map(({ at, steeredBy, heldBy }) => [
      ...[at, steeredBy, heldBy],
    ]);
    deepEqual(words.sort(), [
      ["far", "till-1", undefined],
      ["near", undefined, "till-3"],
    ]);
  });
});

Deno.test("where the member takes nobody, its clients meet the local decoy at once", async () => {
  await twoMembers({ to: "nobody" }, async ({ ask, visits, reached }) => {
    const said = await ask(6379, "QUIT\r\n");
    equal(said, "+OK\r\n");
    await until(() => visits.length === 1);
    deepEqual([visits[0]?.at, visits[0]?.heldBy], ["near", undefined]);
    deepEqual(reached.map(({ name, why }) => [name, why !== ""]), [
      ["till-3", true],
    ]);
  });
});

Deno.test("where the member is gone, its clients meet the local decoy", async () => {
  const admission = { to: "here", steeredBy: "till-1" } as const;
  await twoMembers(admission, async ({ ask, stopFar, reached }) => {
    await stopFar();
    equal(await ask(6379, "QUIT\r\n"), "+OK\r\n");
    equal(reached.length, 1);
    ok(reached[0]?.why.includes("refused"), reached[0]?.why);
  });
});

Deno.test("who says nothing that a member would say is sent away", async () => {
  const admission = { to: "here", steeredBy: "till-1" } as const;
  await twoMembers(admission, async ({ door, visits, touched }) => {
    const client = await Deno.connect({ hostname: subject, port: door });
    await client.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    equal(await new Response(client.readable).text(), "");
    deepEqual([visits, touched], [[], []]);
  });
});

Deno.test("decoysPermissions() lets a host steer to the members' port and no other", () => {
  const reach = [parseAddress("2001:db8::2")];
  const exchange = { port: 8445, take: true, reach };
  const doors = steeredDoors({ ...start, exchange });
  const { net } = decoysPermissions(doors, exchange);
  const more = (net as string[]).filter((each) => each.endsWith(":8445"));
  deepEqual(more.toSorted(), [
    "0.0.0.0/0:8445",
    "0.0.0.0:8445",
    "[2001:db8::2]:8445",
    "[::]:8445",
  ]);
  const still = decoysPermissions(
    openDoors(start),
    exchange,
  );
  ok(!(still["net"] as string[]).some((each) => each.includes("8445")));
});

/** The kernel lets go of a socket when its pending accept has been told. */
async function closed(port: number): Promise<void> {
  for (;;) {
    try {
      (await Deno.connect({ port })).close();
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return;
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    await new Promise((wake) => setTimeout(wake, 5));
  }
}

Deno.test("steer() opens and closes doors, and tells of everybody it lets go first", async () => {
  const told: Transcript[] = [];
  // More than are told in a second.
  const count = 40;
  const decoys = await spawnDecoys({
    ...start,
    steer: false,
    ports: [],
    services: [],
  }, {
    ...nobody,
    admit: () => ({ to: "here" }),
    onTouched: () => {},
    onTranscript: (transcript) => told.push(transcript),
    onFailure: () => {},
  });
  try {
    deepEqual([decoys.plan, decoys.listening], [undefined, []]);
    for (const turn of [1, 2]) {
      await decoys.steer(true);
      const { plan, listening } = decoys;
      const port = plan?.services.find(([asked]) => asked === 22)?.[1];
      ok(port !== undefined && listening.includes(port));
      const clients: Deno.TcpConn[] = [];
      for (let each = 0; each < count; each++) {
        const client = await Deno.connect({ port });
        // Who is greeted is held.
        ok(await client.read(new Uint8Array(64)));
        clients.push(client);
      }
      await decoys.steer(false);
      equal(told.length, turn * count);
      deepEqual(told.at(-1)?.ended, "stopped");
      deepEqual([decoys.plan, decoys.listening], [undefined, []]);
      for (const client of clients) client.close();
      await closed(port);
    }
    // A place is free once the last read of its client has failed.
    let report = await decoys.report();
    while (report.held > 0) report = await decoys.report();
    deepEqual([report.untold, report.taken], [0, 2 * count]);
  } finally {
    await decoys.stop();
  }
});
