/**
 * Where each value of the configuration comes from, in order of precedence:
 * flag, environment, what was changed while the agent ran, file, default. This
 * file knows the sources; what is valid is `schema.ts`'s question.
 *
 * @module
 */

/** A key of the configuration as people write it: `mode`, `journal.days`. */
export const settingNames = [
  "mode",
  "profile",
  "name",
  "listen",
  "advertise",
  "interface",
  "logs",
  "sensors",
  "scenarios.dir",
  "scenarios.off",
  "learning",
  "neverBlock",
  "failureDomains",
  "decoys.enabled",
  "decoys.ports",
  "decoys.services",
  "decoys.node",
  "decoys.members",
  "decoys.membersPort",
  "canaries.users",
  "canaries.urls",
  "canaries.files",
  "onExit",
  "journal.days",
  "coverPage.title",
  "stateDir",
] as const;
/** One of them. */
export type SettingName = typeof settingNames[number];

/** Keys whose value is a list: commas separate its items in the environment. */
export const listSettings: ReadonlySet<SettingName> = new Set(
  [
    "advertise",
    "logs",
    "sensors",
    "scenarios.off",
    "neverBlock",
    "failureDomains",
    "decoys.ports",
    "canaries.users",
    "canaries.urls",
    "canaries.files",
  ] as const,
);

/** Which source won, for `status`. */
export type ConfigOrigin =
  | { readonly kind: "flag"; readonly flag: string }
  | { readonly kind: "environment"; readonly variable: string }
  | {
    readonly kind: "file";
    readonly path: string;
    readonly line: number;
    readonly column: number;
  }
  | {
    readonly kind: "run_time";
    /** Who asked for it. */
    readonly by: string;
    /** Wall clock milliseconds. */
    readonly atMs: number;
  }
  | { readonly kind: "default" };

/** One value in force and where it comes from. */
export interface Setting {
  readonly name: SettingName;
  readonly value: unknown;
  readonly origin: ConfigOrigin;
  /** Of a list that may change while the agent runs: where each item is from. */
  readonly items?: readonly {
    readonly value: string;
    readonly origin: ConfigOrigin;
  }[];
}

/** `STEALTHMESH_NEVER_BLOCK` for `neverBlock`. */
export function variableOf(name: SettingName): string {
  return "STEALTHMESH_" +
    name.replace(/[A-Z]/g, (letter) => `_${letter}`).replace(".", "_")
      .toUpperCase();
}

/**
 * `flag --mode`, `environment STEALTHMESH_MODE`, `changed by anna (owner),
 * 2026-11-27 09:00Z`, `file /etc/…:3`, `default`.
 */
export function describeOrigin(origin: ConfigOrigin): string {
  switch (origin.kind) {
    case "flag":
      return `flag ${origin.flag}`;
    case "environment":
      return `environment ${origin.variable}`;
    case "file":
      return `file ${origin.path}:${origin.line}`;
    case "run_time":
      return `changed by ${origin.by}, ${
        new Date(origin.atMs).toISOString().slice(0, 16).replace("T", " ")
      }Z`;
    case "default":
      return "default";
  }
}
