/**
 * The agent's counters in the text format of Prometheus, version 0.0.4
 * ("Exposition formats", prometheus.io). Names are stable: a counter that is
 * added later is a new value of a label, or a new name.
 *
 * Bounds: `seriesMax` series; the rest is left out and counted in
 * `stealthmesh_series_dropped`.
 *
 * @module
 */
import type { StatusView } from "./agent_desk.ts";
import {
  nodesOf,
  nodeStates,
  sourcesOf,
  type SourceView,
} from "./node_view.ts";

/** Media type of the format. */
export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";
/** A scrape of more is of no use to anybody. Our choice. */
const seriesMax = 5_000;

type Labels = Readonly<Record<string, string>>;
type Samples = readonly (readonly [Labels, number])[];

/** Everything that is counted, as text. */
export function metricsOf(status: StatusView, nowMs: number): string {
  const { agent, mesh, driver, journal, members } = status;
  const lines: string[] = [];
  let dropped = 0;
  const family = (
    name: string,
    type: "counter" | "gauge",
    help: string,
    samples: Samples | number,
  ) => {
    const whole = `stealthmesh_${name}`;
    const all: Samples = typeof samples === "number"
      ? [[{}, samples]]
      : samples;
    if (all.length === 0) return;
    lines.push(`# HELP ${whole} ${help}`, `# TYPE ${whole} ${type}`);
    for (const [labels, value] of all) {
      if (lines.length >= seriesMax) dropped++;
      else lines.push(`${whole}${labelText(labels)} ${numberText(value)}`);
    }
  };

  family("info", "gauge", "What runs, always 1", [[{
    version: status.version,
    mode: agent.mode,
    profile: status.profile.inForce,
    node: agent.self,
  }, 1]]);
  family(
    "start_time_seconds",
    "gauge",
    "When the agent was started, Unix time",
    status.startedAtMs / 1_000,
  );
  const nodes = nodesOf(status, nowMs);
  family(
    "members",
    "gauge",
    "Members by how they stand",
    nodeStates.map((state) => [
      { state },
      nodes.filter((node) => node.state === state).length,
    ]),
  );
  const nameOf = (peer: string) =>
    members.find(({ node }) => node === peer)?.name ?? "";
  family(
    "link_silent_seconds",
    "gauge",
    "Since the last cell of an open link",
    mesh.links.map(({ peer, silentMs }) => [
      { node: peer, name: nameOf(peer) },
      silentMs / 1_000,
    ]),
  );
  family("links", "gauge", "Open links to members", mesh.links.length);
  family(
    "muted_members",
    "gauge",
    "Members that are not listened to",
    mesh.muted.length,
  );
  family(
    "mesh_events_total",
    "counter",
    "What the mesh counted",
    countersOf(mesh.counters),
  );
  family(
    "leaked_bits_total",
    "counter",
    "What an observer may have learnt at most",
    [
      [{ by: "switches" }, mesh.leakage.bits.switches],
      [{ by: "missed_slots" }, mesh.leakage.bits.missedSlots],
    ],
  );
  family(
    "subjects",
    "gauge",
    "Subjects somebody named within ten minutes",
    agent.subjects,
  );
  family("claims", "gauge", "Claims and withdrawals held", agent.claims);
  family(
    "agent_events_total",
    "counter",
    "What the agent counted",
    countersOf(agent.counters),
  );
  const leases = new Map<string, [Labels, number]>();
  for (const { measure, state } of agent.leases) {
    const key = `${measure} ${state}`;
    const [, count] = leases.get(key) ?? [{}, 0];
    leases.set(key, [{ measure, state }, count + 1]);
  }
  const signals = Map.groupBy(agent.signals, ({ order }) => order.what);
  family(
    "signals",
    "gauge",
    "Signals of the operator in force",
    [...signals].map(([what, all]) => [{ what }, all.length]),
  );
  family("leases", "gauge", "Measures against subjects", [...leases.values()]);
  family(
    "host_leases",
    "gauge",
    "Measures on this host itself",
    status.hostLeases.length,
  );
  family(
    "detections_total",
    "counter",
    "Own detections that reached the kernel",
    driver.detection.count,
  );
  family(
    "detection_to_kernel_seconds",
    "gauge",
    "From detection to the kernel's confirmation",
    [
      [{ of: "last" }, driver.detection.lastMs / 1_000],
      [{ of: "max" }, driver.detection.maxMs / 1_000],
    ],
  );
  family("driver_failures_total", "counter", "Calls that failed", [
    [{ of: "journal" }, driver.journalFailures],
    [{ of: "containment" }, driver.containmentFailures],
  ]);
  family(
    "journal_entries_total",
    "counter",
    "Entries ever written",
    journal.head.seq,
  );
  family(
    "journal_waiting",
    "gauge",
    "Entries that wait to be written",
    journal.waiting + driver.unwritten,
  );
  family(
    "journal_dropped_total",
    "counter",
    "Entries lost since the start",
    journal.dropped + driver.unwrittenDropped,
  );
  family(
    "journal_failures_total",
    "counter",
    "Writes that failed since the start",
    journal.failures,
  );
  const sources = byName(sourcesOf(status.sensors));
  family(
    "sensor_up",
    "gauge",
    "Whether a sensor sees anything",
    sources.map(({ name, trouble }) => [
      { sensor: name },
      trouble === undefined ? 1 : 0,
    ]),
  );
  family(
    "sensor_events_total",
    "counter",
    "What a sensor counted",
    sources.flatMap(({ name, counters }) =>
      countersOf(counters).map(([labels, value]) =>
        [{ sensor: name, ...labels }, value] as const
      )
    ),
  );
  const { observations = {} } = status.sensors as {
    observations?: Readonly<Record<string, number>>;
  };
  family(
    "observations_total",
    "counter",
    "What was seen, by kind",
    Object.entries(observations).map(([kind, value]) => [{ kind }, value]),
  );
  family(
    "shortcomings",
    "gauge",
    "What this host lacks, and troubles",
    status.shortcomings.length,
  );
  if (dropped > 0) {
    lines.push(
      "# TYPE stealthmesh_series_dropped gauge",
      `stealthmesh_series_dropped ${dropped}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** One of each name, for each series stands once: the worst, with all it counted. */
function byName(sources: readonly SourceView[]): readonly SourceView[] {
  const all = new Map<string, SourceView>();
  for (const each of sources) {
    const known = all.get(each.name);
    const trouble = each.trouble ?? known?.trouble;
    const counters = { ...known?.counters };
    for (const [event, value] of Object.entries(each.counters)) {
      counters[event] = (counters[event] ?? 0) + value;
    }
    all.set(each.name, {
      name: each.name,
      counters,
      ...(trouble !== undefined && { trouble }),
    });
  }
  return [...all.values()];
}

function countersOf(counters: Readonly<Record<string, number>>): Samples {
  return Object.entries(counters).map(([event, value]) => [{ event }, value]);
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) =>
    `${name}="${
      value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')
        .replaceAll("\n", "\\n")
    }"`
  );
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

/** Go's spelling of numbers that JavaScript spells otherwise. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}
