/**
 * How late cells leave in a real process, over TLS on loopback: one node under
 * a stopwatch (`timed_isolate.ts`) and four peers, on `lan`.
 *
 * ```sh
 * deno run -A tests/mesh/host/cell_clock_bench.ts [SECONDS]
 * ```
 *
 * Prints for each situation mean, median, p99 and worst lateness in
 * milliseconds, and the slots that were skipped. An observer can see what
 * differs between the situations; the first line is the measure for the rest.
 *
 * @module
 */
import { makeCertificate } from "../../../mesh/host/certificate.ts";
import type { IsolateStart } from "../../../mesh/host/isolate_message.ts";
import { systemRandom } from "../../../mesh/host/random.ts";
import { spawnMesh } from "../../../mesh/host/spawn_mesh.ts";
import { inviteKeys } from "../../../mesh/invite.ts";
import { generateKeyMaterial, type NodeKeys } from "../../../mesh/keys.ts";
import type { MeshCommand, MeshReport } from "../../../mesh/mesh.ts";
import { nodeIdOf } from "../../../mesh/node_id.ts";
import { ed25519Signer } from "../../../mesh/primitives/ed25519.ts";
import {
  countersignAdmission,
  foundMesh,
  writeAdmission,
  writeCard,
  writeInvite,
} from "../../../mesh/roster_entry.ts";
import { quantile } from "../../bench/quantile.ts";

const seconds = Number(Deno.args[0] ?? 30);
const peers = 4;
const validMs = 90 * 86_400_000;

function madeKeys(): NodeKeys {
  const material = generateKeyMaterial(systemRandom);
  const node = nodeIdOf(material.signing.public);
  return { ...material, node, generation: 0 };
}

