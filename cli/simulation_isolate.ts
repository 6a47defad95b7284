/**
 * The isolate that plays one simulation for the dashboard and ends with it. It
 * may do nothing at all, and it stalls nobody: whoever started it ends it when
 * that is wanted.
 *
 * Bound: a word of progress each {@linkcode progressMs}, with
 * {@linkcode linesMax} lines at most; the later ones are dropped, the report
 * is whole.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { SimulationLine, SimulationReport } from "../dashboard/mod.ts";
import {
  bruteforce,
  lateral,
  portscan,
  runLateral,
  runLogins,
  type RunOptions,
  runPortScan,
  runStress,
  soak,
  spray,
} from "../sims/mod.ts";
import type { SimulationStart, SimulationWord } from "./simulation_messages.ts";
import {
  lateralReport,
  loginsReport,
  portscanReport,
  soakReport,
  stressReport,
} from "./simulation_report.ts";

/** Five words a second are more than anybody reads. Our choice. */
const progressMs = 200;
/** Of one word. Our choice. */
const linesMax = 200;

let lines: SimulationLine[] = [];
let saidMs = -Infinity;

self.onmessage = ({ data }: MessageEvent<SimulationStart>): void => {
  play(data).then(
    (report) => {
      progress(1, true);
      say({ type: "ended", report });
    },
    (error) => say({ type: "failed", reason: textOf(error) }),
  );
};

async function play(start: SimulationStart): Promise<SimulationReport> {
  const { kind, machines, seconds, seed, scenarios } = start;
  const options: RunOptions = {
    nodes: machines,
    seed,
    scenarios,
    onProgress: (done) => progress(done),
    onStory: (news) => lines.push(...news.slice(0, linesMax - lines.length)),
  };
  switch (kind) {
    case "portscan":
      return portscanReport(await runPortScan(portscan, options));
    case "bruteforce":
      return loginsReport(await runLogins(bruteforce, options));
    case "spray":
      return loginsReport(await runLogins(spray, options));
    case "lateral":
      return lateralReport(await runLateral(lateral, options));
    case "stress":
      return stressReport(runStress({
        nodes: [machines],
        profile: "lan",
        silent: 0,
        kill: undefined,
        seed,
        onProgress: (done) => progress(done),
      }));
    case "soak":
      return soakReport(soakFor(seconds, seed), seconds);
  }
  throw new TypeError(`Cannot play "${kind}": there is no such simulation`);
}

function soakFor(seconds: number, seed: string) {
  const beganMs = performance.now();
  const shareOf = () => (performance.now() - beganMs) / (1_000 * seconds);
  return soak({
    firstSeed: numberOf(seed),
    goesOn: () => shareOf() < 1,
    onVerdict({ seed, breaches }) {
      const [first] = breaches;
      if (first !== undefined && lines.length < linesMax) {
        const atMs = Math.round(performance.now() - beganMs);
        lines.push({ atMs, host: `seed ${seed}`, text: first });
      }
      progress(Math.min(1, shareOf()));
    },
  });
}

/** A soak counts its seeds; a word stands for a number, always the same. */
function numberOf(seed: string): number {
  if (/^\d{1,9}$/.test(seed)) return Number(seed);
  let number = 0;
  for (const char of seed) {
    number = (31 * number + char.charCodeAt(0)) % 1_000_000_007;
  }
  return number;
}

function progress(done: number, last = false): void {
  const nowMs = performance.now();
  if (!last && nowMs - saidMs < progressMs) return;
  saidMs = nowMs;
  say({ type: "progress", done, lines });
  lines = [];
}

function say(word: SimulationWord): void {
  self.postMessage(word);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
