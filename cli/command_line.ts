/**
 * From arguments to an exit code: parses, runs the command that was chosen,
 * and tells the operator what went wrong.
 *
 * @module
 */
import { merge, object, or } from "@optique/core/constructs";
import { type DocPage, formatDocPage } from "@optique/core/doc";
import { runParser } from "@optique/core/facade";
import { formatMessage, type Message, message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import {
  type Chosen,
  examplesText,
  type GlobalOptions,
  type Invocation,
} from "./command.ts";
import { agent } from "./commands/agent.ts";
import { alerts } from "./commands/alerts.ts";
import { config } from "./commands/config.ts";
import { contain } from "./commands/contain.ts";
import { dashboard } from "./commands/dashboard.ts";
import { decoys } from "./commands/decoys.ts";
import { doctor } from "./commands/doctor.ts";
import { drill } from "./commands/drill.ts";
import { explain } from "./commands/explain.ts";
import { keys } from "./commands/keys.ts";
import { ping } from "./commands/ping.ts";
import { profile } from "./commands/profile.ts";
import { release } from "./commands/release.ts";
import { scenarios } from "./commands/scenarios.ts";
import { signal } from "./commands/signal.ts";
import { simulate } from "./commands/simulate.ts";
import { status } from "./commands/status.ts";
import { version, versionText } from "./commands/version.ts";
import { type ExitCode, exitCodes, explainFailure } from "./exit_code.ts";
import { Output, type Sink } from "./output.ts";

const programName = "stealthmesh";

const globals = object("For every command", {
  json: withDefault(
    flag("--json", { description: message`Print JSON, one value a line` }),
    false,
  ),
  stateDir: optional(option("--state-dir", string({ metavar: "DIR" }), {
    description: message`Keys, roster, journal and socket of this node`,
  })),
  config: optional(option("--config", string({ metavar: "FILE" }), {
    description: message`Configuration file`,
  })),
});

const commandLine = merge(
  globals,
  or(
    or(agent, status, alerts, contain, release, explain),
    or(config, dashboard, decoys, doctor, drill, keys, ping, profile),
    or(scenarios, signal, simulate, version),
  ),
);

/** Names whose help an error points to. */
const commandNames: ReadonlySet<string> = new Set(
  "agent status alerts contain release explain config dashboard decoys doctor drill keys ping profile scenarios signal simulate version"
    .split(" "),
);

const examples = [
  "stealthmesh agent                      # watch this host, change nothing",
  "stealthmesh agent --enforce            # contain what attacks it",
  "stealthmesh status                     # what the agent sees and does",
  "stealthmesh keys invite                # let another host join",
  "stealthmesh simulate portscan          # ten nodes under attack, no root needed",
];

/** Thrown to leave the parser once help, version or an error was printed. */
class Finished {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode) {
    this.exitCode = exitCode;
  }
}

/**
 * Runs one command line to its end.
 *
 * @param args What followed the program's name.
 * @param sinks Where words go instead of stdout and stderr.
 * @returns What the program exits with.
 */
export async function runCommandLine(
  args: readonly string[],
  sinks: { readonly stdout?: Sink; readonly stderr?: Sink } = {},
): Promise<ExitCode> {
  // Read before anything runs: commands drop the permission to read it.
  const trace = (Deno.env.get("STEALTHMESH_TRACE") ?? "") !== "";
  const noColour = (Deno.env.get("NO_COLOR") ?? "") !== "";
  const early = new Output({ json: false, noColour, ...sinks });
  try {
    const { act, ...options } = parse(args, early);
    const output = new Output({ json: options.json, noColour, ...sinks });
    await act(invocationOf(options, output));
    return exitCodes.done;
  } catch (error) {
    if (error instanceof Finished) return error.exitCode;
    const { exitCode, text } = explainFailure(error);
    const [first = "", ...rest] = text.split("\n");
    early.note(first, "bad");
    for (const line of rest) early.note(line);
    if (trace && error instanceof Error) {
      early.notes(Deno.inspect(error, { colors: false }), "faint");
    }
    return exitCode;
  }
}

function parse(
  args: readonly string[],
  output: Output,
): Chosen & GlobalOptions {
  // What the library itself would print; only completion needs it.
  const printed: string[] = [];
  return runParser(commandLine, programName, args, {
    colors: false,
    aboveError: "none",
    stdout: (text) => printed.push(text),
    stderr: () => {},
    help: {
      command: true,
      option: { names: ["--help", "-h"] },
      onShow: (_code, page): never => {
        output.text(helpText(page));
        throw new Finished(exitCodes.done);
      },
    },
    version: {
      value: versionText(),
      option: true,
      onShow: (): never => {
        output.text(versionText());
        throw new Finished(exitCodes.done);
      },
    },
    completion: {
      command: true,
      onShow: (): never => {
        output.text(printed.join("\n"));
        throw new Finished(exitCodes.done);
      },
    },
    onError: (_code, error): never => {
      output.notes(usageErrorText(error, args), "bad");
      output.note(
        `  See how it is used:`,
      );
      output.note(`    ${helpCommand(args)}`);
      throw new Finished(exitCodes.wrong_usage);
    },
  });
}

/** Help opens with examples; the rest is laid out by the parser library. */
function helpText(page: DocPage): string {
  const { footer, usage, ...others } = page;
  const shown = footer ?? examplesText(examples);
  const isRoot = footer === undefined && usage?.[0]?.type !== "command";
  const body = formatDocPage(programName, {
    ...others,
    // The whole program's usage line would be a page long.
    ...(usage !== undefined && !isRoot && { usage }),
  }, {
    colors: false,
    termWidth: "auto",
    showDefault: true,
    maxWidth: 100,
  });
  const lines = formatMessage(shown, { quotes: false }).split("\n")
    .map((line) => `  ${line}`);
  // The library's own pages bring the word along.
  const title = lines[0]?.trim() === "Examples:" ? [] : ["Examples:"];
  const rest = body.replace(/^\n+/, "").trimEnd();
  return [...title, ...lines, "", rest].join("\n");
}

function usageErrorText(error: Message, args: readonly string[]): string {
  const text = formatMessage(error, { quotes: true }).replace(/\n+/g, " ")
    .replace(/\.$/, "");
  return args.length === 0
    ? "Cannot start: no command was given"
    : `Cannot understand the command line: ${text}`;
}

/** The help page nearest to what was typed. */
function helpCommand(args: readonly string[]): string {
  const name = args.find((word) => commandNames.has(word));
  return name === undefined
    ? `${programName} --help`
    : `${programName} ${name} --help`;
}

function invocationOf(options: GlobalOptions, output: Output): Invocation {
  return {
    output,
    async loadConfig(flags = {}) {
      const { loadConfig } = await import("./config.ts");
      const { realConfigHost } = await import("./config_host.ts");
      const { stateDir } = options;
      const all = stateDir === undefined ? flags : {
        ...flags,
        stateDir: { flag: "--state-dir", value: absolutePath(stateDir) },
      };
      return loadConfig(realConfigHost(), all, options.config);
    },
  };
}

function absolutePath(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}
