/**
 * `stealthmesh doctor`: what this host lacks and what works without it, and how
 * it stands in its mesh. It asks the agent first and runs programs afterwards,
 * when it can talk to nobody any more.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { defineCommand } from "../command.ts";
import type { Verdict } from "../host_check.ts";
import type { Cell, Tone } from "../output.ts";

const tones: Readonly<Record<Verdict, Tone>> = {
  ok: "good",
  limited: "warning",
  missing: "bad",
  unknown: "faint",
};

export const doctor = defineCommand(
  "doctor",
  object({}),
  {
    brief: message`Say what this host lacks and what works without it`,
    examples: [
      "stealthmesh doctor",
      "sudo stealthmesh doctor",
      "stealthmesh doctor --json | jq -c 'select(.verdict != \"ok\")'",
    ],
  },
  async (_options, invocation) => {
    const { checkHost } = await import("../host_check.ts");
    const { realHostProbe } = await import("../host_probe.ts");
    const { checkMesh } = await import("../mesh_check.ts");
    const { probeMesh } = await import("../mesh_probe.ts");
    const { keepOnly } = await import("../permissions.ts");
    const { logPaths } = await import("../log_words.ts");
    const { config, path } = await invocation.loadConfig();
    const probe = realHostProbe();
    // First of all: the YAML library asks for the environment.
    const { scenarioFindings } = await import("../scenario_check.ts");
    const scenarios = scenarioFindings(config.scenarios);
    await keepOnly("read", "write", "net", "run", "sys");
    const mesh = checkMesh(await probeMesh(config));
    await keepOnly("read", "run");
    const host = await checkHost(probe, {
      logs: logPaths(config),
      stateDir: config.stateDir,
      configPath: path ?? "",
      canaryFiles: config.canaries.files,
    });
    const { readSensors, sensorFindings } = await import("../read_sensors.ts");
    const sensors = sensorFindings(readSensors(config.sensors));
    const findings = [...host, ...sensors, ...scenarios, ...mesh];
    const { output } = invocation;
    if (output.json) {
      for (const finding of findings) output.record(finding);
      return;
    }
    output.table(
      ["what", "", "found", "what works as it is"],
      findings.map(({ what, verdict, detail, works }): Cell[] => [
        what,
        { text: verdict, tone: tones[verdict] },
        detail,
        works,
      ]),
    );
    for (const { what, nextStep } of findings) {
      if (nextStep !== "") output.note(`${what}: ${nextStep}`);
    }
    const { users, urls } = config.canaries;
    if (users.length > 0) {
      output.note(
        `canary users: write ${
          users.join(", ")
        } with a made-up password where only an intruder reads (an old script, a note); make no such account`,
      );
    }
    if (urls.length > 0) {
      output.note(
        `canary pages: name ${
          urls.join(", ")
        } in robots.txt as disallowed and nowhere else; they need not exist`,
      );
    }
  },
);
