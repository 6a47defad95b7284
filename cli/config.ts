/**
 * The configuration in force: each value from the strongest source that gives
 * one (flag, environment, what was changed while an agent ran, file, default),
 * and which source that was.
 *
 * The file is the one named by `--config`, else by `STEALTHMESH_CONFIG`, else
 * `/etc/stealthmesh/stealthmesh.yaml` for root and
 * `$XDG_CONFIG_HOME/stealthmesh/stealthmesh.yaml` for anyone else. The
 * working directory is not searched: who can write there must not steer the
 * firewall of a host.
 *
 * @module
 */
import * as z from "zod";
import {
  configBytesMax,
  type ConfigFile,
  describeIssue,
  parseConfigFile,
} from "./config_file.ts";
import {
  type ConfigOrigin,
  describeOrigin,
  listSettings,
  type Setting,
  type SettingName,
  settingNames,
  variableOf,
} from "./config_source.ts";
import { OperatorError } from "./operator_error.ts";
import {
  neverBlockMax,
  nothingChanged,
  overlay,
  readRunTime,
  runTimeFileName,
  type RunTimeSettings,
  scenariosMax,
  valueIn,
} from "./run_time_settings.ts";
import { type Config, configSchema } from "./schema.ts";

export type { Setting } from "./config_source.ts";

/** The configuration in force. */
export interface LoadedConfig {
  readonly config: Config;
  readonly settings: readonly Setting[];
  /** The same without what was changed while an agent ran. */
  readonly base: readonly Setting[];
  /** What was changed so. */
  readonly changed: RunTimeSettings;
  /** Path of the file that was read, if any. */
  readonly path?: string;
}

/** Values given as flags; `flag` is how the operator spelled it. */
export type FlagValues = Partial<
  Record<SettingName, { readonly flag: string; readonly value: unknown }>
>;

/** Where own scenarios are; most hosts have none. */
export const defaultScenarioDir = "/etc/stealthmesh/scenarios.d";

/** What loading asks of the host; tests hand in their own. */
export interface ConfigHost {
  /** A variable of the environment; `undefined` if not set. */
  env(name: string): string | undefined;
  /** Text of a file; `undefined` if there is none. */
  readFile(path: string): string | undefined;
  /**
   * The same for a file of the state directory, which most users may not read;
   * absent: nothing is there.
   */
  readState?(path: string): string | undefined;
  readonly root: boolean;
  readonly hostName: string;
}

/**
 * Puts the configuration together.
 *
 * @param named What `--config` said.
 * @throws {SyntaxError} When a source says something invalid.
 * @throws {OperatorError} When the named file does not exist.
 */
export function loadConfig(
  host: ConfigHost,
  flags: FlagValues,
  named?: string,
): LoadedConfig {
  const file = readConfigFile(host, named);
  const defaults = defaultConfig(host);
  const base = settingNames.map((name): Setting => {
    const flag = flags[name];
    if (flag !== undefined) {
      const origin: ConfigOrigin = { kind: "flag", flag: flag.flag };
      return { name, origin, value: checked(name, flag.value, origin) };
    }
    const variable = variableOf(name);
    const text = host.env(variable);
    if (text !== undefined && text !== "") {
      const origin: ConfigOrigin = { kind: "environment", variable };
      return {
        name,
        origin,
        value: checked(name, fromText(name, text), origin),
      };
    }
    const inFile = file && valueAt(file.values, name);
    if (file && inFile !== undefined) {
      const position = file.where(name.split("."));
      return {
        name,
        value: inFile,
        origin: { kind: "file", path: file.path, ...position },
      };
    }
    return { name, value: defaults[name], origin: { kind: "default" } };
  });
  const path = `${valueIn(base, "stateDir")}/${runTimeFileName}`;
  const kept = host.readState?.(path);
  const changed = kept === undefined ? nothingChanged : readRunTime(kept, path);
  const settings = overlay(base, changed);
  for (const [name, most] of listsMax) {
    const { length } = valueIn(settings, name) as readonly unknown[];
    if (length <= most) continue;
    throw new SyntaxError(
      `Cannot use ${name}: with what was changed while the agent ran it has ${length} items, at most ${most} are allowed\n` +
        `  Take some out of ${file?.path ?? "the configuration"} or of ${path}`,
    );
  }
  return {
    config: assemble(settings),
    settings,
    base,
    changed,
    ...(file && { path: file.path }),
  };
}

