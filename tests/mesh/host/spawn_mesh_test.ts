import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import {
  type Certificate,
  makeCertificate,
} from "../../../mesh/host/certificate.ts";
import { enrolOverNetwork } from "../../../mesh/host/enrol_over_network.ts";
import { systemRandom } from "../../../mesh/host/random.ts";
import {
  MeshIsolateError,
  meshIsolatePermissions,
  type SpawnedMesh,
  spawnMesh,
  type SpawnOptions,
} from "../../../mesh/host/spawn_mesh.ts";
import { TransportError } from "../../../mesh/host/transport_error.ts";
import { inviteKeys } from "../../../mesh/invite.ts";
import { generateKeyMaterial, type NodeKeys } from "../../../mesh/keys.ts";
import type { MeshEvent, OpenInvite } from "../../../mesh/mesh.ts";
import { nodeIdOf } from "../../../mesh/node_id.ts";
import { ed25519Signer } from "../../../mesh/primitives/ed25519.ts";
import {
  foundMesh,
  writeAdmission,
  writeCard,
  writeInvite,
} from "../../../mesh/roster_entry.ts";

const yearMs = 365 * 86_400_000;

Deno.test("meshIsolatePermissions let nothing out but the network", async () => {
  let asked = 0;
  const closing = new AbortController();
  const { signal } = closing;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal, onListen() {} },
    () => {
      asked++;
      const headers = { "content-type": "application/typescript" };
      return new Response("export {};", { headers });
    },
  );
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  const url = new URL("./climbing_worker.ts", import.meta.url);
  url.searchParams.set("port", `${server.addr.port}`);
  url.searchParams.set("file", `file://${file}`);
  // The `deno` option is only typed with `--unstable-worker-options`.
  const walls: WorkerOptions & { deno: { permissions: unknown } } = {
    type: "module",
    deno: { permissions: meshIsolatePermissions },
  };
  const worker = new Worker(url, walls as WorkerOptions);
  const outcomes = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(event.error ?? event.message);
  });
  worker.terminate();
  closing.abort();
  await server.finished;
  await Deno.remove(file);
  deepEqual(outcomes, {
    net: "climbed",
    read: "NotCapable",
    read_proc: "NotCapable",
    write: "NotCapable",
    unix_socket: "NotCapable",
    run: "NotCapable",
    env: "NotCapable",
    ffi: "NotCapable",
    sys: "NotCapable",
    import: "TypeError",
    import_file: "TypeError",
    worker_with_more: "NotCapable",
  });
  equal(asked, 0);
});

interface Founder {
  readonly keys: NodeKeys;
  readonly certificate: Certificate;
  readonly port: number;
  readonly options: SpawnOptions;
  readonly operator: ReturnType<typeof ed25519Signer>;
  readonly failures: MeshIsolateError[];
}

async function found(port: number): Promise<Founder> {
  const keys = madeKeys();
  const operator = ed25519Signer(random(32));
  const nowMs = Date.now();
  const { meshId, entries } = foundMesh({
    operator,
    keys,
    name: "one",
    nowMs,
    validMs: yearMs,
  });
  const certificate = await made("one", nowMs);
  const card = writeCard({
    meshId,
    keys,
    seq: 1,
    name: "one",
    addresses: [`127.0.0.1:${port}`],
    certificate: certificate.der,
  });
  const failures: MeshIsolateError[] = [];
  return {
    keys,
    certificate,
    port,
    operator,
    failures,
    options: {
      start: {
        keys,
        meshId,
        meshSecret: random(32),
        roster: [...entries, card],
        invites: [],
        profile: "open",
        incarnation: Math.floor(nowMs / 1_000),
      },
      listen: { hostname: "127.0.0.1", port, ...certificate },
      page: { businessName: "Miller Bakery" },
      onFailure: (error) => failures.push(error),
    },
  };
}

