/**
 * `deno task bench:traffic`: what an observer of the wire learns from ten
 * minutes of silence and ten of alerts, for each profile; see the header of
 * each file here. Needs root, `ip`, `tcpdump`, and scikit-learn for the
 * observer. About 21 minutes and a gigabyte of memory per ten nodes.
 *
 * The nodes share this machine's cores, so what one node does on an alert
 * moves the cells of all others too: more than on machines of their own.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type ProfileName, profiles } from "../../../mesh/profile.ts";
import { analyse, observerMissing } from "./analyse.ts";
import { invalidBecause, textOf } from "./findings_text.ts";
import { runMeshes } from "./run_meshes.ts";

const usage = `Usage: deno task bench:traffic [options]

  --minutes M      length of each of the two phases (10)
  --nodes N        nodes per mesh (10)
  --profiles LIST  of lan, wan, metered, open; name:N for other than N nodes
                   (lan,wan,metered,open)
  --seed S         decides when who says something (1)
  --draws D        faked event times per question (100)
  --keep DIR       keeps capture and dumps there
  --analyse DIR    no run: analyses what was kept in DIR
  --json           findings as JSON on stdout`;

const progress = (text: string) =>
  console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      minutes: { type: "string", default: "10" },
      nodes: { type: "string", default: "10" },
      profiles: { type: "string", default: "lan,wan,metered,open" },
      seed: { type: "string", default: "1" },
      draws: { type: "string", default: "100" },
      keep: { type: "string" },
      analyse: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const missing = await observerMissing();
  if (missing !== undefined) {
    console.error(
      `Cannot observe: scikit-learn is not installed\n  ${missing}`,
    );
    return 1;
  }
  const kept = values.analyse ?? values.keep;
  const directory = kept ?? await Deno.makeTempDir({ prefix: "traffic-" });
  try {
    if (values.analyse === undefined) {
      if (Deno.uid() !== 0) {
        console.error("Cannot make network namespaces: not root");
        return 1;
      }
      const phaseMs = Number(values.minutes) * 60_000;
      await runMeshes({
        directory,
        meshes: values.profiles.split(",").map((text) => {
          const [name = "", count = values.nodes] = text.split(":");
          if (!(name in profiles)) throw new Error(`No profile ${name}`);
          return { profile: name as ProfileName, nodes: Number(count) };
        }),
        idleMs: phaseMs,
        stormMs: phaseMs,
        seed: values.seed,
        progress,
      });
    }
    const findings = await analyse(directory, Number(values.draws), progress);
    console.log(
      values.json ? JSON.stringify(findings, undefined, 2) : textOf(findings),
    );
    return invalidBecause(findings).length === 0 ? 0 : 1;
  } finally {
    if (kept === undefined) await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main());
