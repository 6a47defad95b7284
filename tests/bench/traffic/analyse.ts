/**
 * From the directory of a run (`recording.ts`) to findings: what the nodes
 * heard, what the wire shows, when cells left, and what an observer makes of
 * it (`observer.py`). Can be run again on the same directory at any time.
 *
 * @module
 */
import type { ProfileName } from "../../../mesh/profile.ts";
import { type CellTimes, cellTimes } from "./cell_times.ts";
import { extractFeatures, featureNames } from "./features.ts";
import type { NodeDump } from "./mesh_node.ts";
import {
  captureName,
  type MeshRecord,
  readDumps,
  readRun,
} from "./recording.ts";
import {
  acceptorRecordBytes,
  diallerRecordBytes,
  type Flow,
  readCapture,
  Wire,
} from "./wire.ts";

/** How well one question was answered. */
export interface Score {
  /** Area under the ROC curve of the held-out trials; 0.5 is a guess. */
  readonly auc: number;
  /** Share of faked event times on which the classifier scores as high. */
  readonly p: number;
  /** Mean score on faked event times. */
  readonly fake: number;
  /** Score that 95 % of the fakes do not reach. */
  readonly fake95: number;
}

/** What the observer found for one question of one mesh. */
export interface Verdict {
  readonly profile: ProfileName;
  readonly question: "event" | "origin";
  readonly windowsWith: number;
  readonly windowsWithout: number;
  readonly linear: Score;
  readonly boosted: Score;
  readonly best: Score;
  /** All links of a trial, or of a node in a trial, taken together. */
  readonly best_pooled: Score;
}

/** Sizes on the wire. */
export interface Sizes {
  readonly cells: number;
  /** Segments with payload that are no whole cells, links' first 3 s aside. */
  readonly odd: number;
  readonly repeats: number;
  /** Directions in which every record of the one size was a cell. */
  readonly sizes: readonly number[];
  /** TCP connections that began during the capture. */
  readonly connections: number;
}

/** Everything about one mesh. */
export interface MeshFindings {
  readonly profile: ProfileName;
  readonly nodes: number;
  readonly directions: number;
  /** Deliveries due and made, over all alerts and nodes. */
  readonly due: number;
  readonly arrived: number;
  readonly times: CellTimes;
  readonly sizes: Sizes;
  readonly residentMiB: number;
  readonly verdicts: readonly Verdict[];
}

/** Debian's Python, for which Debian packs scikit-learn. */
const python = "/usr/bin/python3";
/** TLS and WebSocket handshakes of a new link are over by then. */
const linkStartMs = 3_000;

/** Whether the observer's tools are here; else what to install. */
export async function observerMissing(): Promise<string | undefined> {
  try {
    const { success } = await new Deno.Command(python, {
      args: ["-c", "import sklearn"],
      stderr: "null",
    }).output();
    if (success) return undefined;
  } catch {
    // No Python at all.
  }
  return "apt-get install --no-install-recommends python3-sklearn";
}

/**
 * Reads a run and judges it.
 *
 * @param draws Faked event times per question; 0 leaves the observer out.
 */
export async function analyse(
  directory: string,
  draws: number,
  progress: (text: string) => void,
): Promise<MeshFindings[]> {
  const run = await readRun(directory);
  const wires = run.meshes.map(({ addresses }) => new Wire(addresses));
  const packets = await readCapture(`${directory}/${captureName}`, wires);
  progress(`${packets} packets read`);
  const findings: MeshFindings[] = [];
  for (const [index, mesh] of run.meshes.entries()) {
    const wire = wires[index]!;
    const dumps = await readDumps(directory, mesh);
    if (draws > 0) await writeFeatures(directory, mesh, wire, run.seed);
    findings.push({
      profile: mesh.profile,
      nodes: mesh.addresses.length,
      directions: wire.flows().length,
      ...arrivals(dumps),
      times: cellTimes(mesh, dumps, wire),
      sizes: sizesOf(wire.flows()),
      residentMiB: Math.max(...dumps.map(({ residentMiB }) => residentMiB)),
      verdicts: [],
    });
  }
  if (draws === 0) return findings;
  return await Promise.all(findings.map(async (each) => {
    const verdicts = await observe(directory, each.profile, draws);
    progress(`${each.profile}: observed`);
    return { ...each, verdicts };
  }));
}

/** Deliveries due: every alert at every node but its origin. */
function arrivals(
  dumps: readonly NodeDump[],
): { due: number; arrived: number } {
  let published = 0;
  let arrived = 0;
  for (const dump of dumps) {
    published += new Set(dump.published.map(({ id }) => id)).size;
    arrived += new Set(dump.delivered.map(({ id }) => id)).size;
  }
  return { due: published * (dumps.length - 1), arrived };
}

function sizesOf(flows: readonly Flow[]): Sizes {
  const sizes = new Set<number>();
  let cells = 0;
  let odd = 0;
  let repeats = 0;
  let connections = 0;
  for (const flow of flows) {
    const own = new Set<number>();
    connections += flow.beganMs.length;
    repeats += flow.repeated.length;
    const repeated = new Set(flow.repeated);
    for (const [index, bytes] of flow.bytes.entries()) {
      if (bytes === 0 || repeated.has(index)) continue;
      const atMs = flow.atMs[index]!;
      const young = flow.beganMs.some((began) =>
        atMs >= began && atMs < began + linkStartMs
      );
      const count = flow.cells[index]!;
      cells += count;
      if (count > 0) own.add(bytes / count);
      else if (!young) odd++;
    }
    for (const size of own) sizes.add(size);
  }
  return { cells, odd, repeats, connections, sizes: [...sizes].sort() };
}

/** The sizes that cells have on the wire, and no other. */
export const cellRecordSizes: readonly number[] = [
  acceptorRecordBytes,
  diallerRecordBytes,
];

async function writeFeatures(
  directory: string,
  mesh: MeshRecord,
  wire: Wire,
  seed: string,
): Promise<void> {
  const { values, about } = extractFeatures(mesh, wire);
  const path = `${directory}/${mesh.profile}`;
  await Deno.writeFile(`${path}.f32`, new Uint8Array(values.buffer));
  await Deno.writeFile(`${path}.i32`, new Uint8Array(about.buffer));
  await Deno.writeTextFile(
    `${path}.labels.json`,
    JSON.stringify({
      columns: featureNames.length,
      names: featureNames,
      alert: mesh.trials.map(({ alert }) => alert),
      origin: mesh.trials.map(({ origin }) => origin),
      nodes: mesh.addresses.length,
      seed: Number.parseInt(seed, 10) || 1,
    }),
  );
}

async function observe(
  directory: string,
  profile: ProfileName,
  draws: number,
): Promise<Verdict[]> {
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [
      new URL("./observer.py", import.meta.url).pathname,
      ...[directory, `${draws}`, profile],
    ],
    // One core each; several profiles are judged at once.
    env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`observer.py: ${text.decode(stderr)}`);
  return text.decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}
