/**
 * What simulations show, in the one form that the dashboard knows: figures, a
 * table, what was broken. The pages have words for the names used here.
 *
 * @module
 */
import type {
  SimulationFigure,
  SimulationReport,
  SimulationTable,
} from "../dashboard/mod.ts";
import type {
  LateralAct,
  LateralReport,
  LoginReport,
  Reaction,
  Report,
  SoakReport,
  StressReport,
  StressRow,
} from "../sims/mod.ts";

/** Breaches that are told; a soak may have many. */
const breachesMax = 50;

type Row = SimulationTable["rows"][number];

/** A port scan. */
export function portscanReport(report: Report): SimulationReport {
  const { attacker, innocent, cost, hosts } = report;
  return {
    figures: [
      count("attacker", "probes", "neither", attacker.probes),
      count("attacker", "answered", "less", attacker.answered),
      count("attacker", "answeredMost", "less", attacker.answeredMostByOne),
      count(
        "attacker",
        "answeredUndefended",
        "neither",
        attacker.answeredByAllWithoutDefense,
      ),
      ...reactionFigures(hosts),
      count("innocent", "connections", "neither", innocent.connections),
      count("innocent", "denied", "less", innocent.denied),
      count("innocent", "contained", "less", innocent.contained.length),
      {
        ...count(
          "mesh",
          "perLinkAndDay",
          "neither",
          cost.megabytesPerLinkAndDay,
        ),
        unit: "megabytes",
      },
    ],
    table: {
      columns: ["answered", "silent", ...reactionColumns],
      rows: hosts.map((host) => ({
        name: host.host,
        part: "",
        cells: [host.answered, host.filtered, ...reactionCells(host)],
      })),
    },
    ...ending(report),
  };
}

/** Guessed passwords. */
export function loginsReport(report: LoginReport): SimulationReport {
  const { attacker, innocent, hosts } = report;
  return {
    figures: [
      count("attacker", "sources", "neither", attacker.sources),
      count("attacker", "sourcesContained", "more", attacker.contained),
      count("attacker", "guesses", "less", attacker.guesses),
      count("attacker", "guessesMost", "less", attacker.guessesMostByOne),
      ...reactionFigures(hosts),
      count("innocent", "logins", "neither", innocent.logins),
      count("innocent", "mistyped", "neither", innocent.mistyped),
      count("innocent", "denied", "less", innocent.denied),
      count("innocent", "contained", "less", innocent.contained.length),
    ],
    table: {
      columns: ["guessed", "silent", ...reactionColumns],
      rows: hosts.map((host) => ({
        name: host.host,
        part: "",
        cells: [host.answered, host.filtered, ...reactionCells(host)],
      })),
    },
    ...ending(report),
  };
}

/** Lateral movement, foothold by foothold. */
export function lateralReport(report: LateralReport): SimulationReport {
  return {
    figures: report.acts.flatMap(actFigures),
    table: {
      columns: ["takenMs", "silent", ...reactionColumns],
      rows: report.acts.flatMap(({ foothold, hosts }) =>
        hosts.map((host): Row => ({
          name: host.host,
          part: foothold,
          cells: [host.takenMs ?? null, host.filtered, ...reactionCells(host)],
        }))
      ),
    },
    ...ending(report),
  };
}

/** A large mesh. */
export function stressReport(report: StressReport): SimulationReport {
  const { rows } = report;
  return {
    figures: rows.flatMap((row) => [
      ms("mesh", "alertHalf", row.alertMs.p50),
      ms("mesh", "alertMost", row.alertMs.p95),
      ms("mesh", "alertLast", row.alertMs.max),
      ms("attacker", "throttledMost", row.throttledMs.p95),
      ms("attacker", "blockedMost", row.blockedMs.p95),
      count("mesh", "hopsMost", "less", row.hops.p95),
      {
        ...count("mesh", "missed", "less", row.missedShare),
        unit: "share" as const,
      },
      {
        ...count(
          "mesh",
          "perMachineAndDay",
          "neither",
          Math.round(row.bytesPerNodeAndDay / 1e6),
        ),
        unit: "megabytes" as const,
      },
    ]),
    table: {
      columns: ["p50Ms", "p90Ms", "p95Ms", "p99Ms", "maxMs"],
      rows: rows.flatMap((row) =>
        spreadRows.map((name): Row => {
          const { p50, p90, p95, p99, max } = row[`${name}Ms`];
          return {
            name,
            part: "",
            cells: [p50, p90, p95, p99, max].map(Math.round),
          };
        })
      ),
    },
    breaches: [],
    replay: report.replay,
  };
}

