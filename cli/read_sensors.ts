/**
 * Reads the filters that the configuration's `sensors` name. One that cannot
 * be used does not keep the agent from starting: `status` says why, and the
 * others work.
 *
 * @module
 */
import { type FilterSensor, readFilter } from "../defense/host/mod.ts";
import { checkFilter, filterDirectory, FilterError } from "../defense/mod.ts";
import type { Finding } from "./host_check.ts";
import { longForm, type SensorsSetting } from "./sensor_setting.ts";

/** Reads the filters; one that cannot be read says why. */
export function readSensors(sensors: SensorsSetting): FilterSensor[] {
  return sensors.map((sensor): FilterSensor => {
    const { fail2ban, log, mode, filterDir } = longForm(sensor);
    const name = mode === undefined ? fail2ban : `${fail2ban}[mode=${mode}]`;
    const logs = log === undefined ? [] : [log].flat();
    return { name, logs, filter: readOrExplain(name, logs, filterDir) };
  });
}

function readOrExplain(
  name: string,
  logs: readonly string[],
  directory = filterDirectory,
): FilterSensor["filter"] {
  // What journalctl hands on has no time stamp of a file.
  const logtype = logs.length === 0 && !name.includes("logtype=")
    ? "[logtype=journal]"
    : "";
  try {
    return readFilter(name + logtype, directory);
  } catch (error) {
    const isExpected = error instanceof FilterError ||
      error instanceof SyntaxError;
    if (!isExpected) throw error;
    return { problem: error.message };
  }
}

/** What `doctor` says about them. */
export function sensorFindings(sensors: readonly FilterSensor[]): Finding[] {
  return sensors.flatMap(({ name, logs, filter }): Finding[] => {
    const what = `fail2ban:${name}`;
    const unusable = (detail: string, nextStep: string): Finding[] => [{
      what,
      verdict: "missing",
      detail,
      works: "Everything else; what this filter would find goes unseen",
      nextStep,
    }];
    if ("problem" in filter) {
      return unusable(
        filter.problem,
        "Correct sensors in the configuration, or say filterDir there",
      );
    }
    const { refusals, isUsable } = checkFilter(filter);
    const left = refusals.map(({ origin, reason }) => `${origin}: ${reason}`);
    if (!isUsable) {
      return unusable(left.join("; ") || "it has no failregex", "Correct it");
    }
    if (logs.length === 0 && filter.journal.length === 0) {
      return unusable(
        "it names no journalmatch",
        "Name its log with log in the configuration",
      );
    }
    const expressions = `${filter.fail.length} failregex`;
    return left.length === 0
      ? [{ what, verdict: "ok", detail: expressions, works: "", nextStep: "" }]
      : left.map((detail) => ({
        what,
        verdict: "limited",
        detail: `left out: ${detail}`,
        works: "The other expressions of this filter",
        nextStep: "Correct the line in the filter, or in its .local",
      }));
  });
}
