/**
 * The agent in the foreground: starts it, says what it is, prints alerts as
 * they come, and ends it in order when asked to.
 *
 * @module
 */
import { alertOf } from "../dashboard/mod.ts";
import type { Invocation } from "./command.ts";
import type { FlagValues, LoadedConfig } from "./config.ts";
import { shortNode, shortTime } from "./desk_words.ts";
import { checkHost, type Finding } from "./host_check.ts";
import { realHostProbe } from "./host_probe.ts";
import { logPaths } from "./log_words.ts";
import type { Output } from "./output.ts";
import { startWholeAgent, type WholeAgent } from "./wiring.ts";
import { programVersion } from "./version.ts";

/** Runs until SIGINT or SIGTERM. */
export async function runAgent(
  flags: FlagValues,
  invocation: Invocation,
): Promise<void> {
  const { output } = invocation;
  const loaded = await invocation.loadConfig(flags);
  const stop = stopSignal();
  output.outlive();
  const findings = await checkHost(realHostProbe(), {
    logs: logPaths(loaded.config),
    stateDir: loaded.config.stateDir,
    configPath: loaded.path ?? "",
    canaryFiles: loaded.config.canaries.files,
  });
  const agent = await startWholeAgent({
    loaded,
    version: programVersion,
    findings,
    adminAddresses: adminAddresses(),
    onTrouble: (message) => output.notes(`trouble: ${message}`, "warning"),
  });
  Deno.addSignalListener("SIGHUP", () => void agent.reload());
  summarize(agent, loaded, findings, output);
  agent.follow((entry, seq) => {
    const alert = alertOf({ ...entry, seq });
    if (!alert) return;
    if (output.json) return output.record({ type: "alert", ...alert });
    output.text(
      [
        shortTime(alert.atMs),
        output.plain({ text: alert.subject, tone: "strong" }),
        alert.technique,
        alert.evidence,
        shortNode(alert.node),
        output.plain(alert.summary || alert.scenario),
      ].join("  "),
    );
  });
  await stop;
  output.note("Stopping", "faint");
  await agent.stop();
}

/** Settles at the first signal; a second one ends the program at once. */
function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = false;
  const ask = () => {
    if (asked) Deno.exit(1);
    asked = true;
    resolve();
  };
  Deno.addSignalListener("SIGINT", ask);
  Deno.addSignalListener("SIGTERM", ask);
  return promise;
}

/** `SSH_CONNECTION` (sshd(8)): client address, port, server address, port. */
function adminAddresses(): string[] {
  const [client] = (Deno.env.get("SSH_CONNECTION") ?? "").split(" ");
  return client ? [client] : [];
}

function summarize(
  agent: WholeAgent,
  { config }: LoadedConfig,
  findings: readonly Finding[],
  output: Output,
): void {
  output.note(
    config.mode === "enforce"
      ? "Watching this host; attacks are contained"
      : "Watching this host; nothing is changed (observe mode)",
    config.mode === "enforce" ? "good" : "warning",
  );
  const facts = [
    ["mesh", agent.meshId + (agent.founded ? " (founded now)" : "")],
    ["node", `${agent.self} (${config.name})`],
    ["members", String(agent.members.filter(({ revoked }) => !revoked).length)],
    [
      "listening",
      `${agent.listening} on profile ${agent.profile.inForce} (${agent.profile.chosenBy})`,
    ],
    ["api", agent.socketPath],
    [
      "never",
      agent.neverBlock.map(({ network, reason }) => `${network} (${reason})`)
        .join(", "),
    ],
  ] as const;
  for (const [name, value] of facts) {
    output.note(`  ${name.padEnd(10)}${value}`);
  }
  for (const { what, verdict, detail, works } of findings) {
    if (verdict !== "limited" && verdict !== "missing") continue;
    output.note(`  ${what}: ${detail}; works: ${works}`, "warning");
  }
}