function bytes(count: number): Uint8Array {
  const filled = new Uint8Array(count);
  systemRandom.fill(filled);
  return filled;
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** What each of the nodes is started with. */
async function startsOf(count: number): Promise<IsolateStart[]> {
  const nowMs = Date.now();
  const operator = ed25519Signer(bytes(32));
  const founder = madeKeys();
  const nodes = [founder, ...Array.from({ length: count - 1 }, madeKeys)];
  const { meshId, entries } = foundMesh({
    operator,
    keys: founder,
    name: "n0",
    nowMs,
    validMs,
  });
  const roster = [...entries];
  const starts: Omit<IsolateStart, "start">[] = [];
  for (const [index, keys] of nodes.entries()) {
    const name = `n${index}`;
    if (index > 0) {
      const seed = bytes(32);
      const { id, signer } = inviteKeys(seed);
      const admission = writeAdmission({
        meshId,
        invite: signer,
        keys,
        name,
        nowMs,
        validMs,
      });
      const entry = countersignAdmission(admission, {
        meshId,
        by: founder,
        nowMs,
      });
      roster.push(
        writeInvite({
          meshId,
          signer: operator,
          by: "operator",
          inviteId: id,
          expiresAtMs: nowMs + validMs,
        }),
        entry!,
      );
    }
    const port = freePort();
    const certificate = await makeCertificate(
      { name, hosts: ["127.0.0.1"], nowMs },
      systemRandom,
    );
    roster.push(writeCard({
      meshId,
      keys,
      seq: 1,
      name,
      addresses: [`127.0.0.1:${port}`],
      certificate: certificate.der,
    }));
    starts.push({
      listen: { hostname: "127.0.0.1", port, ...certificate },
      page: { businessName: "Miller Bakery" },
    });
  }
  const meshSecret = bytes(32);
  return starts.map((rest, index) => ({
    ...rest,
    start: {
      keys: nodes[index]!,
      meshId,
      meshSecret,
      roster,
      invites: [],
      // One peer that sends whenever it likes, for the bursts.
      profile: index === 1 ? "open" : "lan",
      incarnation: 1,
    },
  }));
}

/** The node under the stopwatch. */
class TimedNode {
  readonly #worker = new Worker(
    new URL("./timed_isolate.ts", import.meta.url),
    { type: "module" },
  );
  readonly #heard = new Map<string, (value: never) => void>();

  static async start(options: IsolateStart): Promise<TimedNode> {
    const node = new TimedNode();
    node.#worker.onmessage = ({ data }) => {
      const { type, report } = data.event ?? data;
      const heard = node.#heard.get(type) as ((value: unknown) => void);
      heard?.(data.lateness ?? report);
    };
    await node.#hear("ready");
    node.#worker.postMessage({ type: "start", options });
    await node.#hear("listening");
    return node;
  }

  send(command: MeshCommand): void {
    this.#worker.postMessage({ type: "command", command });
  }

  async report(): Promise<MeshReport> {
    const report = this.#hear<MeshReport>("report");
    this.send({ type: "report" });
    return await report;
  }

  async lateness(): Promise<number[]> {
    const lateness = this.#hear<number[]>("lateness");
    this.#worker.postMessage({ type: "lateness" });
    return await lateness;
  }

  stop(): void {
    this.#worker.terminate();
  }

  #hear<T>(type: string): Promise<T> {
    return new Promise((resolve) => this.#heard.set(type, resolve));
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const starts = await startsOf(peers + 1);
const others = await Promise.all(
  starts.slice(1).map((options) =>
    spawnMesh({ ...options, onFailure: (error) => console.error(error) })
  ),
);
const timed = await TimedNode.start(starts[0]!);
while ((await timed.report()).links.length < peers) await wait(500);

const url = `https://127.0.0.1:${starts[0]!.listen!.port}/`;
const client = Deno.createHttpClient({
  caCerts: [starts[0]!.listen!.certificatePem],
});
const payload = bytes(100);
const publish: MeshCommand = { type: "publish", payload, urgency: 1 };

/** Repeats `work` every `everyMs` until `untilMs`. */
async function repeat(everyMs: number, untilMs: number, work: () => unknown) {
  while (performance.now() < untilMs) {
    await work();
    await wait(everyMs);
  }
}

const situations: Record<string, (untilMs: number) => Promise<void>> = {
  "idle": (untilMs) => wait(untilMs - performance.now()).then(() => {}),
  "owner's isolate busy": (untilMs) =>
    repeat(5, untilMs, () => {
      const endMs = performance.now() + 50;
      while (performance.now() < endMs);
    }),
  "it says 200 messages/s": (untilMs) =>
    repeat(46, untilMs, () => {
      for (let i = 0; i < 10; i++) timed.send(publish);
    }),
  "it hears 200 messages/s": (untilMs) =>
    repeat(46, untilMs, () => {
      for (let i = 0; i < 10; i++) others[0]!.send(publish);
    }),
  "strangers ask 50 pages/s": (untilMs) =>
    repeat(
      16,
      untilMs,
      () => fetch(url, { client }).then((page) => page.arrayBuffer()),
    ),
  "idle again": (untilMs) => wait(untilMs - performance.now()).then(() => {}),
};

console.log(
  `lateness of cells on lan, ${peers} links, ${seconds} s each, in ms`,
);
for (const [name, situation] of Object.entries(situations)) {
  const before = (await timed.report()).counters;
  await timed.lateness();
  await situation(performance.now() + seconds * 1_000);
  const late = (await timed.lateness()).sort((a, b) => a - b);
  const after = (await timed.report()).counters;
  const grown = (counter: string) =>
    (after[counter] ?? 0) - (before[counter] ?? 0);
  const mean = late.reduce((sum, ms) => sum + ms, 0) / late.length;
  const shown = [mean, quantile(late, 0.5), quantile(late, 0.99), late.at(-1)!]
    .map((ms) => ms.toFixed(2).padStart(7)).join("");
  console.log(
    `${name.padEnd(26)} mean median p99 max ${shown}   cells ${late.length}` +
      `   skipped ${grown("slots_skipped")}   heard ${
        grown("messages_delivered")
      }`,
  );
}
timed.stop();
await Promise.all(others.map((other) => other.stop()));
client.close();
