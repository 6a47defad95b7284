/**
 * What one run of the traffic bench leaves in its directory, and how it is read
 * again: `run.json`, `capture.pcap`, and a dump for each node. Everything the
 * analysis needs is there, so it can be repeated and changed without a run.
 *
 * @module
 */
import type { ProfileName } from "../../../mesh/profile.ts";
import type { NodeDump } from "./mesh_node.ts";
import type { Trial, TrialPace } from "./storm.ts";

/** One mesh of a run. */
export interface MeshRecord {
  readonly profile: ProfileName;
  readonly periodMs: number;
  readonly slotted: boolean;
  readonly pace: TrialPace;
  /** IPv4 address of each node. */
  readonly addresses: readonly string[];
  readonly trials: readonly Trial[];
}

/** A whole run. */
export interface RunRecord {
  readonly seed: string;
  readonly startedAt: string;
  /** Of the machine, because the nodes share it. */
  readonly cores: number;
  readonly meshes: readonly MeshRecord[];
}

/** Name of the capture in the directory. */
export const captureName = "capture.pcap";

/** Writes what the runner knows. */
export async function writeRun(
  directory: string,
  record: RunRecord,
): Promise<void> {
  await Deno.writeTextFile(`${directory}/run.json`, JSON.stringify(record));
}

/** Reads what the runner knew. */
export async function readRun(directory: string): Promise<RunRecord> {
  return JSON.parse(await Deno.readTextFile(`${directory}/run.json`));
}

/** Writes what a node knows. */
export async function writeDump(
  directory: string,
  profile: ProfileName,
  node: number,
  dump: NodeDump,
): Promise<void> {
  const path = `${directory}/${profile}-${node}.json`;
  await Deno.writeTextFile(path, JSON.stringify(dump));
}

/** Reads what the nodes of a mesh knew. */
export async function readDumps(
  directory: string,
  { profile, addresses }: MeshRecord,
): Promise<NodeDump[]> {
  return await Promise.all(
    addresses.map(async (_, node) =>
      JSON.parse(
        await Deno.readTextFile(`${directory}/${profile}-${node}.json`),
      )
    ),
  );
}
