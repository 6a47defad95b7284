/**
 * Reads the filters that the configuration's `sensors` name. One that cannot
 * be used does not keep the agent from starting: `status` says why, and the
 * others work.
 *
 * @module
 */
import { type FilterSensor, readFilter } from "../defense/host/mod.ts";
import { filterDirectory, FilterError } from "../defense/mod.ts";
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
  const logtype = logs.length === 0 ? "[logtype=journal]" : "";
  try {
    return readFilter(name + logtype, directory);
  } catch (error) {
    const isExpected = error instanceof FilterError ||
      error instanceof SyntaxError;
    if (!isExpected) throw error;
    return { problem: error.message };
  }
}
