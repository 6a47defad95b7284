import { deepEqual, equal, ok } from "node:assert/strict";
import { enrol, type EnrolmentOutcome } from "../../mesh/enrolment.ts";
import { type Invite, inviteKeys } from "../../mesh/invite.ts";
import type { NodeKeys } from "../../mesh/keys.ts";
import { writeAdmission } from "../../mesh/roster_entry.ts";
import { certificateLike, TestNode, VirtualMesh } from "./virtual_mesh.ts";
import { seededRandom } from "./virtual_world.ts";

const dayMs = 86_400_000;

/** A mesh with one open invite at node 0. */
function withInvite(
  o: { nodes?: number; expiresInMs?: number; addresses?: string[] } = {},
): { mesh: VirtualMesh; invite: Invite } {
  const mesh = new VirtualMesh({ nodes: o.nodes ?? 3 });
  const { seed, open } = mesh.invite(o.expiresInMs);
  mesh.startAll();
  mesh.node(0).running?.send({ type: "open_invite", invite: open });
  mesh.settle();
  const host = mesh.node(0);
  return {
    mesh,
    invite: {
      meshId: mesh.meshId,
      seed,
      addresses: o.addresses ?? [host.host],
      noisePublic: host.keys.noise.public,
      certificate: certificateLike,
      node: host.keys.node,
      expiresAtMs: open.expiresAtMs,
    },
  };
}

interface Guest {
  readonly keys: NodeKeys;
  readonly host: string;
  outcome: EnrolmentOutcome | undefined;
}

function join(
  mesh: VirtualMesh,
  invite: Invite,
  o: {
    keys?: NodeKeys;
    name?: string;
    admittedKeys?: NodeKeys;
    issuedShiftMs?: number;
  } = {},
): Guest {
  const keys = o.keys ?? mesh.newKeys();
  const name = o.name ?? "guest";
  const host = `${name}:443`;
  const guest: Guest = { keys, host, outcome: undefined };
  const admitted = o.admittedKeys ?? keys;
  const enrolment = enrol({
    invite,
    keys,
    card: mesh.card(admitted, name, host),
    admission: writeAdmission({
      meshId: mesh.meshId,
      invite: inviteKeys(invite.seed).signer,
      keys: admitted,
      name,
      nowMs: mesh.clock.wallMs() + (o.issuedShiftMs ?? 0),
      validMs: 90 * dayMs,
    }),
    clock: mesh.clock,
    random: seededRandom(`guest ${name} ${mesh.clock.nowMs()}`),
    transport: mesh.network.transportOf(host),
  });
  mesh.network.listen(host, {
    transport: (event) => enrolment.transport(event),
    admit: () => false,
  });
  enrolment.result.then((outcome) => guest.outcome = outcome);
  return guest;
}

/** Promises settle between steps of virtual time. */
async function settled(mesh: VirtualMesh, guest: Guest): Promise<void> {
  for (let i = 0; i < 600 && !guest.outcome; i++) {
    mesh.clock.run(100);
    await Promise.resolve();
  }
}

Deno.test("enrol() makes a guest a member that all others talk to", async () => {
  const { mesh, invite } = withInvite();
  const guest = join(mesh, invite);
  await settled(mesh, guest);
  equal(guest.outcome?.type, "admitted");
  if (guest.outcome?.type !== "admitted") return;
  deepEqual(guest.outcome.meshSecret, mesh.meshSecret);
  deepEqual(mesh.node(0).invitesUsed, [inviteKeys(invite.seed).id]);

  const joined = new TestNode(mesh, guest.host, guest.keys);
  joined.start({ roster: guest.outcome.roster });
  mesh.nodes.push(joined);
  mesh.settle();
  joined.say("hello from the guest");
  mesh.clock.run(1_000);
  for (const node of mesh.nodes.slice(0, 3)) {
    equal(node.heard("hello from the guest"), 1, node.host);
    ok(node.members.some((member) => member.node === guest.keys.node));
  }
  equal(
    new Set(mesh.network.sent.map(({ cell }) => cell.length)).size,
    1,
    "enrolment travels in cells like everything else",
  );
});

Deno.test("enrol() tries the addresses of the invite in order", async () => {
  const { mesh, invite } = withInvite({
    addresses: ["nowhere:443", "n1:443", "n0:443"],
  });
  const guest = join(mesh, invite);
  await settled(mesh, guest);
  equal(guest.outcome?.type, "admitted");
});

Deno.test("enrol() with a used invite is refused to another, not to the same", async () => {
  const { mesh, invite } = withInvite();
  const first = join(mesh, invite, { name: "first" });
  await settled(mesh, first);
  equal(first.outcome?.type, "admitted");
  const second = join(mesh, invite, { name: "second" });
  await settled(mesh, second);
  deepEqual(second.outcome, { type: "failed", code: "refused" });
  const again = join(mesh, invite, { name: "first", keys: first.keys });
  await settled(mesh, again);
  equal(again.outcome?.type, "admitted");
  equal(mesh.node(0).invitesUsed.length, 1);
});

