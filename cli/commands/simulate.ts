/**
 * `stealthmesh simulate`: the production code under a virtual sky.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { command, option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import { type CommandParser, defineCommand, examplesText } from "../command.ts";

const portscanCommand = defineCommand(
  "portscan",
  object({
    nodes: withDefault(
      option("--nodes", integer({ min: 1, max: 200, metavar: "COUNT" }), {
        description: message`Machines in the mesh`,
      }),
      10,
    ),
    seed: withDefault(
      option("--seed", string({ metavar: "TEXT" }), {
        description: message`The same seed gives the same bytes`,
      }),
      "1",
    ),
  }),
  {
    brief: message`An outsider scans every machine of an office`,
    examples: [
      "stealthmesh simulate portscan",
      "stealthmesh simulate portscan --nodes 50 --seed 7",
      "stealthmesh simulate portscan --json | jq .attacker",
    ],
  },
  async (options, invocation) => {
    const { runSimulation } = await import("../run_simulation.ts");
    await runSimulation(options, invocation);
  },
);

export const simulate = command(
  "simulate",
  or(portscanCommand),
  {
    brief: message`Attack a virtual site, no root and no network needed`,
    footer: examplesText(["stealthmesh simulate portscan"]),
  },
) as CommandParser;
