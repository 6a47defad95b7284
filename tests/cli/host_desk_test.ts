import { deepEqual, equal } from "node:assert/strict";
import { HostDesk } from "../../cli/host_desk.ts";
import {
  type HostLease,
  type HostOrder,
  type JournalEntry,
  targetKey,
} from "../../defense/mod.ts";
import {
  dawnMs,
  memberAddress,
  membersOf,
  minuteMs,
  nodeOf,
} from "../defense/agent_scene.ts";

function desk() {
  const held: HostLease[] = [];
  const orders: HostOrder[] = [];
  const entries: JournalEntry[] = [];
  const readmitted: string[] = [];
  const host = new HostDesk({
    self: nodeOf(0),
    containment: {
      applyHost(order) {
        orders.push(order);
        const { target, forMs } = order;
        const lease = { target, name: "", untilMs: dawnMs + forMs };
        held.push(lease);
        return Promise.resolve({ applied: true, lease });
      },
      releaseHost(key) {
        const ended = held.filter(({ target }) => targetKey(target) === key);
        return Promise.resolve(ended.length);
      },
      hostLeases: () => Promise.resolve(held),
    },
    journal: { append: (entry) => entries.push(entry) },
    wallMs: () => dawnMs,
    members: () => membersOf(4),
    listen: "[::]:8443",
    onReadmitted: (member) => readmitted.push(member),
  });
  return { host, orders, entries, readmitted };
}

Deno.test("HostDesk.quarantine() cuts a member off at all its addresses but for the mesh", async () => {
  const { host, orders, entries } = desk();
  const untilMs = dawnMs + 10 * minuteMs;
  deepEqual(await host.quarantine(nodeOf(2), untilMs), { applied: true });
  deepEqual(orders, [{
    target: {
      kind: "quarantine_member",
      name: "node-2",
      addresses: [memberAddress(2)],
      keptPorts: [8443],
      atOnceMax: 1,
    },
    forMs: 10 * minuteMs,
  }]);
  deepEqual(entries, [], "the agent writes it down");
});

Deno.test("HostDesk.quarantine() does not cut short what an operator ordered", async () => {
  const { host, orders } = desk();
  await host.contain({
    request: { kind: "quarantine", member: "node-2" },
    forMs: 60 * minuteMs,
    dryRun: false,
  });
  await host.quarantine(nodeOf(2), dawnMs + 10 * minuteMs);
  equal(orders.length, 1);
});

Deno.test("HostDesk.quarantine() refuses who is no member", async () => {
  const outcome = await desk().host.quarantine(nodeOf(9), dawnMs + minuteMs);
  equal(!outcome.applied && outcome.refusal.code, "invalid");
});

Deno.test("HostDesk.release() tells whom it lets back in", async () => {
  const { host, readmitted } = desk();
  await host.quarantine(nodeOf(2), dawnMs + minuteMs);
  equal(await host.release({ kind: "quarantine", member: "node-2" }), 1);
  deepEqual(readmitted, [nodeOf(2)]);
});
