/**
 * The command that gives a signal, for the host that holds the operator's key.
 *
 * @module
 */
import type { SignalRequest } from "./signal_desk.ts";

/** What says `request` on the command line. */
export function signalCommand(request: SignalRequest): string {
  const time = "forMs" in request && request.forMs > 0
    ? ` --for ${spanText(request.forMs)}`
    : "";
  switch (request.what) {
    case "contain":
      return `stealthmesh contain ${request.address} --measure ${request.measure}${time} --mesh`;
    case "release": {
      const whom = request.address === "all" ? "--all" : request.address;
      return `stealthmesh release ${whom} --mesh${time}`;
    }
    case "quarantine":
      return `stealthmesh contain --quarantine ${request.member}${time} --mesh`;
    case "readmit":
      return `stealthmesh release --quarantine ${request.member} --mesh`;
    case "caution":
      return `stealthmesh signal caution${time}`;
    case "stand_down":
      return `stealthmesh signal stand-down${time}`;
    case "trial":
    case "keep": {
      const { changes, machines } = request;
      const on = machines === "all" ? machines : machines.join(",");
      return changes.map(({ name, action, value }) =>
        `stealthmesh config ${action} ${name}${
          value === undefined ? "" : ` ${value}`
        } --on ${on}${time}`
      ).join("; then: ");
    }
    case "never":
      return `stealthmesh signal never ${request.network} --scope ${request.scope}${time}`;
  }
}

/** As it can be typed: in the largest unit that divides it. */
function spanText(ms: number): string {
  for (
    const [unit, unitMs] of [["d", 86_400_000], ["h", 3_600_000], [
      "m",
      60_000,
    ]] as const
  ) {
    if (ms % unitMs === 0) return `${ms / unitMs}${unit}`;
  }
  return `${Math.ceil(ms / 1_000)}s`;
}
