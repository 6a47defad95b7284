/**
 * `stealthmesh contain ADDRESS`: the operator's own measure against a subject.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import type { ContainAnswer } from "../../dashboard/mod.ts";
import type { Address, Measure } from "../../defense/mod.ts";
import { defineCommand } from "../command.ts";
import { OperatorError } from "../operator_error.ts";

export const contain = defineCommand(
  "contain",
  object({
    address: argument(string({ metavar: "ADDRESS" }), {
      description: message`IPv4 or IPv6 address`,
    }),
    time: withDefault(
      option("--for", string({ metavar: "TIME" }), {
        description: message`How long, at most 4h`,
      }),
      "10m",
    ),
    measure: withDefault(
      option("--measure", choice(["block", "throttle", "caution"]), {
        description: message`How strongly`,
      }),
      "block" as const,
    ),
    dryRun: withDefault(
      flag("--dry-run", {
        description: message`Print the exact ruleset and change nothing`,
      }),
      false,
    ),
  }),
  {
    brief: message`Contain an address for some time`,
    examples: [
      "stealthmesh contain 192.0.2.7",
      "stealthmesh contain 192.0.2.7 --for 1h --measure throttle",
      "stealthmesh contain 192.0.2.7 --dry-run",
    ],
  },
  async (options, invocation) => {
    const { askAgent } = await import("../ask_agent.ts");
    const { parseAddress, leaseMsMax } = await import(
      "../../defense/mod.ts"
    );
    const { formatDuration, parseDuration } = await import("../duration.ts");
    const address = parseAddress(options.address);
    const forMs = parseDuration(options.time);
    if (forMs > leaseMsMax) {
      throw new SyntaxError(
        `Cannot contain for ${options.time}: expected at most ${
          formatDuration(leaseMsMax)
        }`,
      );
    }
    const { measure, dryRun } = options;
    const ask = () =>
      askAgent(
        invocation,
        (agent) =>
          agent.post<ContainAnswer>("/v1/contain", {
            address,
            measure,
            forMs,
            dryRun,
          }),
      );
    const answer = dryRun
      ? await ask().catch((error) => withoutAgent(error, address, options))
      : await ask();
    const { output } = invocation;
    if (output.json) output.record(answer);
    else if (answer.ruleset !== undefined) {
      output.lines(answer.ruleset.trimEnd());
    }
    const { outcome } = answer;
    if (outcome === undefined) {
      output.note("Nothing was changed");
    } else if (outcome.applied) {
      output.note(`${measure} against ${address} for ${options.time}`, "good");
    } else {
      const { refusal } = outcome;
      throw new OperatorError("failed", refusedText(address, refusal), [
        refusal.code === "observe"
          ? "Start the agent with --enforce to let it act"
          : refusal.code === "never_block"
          ? "See what is never contained: stealthmesh status"
          : "See what this host lacks: stealthmesh doctor",
      ]);
    }
  },
);

/**
 * The ruleset as far as it can be told without an agent, which alone knows
 * every protected address.
 */
async function withoutAgent(
  error: unknown,
  subject: Address,
  { time, measure }: { readonly time: string; readonly measure: Measure },
): Promise<ContainAnswer> {
  const unreachable = error instanceof OperatorError &&
    error.code !== "failed" && error.code !== "wrong_usage";
  if (!unreachable) throw error;
  const { renderDryRun } = await import("../../defense/mod.ts");
  const { parseDuration } = await import("../duration.ts");
  const wallMs = Date.now();
  const untilMs = wallMs + parseDuration(time);
  const lease = { subject, measure, untilMs, cause: "operator" as const };
  return { lease, ruleset: renderDryRun([lease], [], wallMs) };
}

function refusedText(
  address: string,
  refusal: Extract<
    NonNullable<ContainAnswer["outcome"]>,
    { applied: false }
  >["refusal"],
): string {
  const attempt = `Cannot contain ${address}`;
  switch (refusal.code) {
    case "never_block":
      return `${attempt}: it is never contained (${refusal.matched})`;
    case "observe":
      return `${attempt}: the agent only observes`;
    case "full":
      return `${attempt}: the table of measures is full`;
    case "invalid":
    case "firewall":
      return `${attempt}: ${refusal.detail}`;
  }
}
