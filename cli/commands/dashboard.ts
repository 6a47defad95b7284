/**
 * `stealthmesh dashboard`: pages for people, over the agent of this host.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";

export const dashboard = defineCommand(
  "dashboard",
  object({
    port: withDefault(
      option("--port", integer({ min: 0, max: 65_535, metavar: "PORT" }), {
        description: message`Port on loopback, 0 for any free one`,
      }),
      8_080,
    ),
  }),
  {
    brief: message`Show this host's mesh to a browser on this host`,
    examples: [
      "stealthmesh dashboard               # prints a link that logs in once",
      "stealthmesh dashboard --port 0",
      "ssh -L 8080:127.0.0.1:8080 till-1   # then open the link on your own screen",
    ],
  },
  async (options, invocation) => {
    const { runDashboard } = await import("../run_dashboard.ts");
    await runDashboard(options, invocation);
  },
);
