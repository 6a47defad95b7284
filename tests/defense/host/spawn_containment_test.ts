import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import { ContainmentError } from "../../../defense/containment/containment_error.ts";
import {
  containmentPermissions,
  spawnContainment,
} from "../../../defense/host/spawn_containment.ts";
import type { Lease } from "../../../defense/lease.ts";

Deno.test("the containment isolate has walls on every side", async () => {
  const options: WorkerOptions & { deno: unknown } = {
    type: "module",
    deno: { permissions: containmentPermissions },
  };
  const climber = new Worker(
    new URL("./wall_climber.ts", import.meta.url),
    options as WorkerOptions,
  );
  const answer = Promise.withResolvers<Record<string, string>>();
  climber.onmessage = ({ data }) => answer.resolve(data);
  climber.postMessage("climb");
  const outcomes = await answer.promise;
  climber.terminate();
  equal(Object.keys(outcomes).length, 12);
  for (const [attempt, outcome] of Object.entries(outcomes)) {
    ok(
      /^(?:NotCapable|PermissionDenied)$/.test(outcome),
      `${attempt}: ${outcome}`,
    );
  }
});

function lease(subject: string, over: Partial<Lease> = {}): Lease {
  return {
    subject: parseAddress(subject),
    measure: "block",
    untilMs: Date.now() + 60_000,
    cause: "own",
    ...over,
  };
}

Deno.test("spawnContainment() in observe needs no firewall and refuses every lease", async () => {
  const containment = await spawnContainment({
    mode: "observe",
    protected: [{ network: "198.51.100.0/24", reason: "operator" }],
    adminAddresses: ["203.0.113.9", "no address"],
    onExit: "remove",
  });
  try {
    const outcomes = await containment.apply([
      lease("198.18.55.1"),
      lease("198.51.100.7"),
      lease("203.0.113.9"),
      lease("127.0.0.1"),
      lease("198.18.55.1", { untilMs: NaN }),
    ]);
    deepEqual(
      outcomes.map((outcome) => outcome.applied || outcome.refusal.code),
      ["observe", "never_block", "never_block", "never_block", "invalid"],
    );
    equal(outcomes[0]?.lease.subject, "198.18.55.1");
    const reasons = (await containment.protectedEntries())
      .map(({ network, reason }) => `${network} ${reason}`);
    ok(reasons.includes("203.0.113.9 admin session"));
    ok(reasons.includes("127.0.0.1 own address"));
    containment.protect([
      { network: "not a network", reason: "mesh member" },
      { network: "198.18.55.1", reason: "mesh member" },
    ]);
    const [again] = await containment.apply([lease("198.18.55.1")]);
    equal(again?.applied === false && again.refusal.code, "never_block");
    await containment.list([
      { network: "198.18.77.0/24", reason: "operator's list" },
      { network: "127.0.0.1", reason: "operator's list" },
    ]);
    const judged = async () =>
      (await containment.apply([lease("198.18.77.1"), lease("127.0.0.1")]))
        .map((outcome) => outcome.applied || outcome.refusal.code);
    deepEqual(await judged(), ["never_block", "never_block"]);
    await rejects(
      containment.list([{ network: "nonsense", reason: "operator's list" }]),
    );
    deepEqual(await judged(), ["never_block", "never_block"]);
    await containment.list([]);
    deepEqual(await judged(), ["observe", "never_block"]);
    const report = await containment.report();
    deepEqual([report.mode, report.rejected, report.held], ["observe", 2, 0]);
    ok(report.proven > 9);
  } finally {
    await containment.stop();
  }
  const [late] = await containment.apply([lease("198.18.55.2")]);
  equal(late?.applied === false && late.refusal.code, "firewall");
});

Deno.test("spawnContainment() says why it cannot enforce", {
  ignore: Deno.uid() === 0,
}, async () => {
  await rejects(
    spawnContainment({
      mode: "enforce",
      protected: [],
      adminAddresses: [],
      onExit: "remove",
    }),
    (error) =>
      error instanceof ContainmentError &&
      /nft_(?:denied|missing)/.test(error.code),
  );
});