const failures: {
  name: string;
  change: (invite: Invite, mesh: VirtualMesh) => Invite;
  join?: Parameters<typeof join>[2];
  code: string;
}[] = [
  {
    name: "expired",
    change: (invite) => ({ ...invite, expiresAtMs: 1 }),
    code: "expired",
  },
  {
    name: "of nobody at that address",
    change: (invite) => ({ ...invite, addresses: ["nowhere:443"] }),
    code: "unreachable",
  },
  {
    name: "with another seed",
    change: (invite, mesh) => ({ ...invite, seed: mesh.bytes(32) }),
    code: "unreachable",
  },
  {
    name: "for a host with another key",
    change: (invite, mesh) => ({
      ...invite,
      noisePublic: mesh.node(1).keys.noise.public,
    }),
    code: "unreachable",
  },
  {
    name: "of a member that did not write it",
    change: (invite) => ({ ...invite, addresses: ["n1:443"] }),
    code: "unreachable",
  },
  {
    name: "of another mesh",
    change: (invite, mesh) => ({ ...invite, meshId: mesh.bytes(32) }),
    code: "unreachable",
  },
  {
    name: "and a clock that is an hour off",
    change: (invite) => invite,
    join: { issuedShiftMs: 3_600_000 },
    code: "refused",
  },
];

for (const { name, change, join: how, code } of failures) {
  Deno.test(`enrol() with an invite ${name} fails as ${code}`, async () => {
    const { mesh, invite } = withInvite({ nodes: 2 });
    const guest = join(mesh, change(invite, mesh), how);
    await settled(mesh, guest);
    deepEqual(guest.outcome, { type: "failed", code });
    equal(mesh.node(0).invitesUsed.length, 0);
    equal(mesh.node(0).members.length, 2);
  });
}

Deno.test("enrol() cannot admit keys that the handshake did not prove", async () => {
  const { mesh, invite } = withInvite({ nodes: 2 });
  const guest = join(mesh, invite, { admittedKeys: mesh.newKeys() });
  await settled(mesh, guest);
  deepEqual(guest.outcome, { type: "failed", code: "refused" });
  equal(mesh.node(0).members.length, 2);
});

Deno.test("enrol() gives up when the inviter falls silent", async () => {
  const { mesh, invite } = withInvite({ nodes: 2 });
  const guest = join(mesh, invite);
  mesh.clock.run(70);
  mesh.network.cut(guest.host, "n0:443");
  await settled(mesh, guest);
  equal(guest.outcome?.type, "failed");
  ok(guest.outcome?.type === "failed" && guest.outcome.code === "timeout");
});

Deno.test("enrol() after the invite's time: the gate is closed", async () => {
  const { mesh, invite } = withInvite({ nodes: 2, expiresInMs: 60_000 });
  mesh.clock.run(61_000);
  const guest = join(mesh, { ...invite, expiresAtMs: Infinity });
  await settled(mesh, guest);
  deepEqual(guest.outcome, { type: "failed", code: "unreachable" });
});

Deno.test("startNode() counts invites beyond the bound", () => {
  const mesh = new VirtualMesh({ nodes: 1 });
  mesh.startAll();
  for (let i = 0; i < 70; i++) {
    const { open } = mesh.invite();
    mesh.node(0).running?.send({ type: "open_invite", invite: open });
  }
  equal(mesh.node(0).counter("invites_refused"), 6);
});

Deno.test("startNode() forgets a used invite for a new one, and none that is open", async () => {
  const { mesh, invite } = withInvite();
  const guest = join(mesh, invite);
  await settled(mesh, guest);
  equal(guest.outcome?.type, "admitted");
  const refused = [63, 1, 1].map((further) => {
    while (further-- > 0) {
      const { open } = mesh.invite();
      mesh.node(0).running?.send({ type: "open_invite", invite: open });
    }
    return mesh.node(0).counter("invites_refused");
  });
  deepEqual(refused, [0, 0, 1]);
});

Deno.test("enrol() with an invite that was taken back finds the gate closed", async () => {
  const { mesh, invite } = withInvite();
  const { id } = inviteKeys(invite.seed);
  mesh.node(0).running?.send({ type: "close_invite", id });
  const guest = join(mesh, invite);
  await settled(mesh, guest);
  deepEqual(guest.outcome, { type: "failed", code: "unreachable" });
});

Deno.test("enrol() is answered again after its invite was taken back", async () => {
  const { mesh, invite } = withInvite();
  const { id } = inviteKeys(invite.seed);
  const first = join(mesh, invite);
  await settled(mesh, first);
  mesh.node(0).running?.send({ type: "close_invite", id });
  const again = join(mesh, invite, { keys: first.keys, name: "again" });
  await settled(mesh, again);
  equal(again.outcome?.type, "admitted");
});
