/**
 * Whether the agent does its work, for a supervisor or a monitor: some checks,
 * each with what is wrong in words.
 *
 * @module
 */
import type { StatusView } from "./agent_desk.ts";
import { nodesOf, sourcesOf } from "./node_view.ts";

/** One thing that was looked at. */
export interface HealthCheck {
  readonly name: "journal" | "sensors" | "containment" | "mesh";
  /** `failing`: it does nothing; `degraded`: not all that it could. */
  readonly state: "ok" | "degraded" | "failing";
  /** What is wrong; empty where nothing is. */
  readonly detail: string;
}

/** All of them, and the worst. */
export interface HealthView {
  readonly state: HealthCheck["state"];
  readonly checks: readonly HealthCheck[];
}

/** Looks at everything once. */
export function healthOf(status: StatusView, nowMs: number): HealthView {
  const checks = [
    journalCheck(status),
    sensorsCheck(status),
    containmentCheck(status),
    meshCheck(status, nowMs),
  ];
  const state = checks.some(({ state }) => state === "failing")
    ? "failing"
    : checks.some(({ state }) => state === "degraded")
    ? "degraded"
    : "ok";
  return { state, checks };
}

function journalCheck({ journal, driver }: StatusView): HealthCheck {
  const name = "journal";
  if (journal.error !== undefined) {
    return { name, state: "failing", detail: journal.error };
  }
  const lost = journal.dropped + driver.unwrittenDropped;
  return lost > 0
    ? { name, state: "degraded", detail: `${lost} entries were lost` }
    : { name, state: "ok", detail: journal.note ?? "" };
}

function sensorsCheck({ sensors }: StatusView): HealthCheck {
  const name = "sensors";
  if (isSilent(sensors)) {
    return { name, state: "failing", detail: "the sensors do not answer" };
  }
  const sources = sourcesOf(sensors);
  const blind = sources.filter(({ trouble }) => trouble !== undefined);
  const detail = blind.map(({ name, trouble }) => `${name}: ${trouble}`)
    .join("; ");
  if (blind.length === 0) return { name, state: "ok", detail };
  const state = blind.length === sources.length ? "failing" : "degraded";
  return { name, state, detail };
}

function containmentCheck({ containment, driver }: StatusView): HealthCheck {
  const name = "containment";
  if (isSilent(containment)) {
    return { name, state: "failing", detail: "containment does not answer" };
  }
  const { containmentFailures: failures } = driver;
  return failures > 0
    ? { name, state: "degraded", detail: `${failures} calls failed` }
    : { name, state: "ok", detail: "" };
}

function meshCheck(status: StatusView, nowMs: number): HealthCheck {
  const name = "mesh";
  const others = nodesOf(status, nowMs).filter(({ state }) =>
    state !== "here" && state !== "revoked" && state !== "expired"
  );
  const gone = others.filter(({ state }) => state === "gone");
  if (others.length > 0 && status.mesh.links.length === 0) {
    return { name, state: "degraded", detail: "no link to any member" };
  }
  return gone.length > 0
    ? { name, state: "degraded", detail: `${gone.length} members are gone` }
    : { name, state: "ok", detail: "" };
}

/** As `cli/agent_desk.ts` has what did not answer in time. */
function isSilent(report: unknown): boolean {
  return typeof report === "object" && report !== null && "silent" in report;
}
