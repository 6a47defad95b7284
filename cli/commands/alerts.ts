/**
 * `stealthmesh alerts`: what the journal knows, and with `--follow` what comes.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import type { AlertPage, AlertRecord } from "../../dashboard/mod.ts";
import { defineCommand, type Invocation } from "../command.ts";
import type { Cell } from "../output.ts";

export const alerts = defineCommand(
  "alerts",
  object({
    follow: withDefault(
      flag("-f", "--follow", {
        description: message`Stay, and print new alerts as they come`,
      }),
      false,
    ),
    limit: withDefault(
      option("--limit", integer({ min: 1, max: 500, metavar: "COUNT" }), {
        description: message`How many of the newest to print`,
      }),
      50,
    ),
  }),
  {
    brief: message`Print alerts, newest last`,
    examples: [
      "stealthmesh alerts",
      "stealthmesh alerts --follow",
      "stealthmesh alerts --follow --json | jq -r .subject",
    ],
  },
  async (options, invocation) => {
    const { askAgent } = await import("../ask_agent.ts");
    await askAgent(invocation, async (agent) => {
      const stop = new AbortController();
      // The stream opens first, so that no alert falls between the two.
      const lines = options.follow
        ? await agent.lines("/v1/alerts/stream", stop.signal)
        : undefined;
      const page = await agent.get<AlertPage>(
        `/v1/alerts?limit=${options.limit}`,
      );
      await print(page.alerts.toReversed(), invocation, true);
      // What came between the two requests is in both.
      const printed = new Set(page.alerts.map(identityOf));
      if (!lines) return;
      Deno.addSignalListener("SIGINT", () => stop.abort());
      Deno.addSignalListener("SIGTERM", () => stop.abort());
      for await (const line of lines) {
        const alert = JSON.parse(line) as AlertRecord | {
          missed: number;
        };
        if ("missed" in alert) {
          invocation.output.note(
            `${alert.missed} alerts came too fast to print; see: stealthmesh alerts`,
            "warning",
          );
        } else if (!printed.delete(identityOf(alert))) {
          await print([alert], invocation, false);
        }
      }
    });
  },
);

function identityOf({ atMs, node, subject, scenario }: AlertRecord): string {
  return JSON.stringify([atMs, node, subject, scenario]);
}

async function print(
  alerts: readonly AlertRecord[],
  { output }: Invocation,
  header: boolean,
): Promise<void> {
  if (output.json) {
    for (const alert of alerts) output.record(alert);
    return;
  }
  const { shortNode, shortTime } = await import("../desk_words.ts");
  if (header && alerts.length === 0) {
    output.note("No alerts so far");
    return;
  }
  const rows = alerts.map((alert): Cell[] => [
    shortTime(alert.atMs),
    { text: alert.subject, tone: "strong" },
    alert.technique,
    alert.evidence,
    shortNode(alert.node),
    alert.summary || alert.scenario,
  ]);
  if (header) {
    output.table(["time", "subject", "technique", "ev.", "seen", "what"], rows);
  } else {
    for (const row of rows) {
      output.text(
        row.map((cell) => output.plain(cell)).join("  "),
      );
    }
  }
}