/** Each source keeps to it; both together need not. */
const listsMax = [
  ["neverBlock", neverBlockMax],
  ["scenarios.off", scenariosMax],
] as const;

/** State directory of this user: root's own, or after the XDG specification. */
export function defaultStateDir(host: ConfigHost): string {
  if (host.root) return "/var/lib/stealthmesh";
  const home = host.env("HOME") ?? "/";
  return `${
    absolute(host.env("XDG_STATE_HOME")) ?? `${home}/.local/state`
  }/stealthmesh`;
}

function defaultConfig(
  host: ConfigHost,
): Readonly<Record<SettingName, unknown>> {
  return {
    mode: "observe",
    profile: "lan",
    name: host.hostName,
    // Both families; `wiring.ts` falls back to 0.0.0.0 where IPv6 is off.
    listen: "[::]:8443",
    advertise: [],
    interface: "any",
    logs: [],
    sensors: [],
    "scenarios.dir": defaultScenarioDir,
    "scenarios.off": [],
    learning: "off",
    neverBlock: [],
    failureDomains: [],
    "decoys.enabled": true,
    "decoys.ports": [],
    "decoys.services": [],
    "decoys.node": "",
    "decoys.members": false,
    "decoys.membersPort": 8445,
    "canaries.users": [],
    "canaries.urls": [],
    "canaries.files": [],
    onExit: "remove",
    "journal.days": 90,
    "coverPage.title": "Status",
    stateDir: defaultStateDir(host),
  };
}

function readConfigFile(
  host: ConfigHost,
  named: string | undefined,
): ConfigFile | undefined {
  const chosen = named ?? host.env("STEALTHMESH_CONFIG");
  const home = host.env("HOME") ?? "/";
  const directory = host.root
    ? "/etc"
    : absolute(host.env("XDG_CONFIG_HOME")) ?? `${home}/.config`;
  const path = chosen ?? `${directory}/stealthmesh/stealthmesh.yaml`;
  const text = host.readFile(path);
  if (text === undefined) {
    if (chosen === undefined) return undefined;
    throw new OperatorError(
      "wrong_usage",
      `Cannot read configuration: there is no file ${path}`,
      [
        named === undefined
          ? "Correct or unset STEALTHMESH_CONFIG"
          : "Correct --config, or leave it out to run on defaults",
      ],
    );
  }
  if (text.length > configBytesMax) {
    throw new SyntaxError(
      `Cannot read configuration\n  ${path}:1:1: expected at most ${configBytesMax} bytes`,
    );
  }
  return parseConfigFile(text, path);
}

/** The XDG specification says that relative paths are ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path : undefined;
}

/** What a text of the environment stands for, where it is no text. */
const yesOrNo: ReadonlySet<SettingName> = new Set(
  ["decoys.enabled", "decoys.members"] as const,
);
const numbers: ReadonlySet<SettingName> = new Set(
  ["journal.days", "decoys.membersPort"] as const,
);

function fromText(name: SettingName, text: string): unknown {
  if (listSettings.has(name)) {
    return text.split(",").map((item) => item.trim()).filter(Boolean);
  }
  if (yesOrNo.has(name) && /^(?:true|false)$/.test(text)) {
    return text === "true";
  }
  return numbers.has(name) && /^\d+$/.test(text) ? Number(text) : text;
}

function valueAt(values: Partial<Config>, name: SettingName): unknown {
  let value: unknown = values;
  for (const key of name.split(".")) {
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return value;
}

function checked(
  name: SettingName,
  value: unknown,
  origin: ConfigOrigin,
): unknown {
  const [key, inner] = name.split(".") as [keyof Config, string | undefined];
  const schema: z.ZodType = configSchema.shape[key];
  const part = inner !== undefined && schema instanceof z.ZodObject
    ? schema.shape[inner] as z.ZodType
    : schema;
  const result = part.safeParse(value);
  if (result.success) return value;
  const [issue] = result.error.issues;
  throw new SyntaxError(
    `Cannot use ${name} from ${describeOrigin(origin)}: ${
      issue ? describeIssue(issue) : "expected another value"
    }`,
  );
}

function assemble(settings: readonly Setting[]): Config {
  const whole: Record<string, unknown> = {};
  for (const { name, value } of settings) {
    const [key, inner] = name.split(".") as [string, string | undefined];
    whole[key] = inner === undefined
      ? value
      : { ...(whole[key] as object | undefined), [inner]: value };
  }
  // Defaults pass the schema too, so a wrong default fails here.
  return configSchema.parse(whole);
}
