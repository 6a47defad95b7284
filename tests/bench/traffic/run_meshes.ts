/**
 * Runs meshes of real nodes side by side, each node a process in a network
 * namespace of its own, lets them idle and then storm, and keeps what crossed
 * the bridge.
 *
 * Both phases wake nodes in the same way and at the same rate; only in the
 * storm some of the wake-ups are alerts. Otherwise an observer would find the
 * bench and not the mesh.
 *
 * Bounds: a capture keeps `snapBytes` of each packet, some 100 bytes a packet
 * on disk: 150 MB for four profiles and 21 minutes.
 *
 * @module
 */
import { type ProfileName, profiles } from "../../../mesh/profile.ts";
import { Lab, type LabHost } from "../../lab/lab_network.ts";
import { seededRandom } from "../../mesh/virtual_world.ts";
import { BenchNode } from "./bench_node.ts";
import { type MeshPlan, planMesh } from "./mesh_plan.ts";
import {
  captureName,
  type MeshRecord,
  writeDump,
  writeRun,
} from "./recording.ts";
import { alertsPerStorm, drawTrials, paceOf } from "./storm.ts";

/** What a run is asked for. */
export interface RunOptions {
  /** Where everything is kept; made if missing. */
  readonly directory: string;
  /** Profile and number of nodes of each mesh. */
  readonly meshes: readonly { profile: ProfileName; nodes: number }[];
  readonly idleMs: number;
  readonly stormMs: number;
  readonly seed: string;
  /** Hears what is going on. */
  progress(text: string): void;
}

/** Ethernet, IPv4, TCP with timestamps, and the header of a TLS record. */
const snapBytes = 96;
const port = 8443;
/**
 * Handshakes and first comparisons are over by then: our choice, a fixed time
 * and some periods of the slowest profile.
 */
const settleMs = 5_000;
const settlePeriods = 6;
/** The last alerts may need a repair round's worth of slots: our choice. */
const drainPeriods = 6;
const linksWithinMs = 120_000;

interface RunningMesh {
  readonly record: Omit<MeshRecord, "trials">;
  readonly nodes: readonly BenchNode[];
}

/** Runs the meshes; the directory then holds everything. */
export async function runMeshes(options: RunOptions): Promise<void> {
  const { directory, progress } = options;
  await Deno.mkdir(directory, { recursive: true });
  const lab = await Lab.open();
  const children: BenchNode[] = [];
  let capture: Deno.ChildProcess | undefined;
  try {
    const meshes: RunningMesh[] = [];
    let number = 1;
    for (const { profile, nodes: count } of options.meshes) {
      progress(`${profile}: starting ${count} nodes`);
      const hosts: LabHost[] = [];
      for (let index = 0; index < count; index++) {
        hosts.push(await lab.host(`${profile}${index}`, number++));
      }
      const plan = await planMesh(
        profile,
        hosts.map(({ address }) => `${address}:${port}`),
      );
      const nodes = await startNodes(plan, hosts, lab.directory);
      children.push(...nodes);
      const { periodMs, slotted } = profiles[profile];
      meshes.push({
        nodes,
        record: {
          profile,
          periodMs,
          slotted,
          pace: paceOf(profiles[profile]),
          addresses: hosts.map(({ address }) => address),
        },
      });
    }
    for (const { nodes, record } of meshes) {
      await linked(nodes);
      progress(`${record.profile}: linked`);
    }
    const slowestMs = Math.max(
      ...meshes.map(({ record: { periodMs } }) => periodMs),
    );
    await wait(settleMs + settlePeriods * slowestMs);
    capture = startCapture(lab.bridge, `${directory}/${captureName}`);
    await wait(1_000);

    const startMs = Math.ceil(Date.now() + 500);
    const records = meshes.map(({ record, nodes }): MeshRecord => ({
      ...record,
      trials: drawTrials({
        startMs,
        idleMs: options.idleMs,
        stormMs: options.stormMs,
        everyMs: record.pace.everyMs,
        nodes: nodes.length,
        random: seededRandom(`${options.seed} ${record.profile}`),
      }),
    }));
    const endMs = startMs + options.idleMs + options.stormMs;
    const watch = setInterval(() => {
      const leftMs = endMs - Date.now();
      progress(`${Math.max(0, Math.round(leftMs / 1_000))} s to go`);
    }, 30_000);
    await Promise.all(
      records.map((record, index) => playTrials(record, meshes[index]!.nodes)),
    );
    clearInterval(watch);
    progress("waiting for the last alerts");
    await wait(endMs - Date.now() + drainPeriods * slowestMs);
    capture.kill("SIGINT");
    await capture.status;

    progress("asking the nodes");
    for (const { record: { profile }, nodes } of meshes) {
      for (const [index, node] of nodes.entries()) {
        await writeDump(directory, profile, index, await node.dump());
      }
    }
    await writeRun(directory, {
      seed: options.seed,
      startedAt: new Date(startMs).toISOString(),
      cores: navigator.hardwareConcurrency,
      meshes: records,
    });
  } finally {
    await Promise.all(children.map((node) => node.stop()));
    try {
      capture?.kill("SIGKILL");
    } catch {
      // It ended in order.
    }
    await lab.close();
  }
}

async function startNodes(
  plan: MeshPlan,
  hosts: readonly LabHost[],
  directory: string,
): Promise<BenchNode[]> {
  const path = `${directory}/${plan.profile}.json`;
  await Deno.writeTextFile(path, JSON.stringify(plan), { mode: 0o600 });
  const nodes: BenchNode[] = [];
  for (const [index, host] of hosts.entries()) {
    const inside = ["ip", "netns", "exec", host.namespace];
    nodes.push(await BenchNode.start(path, index, host.directory, inside));
  }
  return nodes;
}

/** Waits until every node has links and nobody gets more. */
export async function linked(nodes: readonly BenchNode[]): Promise<void> {
  const deadlineMs = performance.now() + linksWithinMs;
  // Half of the degree is self-dialled, so each has at least so many.
  const least = nodes.length <= 6 ? nodes.length - 1 : 2;
  let before = "";
  for (let same = 0; same < 3;) {
    const links: number[] = [];
    for (const node of nodes) links.push((await node.report()).links);
    const now = links.join();
    const enough = links.every((count) => count >= least);
    same = enough && now === before ? same + 1 : 0;
    before = now;
    if (performance.now() > deadlineMs) {
      throw new Error(`Cannot bench: links after 2 minutes: ${now}`);
    }
    await wait(1_000);
  }
}

function startCapture(namespace: string, path: string): Deno.ChildProcess {
  return new Deno.Command("ip", {
    args: [
      ...["netns", "exec", namespace, "tcpdump", "-i", "br0", "-n", "-w", path],
      ...["-s", `${snapBytes}`, "-B", "16384", "-Z", "root", "-q"],
      ...["--time-stamp-precision=nano", "tcp", "port", `${port}`],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function playTrials(
  { trials }: MeshRecord,
  nodes: readonly BenchNode[],
): Promise<void> {
  for (const { atMs, alert, origin } of trials) {
    await wait(atMs - Date.now());
    if (alert) nodes[origin]?.alert(alertsPerStorm);
    else nodes[origin]?.nothing();
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, Math.max(0, ms)));
}
