/**
 * `stealthmesh agent`: watches this host, or replays a file.
 *
 * @module
 */
import { group, merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";
import type { FlagValues } from "../config.ts";
import type { SettingName } from "../config_source.ts";

const watching = object({
  enforce: withDefault(
    flag("--enforce", { description: message`Contain what attacks this host` }),
    false,
  ),
  observe: withDefault(
    flag("--observe", {
      description: message`Only say what would be done (default)`,
    }),
    false,
  ),
  profile: optional(
    option("--profile", choice(["lan", "wan", "metered", "open"]), {
      description: message`Pace of the mesh links`,
    }),
  ),
  name: optional(
    option("--name", string({ metavar: "NAME" }), {
      description: message`How people call this node`,
    }),
  ),
  listen: optional(
    option("--listen", string({ metavar: "HOST:PORT" }), {
      description: message`Where other members reach this node`,
    }),
  ),
  advertise: multiple(
    option("--advertise", string({ metavar: "HOST:PORT" }), {
      description: message`What other members dial; may be given again`,
    }),
  ),
  dialOnly: withDefault(
    flag("--dial-only", {
      description:
        message`Let nobody dial this host, such as behind NAT: the same as --advertise none`,
    }),
    false,
  ),
  interface: optional(
    option("--interface", string({ metavar: "NAME" }), {
      description: message`Interface whose packets are watched`,
    }),
  ),
  logs: multiple(
    option("--log", string({ metavar: "FILE" }), {
      description: message`Log file to watch; may be given again`,
    }),
  ),
  scenarios: optional(
    option("--scenarios", string({ metavar: "DIR" }), {
      description: message`Own scenarios, also for --replay`,
    }),
  ),
  learning: withDefault(
    flag("--learning", {
      description:
        message`Let odd connections make detectors a little more suspicious, also for --replay`,
    }),
    false,
  ),
  neverBlock: multiple(
    option("--never-block", string({ metavar: "NETWORK" }), {
      description: message`Never contained; may be given again`,
    }),
  ),
  onExit: optional(
    option("--on-exit", choice(["remove", "keep"]), {
      description: message`What happens to measures when the agent stops`,
    }),
  ),
});

const replaying = object({
  replay: optional(
    option("--replay", string({ metavar: "FILE" }), {
      description: message`Read a log or capture on its own clock; - for stdin`,
    }),
  ),
  format: optional(
    option("--format", string({ metavar: "FORMAT" }), {
      description:
        message`What the file is, where it cannot be told; fail2ban:NAME reads it through a filter of fail2ban`,
    }),
  ),
  filters: optional(
    option("--filters", string({ metavar: "DIR" }), {
      description:
        message`Where filters of fail2ban are; /etc/fail2ban/filter.d if absent`,
    }),
  ),
  observations: withDefault(
    flag("--observations", {
      description: message`Print what the sensors saw, too`,
    }),
    false,
  ),
  learn: optional(
    option("--learn", string({ metavar: "TIME" }), {
      description:
        message`The first TIME of the file only teaches who usually goes where (7d); none: everything is new`,
    }),
  ),
});

export const agent = defineCommand(
  "agent",
  merge(group("Watch", watching), group("Replay", replaying)),
  {
    brief: message`Watch this host and answer attacks`,
    examples: [
      "stealthmesh agent                      # watch, change nothing",
      "sudo stealthmesh agent --enforce       # contain what attacks this host",
      "stealthmesh agent --replay /var/log/auth.log",
      "stealthmesh agent --replay /var/log/nginx/access.log",
      "stealthmesh agent --replay - --format syslog --observations < auth.log",
      "stealthmesh agent --replay auth.log --format 'fail2ban:sshd[mode=aggressive]'",
      "stealthmesh agent --replay auth.log --scenarios ./my-scenarios",
      "stealthmesh agent --replay conn.log --learn 1d   # lateral movement after a day",
    ],
  },
  async (options, invocation) => {
    const { replay, format, filters, observations, learn } = options;
    if (replay !== undefined) {
      const { runReplay } = await import("../run_replay.ts");
      await runReplay(
        {
          file: replay,
          format,
          filters,
          scenarios: options.scenarios,
          observations,
          learning: options.learning,
          learn,
        },
        invocation,
      );
    } else if (
      format !== undefined || filters !== undefined || observations ||
      learn !== undefined
    ) {
      throw new SyntaxError(
        "Cannot start: --format, --filters, --observations and --learn need --replay FILE",
      );
    } else {
      const { runAgent } = await import("../run_agent.ts");
      await runAgent(watchFlags(options), invocation);
    }
  },
);

/** The flags that were given, as values of the configuration. */
function watchFlags(options: {
  readonly enforce: boolean;
  readonly observe: boolean;
  readonly [name: string]: unknown;
}): FlagValues {
  if (options.enforce && options.observe) {
    throw new SyntaxError(
      "Cannot start: --enforce and --observe exclude each other",
    );
  }
  const values: FlagValues = {};
  const given = (name: SettingName, flag: string, value: unknown) => {
    const absent = value === undefined ||
      (Array.isArray(value) && value.length === 0);
    if (!absent) values[name] = { flag, value };
  };
  if (options.enforce) given("mode", "--enforce", "enforce");
  if (options.observe) given("mode", "--observe", "observe");
  given("profile", "--profile", options["profile"]);
  given("name", "--name", options["name"]);
  given("listen", "--listen", options["listen"]);
  given("advertise", "--advertise", options["advertise"]);
  if (options["dialOnly"]) given("advertise", "--dial-only", ["none"]);
  given("interface", "--interface", options["interface"]);
  given("logs", "--log", options["logs"]);
  const { scenarios } = options;
  if (typeof scenarios === "string") {
    given("scenarios.dir", "--scenarios", absolutePath(scenarios));
  }
  if (options["learning"]) given("learning", "--learning", "on");
  given("neverBlock", "--never-block", options["neverBlock"]);
  given("onExit", "--on-exit", options["onExit"]);
  return values;
}

function absolutePath(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}