Deno.test("spawnMesh() and enrolOverNetwork() bring two isolates together over TLS", async () => {
  const one = await found(freePort());
  const first = await spawnMesh(one.options);
  equal(first.address, `127.0.0.1:${one.port}`);

  const seed = random(32);
  const secrets = inviteKeys(seed);
  const expiresAtMs = Date.now() + 600_000;
  const { meshId } = one.options.start;
  const open: OpenInvite = {
    id: secrets.id,
    psk: secrets.psk,
    gateKey: secrets.gateKey,
    expiresAtMs,
  };
  const invitation = writeInvite({
    meshId,
    signer: one.operator,
    by: "operator",
    inviteId: secrets.id,
    expiresAtMs,
  });
  const used = heard(first, (event) => event.type === "invite_used");
  first.send({ type: "merge_roster", entries: [invitation] });
  first.send({ type: "open_invite", invite: open });

  const keys = madeKeys();
  const nowMs = Date.now();
  const certificate = await made("two", nowMs);
  const port = freePort();
  const outcome = await enrolOverNetwork({
    invite: {
      meshId,
      seed,
      addresses: ["127.0.0.1:1", first.address],
      noisePublic: one.keys.noise.public,
      certificate: one.certificate.der,
      node: one.keys.node,
      expiresAtMs,
    },
    keys,
    card: writeCard({
      meshId,
      keys,
      seq: 1,
      name: "two",
      addresses: [`127.0.0.1:${port}`],
      certificate: certificate.der,
    }),
    admission: writeAdmission({
      meshId,
      invite: secrets.signer,
      keys,
      name: "two",
      nowMs,
      validMs: yearMs,
    }),
  });
  ok(outcome.type === "admitted", JSON.stringify(outcome));
  await used;

  const second = await spawnMesh({
    start: {
      keys,
      meshId,
      meshSecret: outcome.meshSecret,
      roster: outcome.roster,
      invites: [],
      profile: "open",
      incarnation: Math.floor(nowMs / 1_000),
    },
    listen: { hostname: "127.0.0.1", port, ...certificate },
    page: { businessName: "Miller Bakery" },
    onFailure: (error) => one.failures.push(error),
  });
  const payload = new TextEncoder().encode("seen 203.0.113.9");
  const delivered = heard(first, (event) => event.type === "delivered");
  await linked(second);
  second.send({ type: "publish", payload, urgency: 0 });
  const { origin, payload: got } = await delivered as Extract<
    MeshEvent,
    { type: "delivered" }
  >;
  equal(origin, keys.node);
  deepEqual(got, payload);

  await second.stop();
  await first.stop();
  // A second time is no error, and commands go nowhere.
  await first.stop();
  first.send({ type: "report" });
  deepEqual(one.failures, []);
});

Deno.test("spawnMesh() tells of a taken port", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { options } = await found(taken.addr.port);
  await rejects(spawnMesh(options), (error) => {
    ok(error instanceof TransportError);
    equal(error.code, "address_in_use");
    match(error.message, new RegExp(`127.0.0.1:${taken.addr.port}`));
    return true;
  });
  taken.close();
});

Deno.test("spawnMesh() tells when the node cannot start", async () => {
  const { options } = await found(freePort());
  const start = { ...options.start, keys: null as unknown as NodeKeys };
  await rejects(spawnMesh({ ...options, start }), (error) => {
    ok(error instanceof MeshIsolateError);
    equal(error.code, "isolate_failed");
    return true;
  });
});

Deno.test("spawnMesh() tells when the isolate ends by an error later", async () => {
  const failed = Promise.withResolvers<MeshIsolateError>();
  const { options } = await found(freePort());
  const mesh = await spawnMesh({ ...options, onFailure: failed.resolve });
  // No driver survives keys that are none; only a bug could send them.
  mesh.send({ type: "use_keys", keys: null as unknown as NodeKeys });
  match((await failed.promise).message, /^Cannot run the mesh: /);
  await mesh.stop();
});

/** Waits until the node has a link, asking every 50 ms. */
async function linked(mesh: SpawnedMesh): Promise<void> {
  for (;;) {
    const report = heard(mesh, (event) => event.type === "report");
    mesh.send({ type: "report" });
    const event = await report;
    if (event.type === "report" && event.report.links.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function heard(
  mesh: SpawnedMesh,
  wanted: (event: MeshEvent) => boolean,
): Promise<MeshEvent> {
  return new Promise((resolve) => {
    mesh.onEvent((event) => {
      if (wanted(event)) resolve(event);
    });
  });
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

function random(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  systemRandom.fill(bytes);
  return bytes;
}

function madeKeys(): NodeKeys {
  const material = generateKeyMaterial(systemRandom);
  return {
    node: nodeIdOf(material.signing.public),
    generation: 0,
    ...material,
  };
}

function made(name: string, nowMs: number): Promise<Certificate> {
  return makeCertificate({ name, hosts: ["127.0.0.1"], nowMs }, systemRandom);
}