/** Random trouble. */
export function soakReport(
  report: SoakReport,
  seconds: number,
): SimulationReport {
  const minutes = Math.round(report.virtualHours * 60);
  return {
    figures: [
      count("mesh", "meshes", "neither", report.seeds),
      count("mesh", "meshesBroken", "less", report.brokenSeeds),
      count("mesh", "virtualMinutes", "neither", minutes),
      count("mesh", "words", "neither", report.words),
      count("mesh", "faults", "neither", sum(report.faults)),
      count("attacker", "traitors", "neither", sum(report.parts)),
    ],
    table: {
      columns: ["times"],
      rows: [
        ...Object.entries(report.faults).map(([name, times]) =>
          row(name, "fault", times)
        ),
        ...Object.entries(report.parts).map(([name, times]) =>
          row(name, "traitor", times)
        ),
      ],
    },
    breaches: report.broken.map(({ breaches, replay }) =>
      `${breaches[0]} (${replay})`
    ).slice(0, breachesMax),
    replay:
      `stealthmesh simulate soak --seeds ${report.seeds} --seed ${report.firstSeed}   # ${seconds} s`,
  };
}

const spreadRows = ["alert", "throttled", "blocked"] as const satisfies (
  keyof { [K in keyof StressRow as K extends `${infer N}Ms` ? N : never]: 0 }
)[];
const reactionColumns = ["sawMs", "cautiousMs", "throttledMs", "blockedMs"];

function reactionCells({ detectedMs, measures }: Reaction): (number | null)[] {
  return [
    detectedMs ?? null,
    measures.caution ?? null,
    measures.throttle ?? null,
    measures.block ?? null,
  ];
}

/** First sight, first measure, and the measure of the last machine. */
function reactionFigures(hosts: readonly Reaction[]): SimulationFigure[] {
  const seen = hosts.flatMap(({ detectedMs }) => detectedMs ?? []);
  const first = hosts.map(({ measures }) =>
    Math.min(...Object.values(measures))
  );
  return [
    ms("attacker", "seenFirst", Math.min(...seen)),
    ms("attacker", "stoppedFirst", Math.min(...first)),
    ms("attacker", "stoppedAll", Math.max(...first)),
  ];
}

function actFigures(act: LateralAct): SimulationFigure[] {
  const { attacker, innocent, foothold } = act;
  return [
    count("attacker", "targets", "neither", attacker.targets),
    count("attacker", "taken", "less", attacker.taken),
    count("attacker", "takenUnseen", "less", attacker.takenUnseen),
    ms("attacker", "seenFirst", attacker.detectedMs ?? Infinity),
    ms("attacker", "stoppedFirst", attacker.containedMs ?? Infinity),
    count("innocent", "logins", "neither", innocent.logins),
    count("innocent", "denied", "less", innocent.denied),
    count("innocent", "contained", "less", innocent.contained.length),
    count("innocent", "accused", "less", innocent.accused.length),
  ].map((figure) => ({ ...figure, part: foothold }));
}

function ending(
  { breaches, replay }: {
    readonly breaches: readonly string[];
    readonly replay: string;
  },
): Pick<SimulationReport, "breaches" | "replay"> {
  return { breaches: breaches.slice(0, breachesMax), replay };
}

function row(name: string, part: string, times: number): Row {
  return { name, part, cells: [times] };
}

function sum(times: Readonly<Record<string, number>>): number {
  return Object.values(times).reduce((all, each) => all + each, 0);
}

function count(
  side: SimulationFigure["side"],
  name: string,
  wish: SimulationFigure["wish"],
  value: number,
): SimulationFigure {
  return { name, part: "", side, unit: "count", wish, value };
}

/** Sooner is better; what is not finite never came. */
function ms(
  side: SimulationFigure["side"],
  name: string,
  value: number,
): SimulationFigure {
  const known = Number.isFinite(value) ? Math.round(value) : null;
  return { name, part: "", side, unit: "ms", wish: "less", value: known };
}
