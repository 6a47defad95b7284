/**
 * `stealthmesh simulate`: the production code under a virtual sky.
 *
 * @module
 */
import { merge, object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { command, flag, option } from "@optique/core/primitives";
import { choice, float, integer, string } from "@optique/core/valueparser";
import { type CommandParser, defineCommand, examplesText } from "../command.ts";

/** How many machines, and what decides the rest. */
const size = object({
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
});

const portscanCommand = defineCommand(
  "portscan",
  size,
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
    await runSimulation("portscan", options, invocation);
  },
);

const bruteforceCommand = defineCommand(
  "bruteforce",
  merge(
    size,
    object({
      pace: optional(
        option("--pace", float({ min: 0.01, max: 60, metavar: "SECONDS" }), {
          description:
            message`Between two guesses; hydra's four at once if absent`,
        }),
      ),
      order: withDefault(
        option("--order", choice(["host", "turn", "once"]), {
          description:
            message`One machine after another, in turn, or all at once`,
        }),
        "host" as const,
      ),
    }),
  ),
  {
    brief: message`An outsider guesses passwords, one machine after another`,
    examples: [
      "stealthmesh simulate bruteforce",
      "stealthmesh simulate bruteforce --nodes 30 --seed 7",
      "stealthmesh simulate bruteforce --pace 2 --order turn",
      "stealthmesh simulate bruteforce --json | jq .attacker.guesses",
    ],
  },
  async (options, invocation) => {
    const { runSimulation } = await import("../run_simulation.ts");
    await runSimulation("bruteforce", options, invocation);
  },
);

const sprayCommand = defineCommand(
  "spray",
  size,
  {
    brief: message`A botnet tries one password for each account`,
    examples: [
      "stealthmesh simulate spray",
      "stealthmesh simulate spray --nodes 5 --seed 7",
      "stealthmesh simulate spray --json | jq .innocent",
    ],
  },
  async (options, invocation) => {
    const { runSimulation } = await import("../run_simulation.ts");
    await runSimulation("spray", options, invocation);
  },
);

const lateralCommand = defineCommand(
  "lateral",
  size,
  {
    brief: message`An insider with a stolen password moves between machines`,
    examples: [
      "stealthmesh simulate lateral",
      "stealthmesh simulate lateral --nodes 20 --seed 7",
      "stealthmesh simulate lateral --json | jq '.acts[].attacker'",
    ],
  },
  async (options, invocation) => {
    const { runSimulation } = await import("../run_simulation.ts");
    await runSimulation("lateral", options, invocation);
  },
);

const soakCommand = defineCommand(
  "soak",
  object({
    hours: withDefault(
      option("--hours", float({ min: 0, metavar: "HOURS" }), {
        description: message`How long to go on`,
      }),
      1,
    ),
    seeds: optional(
      option("--seeds", integer({ min: 1, metavar: "COUNT" }), {
        description: message`How many seeds to play instead`,
      }),
    ),
    seed: withDefault(
      option("--seed", integer({ min: 0, metavar: "NUMBER" }), {
        description: message`The first seed; the others follow`,
      }),
      1,
    ),
  }),
  {
    brief: message`Random meshes in trouble, seed after seed`,
    examples: [
      "stealthmesh simulate soak --hours 8",
      "stealthmesh simulate soak --seeds 100 --seed 2000",
      "stealthmesh simulate soak --seeds 1 --seed 42   # play one again",
    ],
  },
  async (options, invocation) => {
    const { runSoak } = await import("../run_soak.ts");
    await runSoak(options, invocation);
  },
);

const stressCommand = defineCommand(
  "stress",
  object({
    nodes: withDefault(
      option("--nodes", string({ metavar: "N[,N…]" }), {
        description: message`Sizes to measure, at most 20000`,
      }),
      "10,100,1000",
    ),
    profile: withDefault(
      option("--profile", choice(["lan", "wan", "metered", "open"]), {
        description: message`How fast links tick`,
      }),
      "lan" as const,
    ),
    silent: withDefault(
      option("--silent", float({ min: 0, max: 0.9, metavar: "SHARE" }), {
        description: message`Share of nodes that pass nothing on`,
      }),
      0,
    ),
    kill: optional(
      option("--kill", float({ min: 0, max: 0.99, metavar: "SHARE" }), {
        description: message`Share of nodes that die at one moment`,
      }),
    ),
    seed: withDefault(
      option("--seed", string({ metavar: "TEXT" }), {
        description: message`The same seed gives the same numbers`,
      }),
      "1",
    ),
    report: optional(
      option("--report", string({ metavar: "FILE" }), {
        description: message`Where to draw the plot, .svg or .html`,
      }),
    ),
    bench: withDefault(
      flag("--bench", {
        description:
          message`Run the full protocol instead and time it, at most 200 nodes`,
      }),
      false,
    ),
  }),
  {
    brief: message`How alerts spread among up to 20000 nodes`,
    examples: [
      "stealthmesh simulate stress --nodes 10,100,1000,10000 --report stress.html",
      "stealthmesh simulate stress --nodes 1000 --silent 0.2 --kill 0.8",
      "stealthmesh simulate stress --nodes 100 --profile wan --bench",
    ],
  },
  async (options, invocation) => {
    const { runStressChoice } = await import("../run_stress.ts");
    await runStressChoice(options, invocation);
  },
);

export const simulate = command(
  "simulate",
  or(
    portscanCommand,
    bruteforceCommand,
    sprayCommand,
    lateralCommand,
    soakCommand,
    stressCommand,
  ),
  {
    brief: message`Attack a virtual site, no root and no network needed`,
    footer: examplesText([
      "stealthmesh simulate portscan",
      "stealthmesh simulate bruteforce",
      "stealthmesh simulate lateral",
      "stealthmesh simulate soak --hours 1",
      "stealthmesh simulate stress --nodes 10,100,1000",
    ]),
  },
) as CommandParser;
