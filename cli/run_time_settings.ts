/**
 * What was changed while an agent ran, and the one place that says what may be.
 * It is kept in `settings.json` of the state directory, with who asked and when,
 * and read again at the next start: after flags and environment, before the
 * configuration file.
 *
 * A value is replaced; of a list only the difference is kept, so that a line
 * which somebody adds to the configuration file later counts too:
 *
 * ```json
 * {
 *   "version": 1,
 *   "values": { "mode": { "value": "enforce", "by": "anna (owner)", "atMs": 1 } },
 *   "neverBlock": { "192.0.2.0/24": { "by": "the command line", "atMs": 2 } },
 *   "scenarios": { "port-scan": { "off": true, "by": "anna (owner)", "atMs": 3 } }
 * }
 * ```
 *
 * Bounds: `neverBlockMax` networks and `scenariosMax` scenarios; a further one is
 * refused.
 *
 * @module
 */
import * as z from "zod";
import { parseNetwork } from "../defense/mod.ts";
import type { ConfigOrigin, Setting, SettingName } from "./config_source.ts";
import { isNetwork } from "./network_text.ts";
import { configSchema } from "./schema.ts";

/** Name of the file in the state directory. */
export const runTimeFileName = "settings.json";
/** Larger files were not written by us. */
export const runTimeBytesMax = 1_048_576;

/** Values that may be replaced. */
export const changeableValues = ["mode", "learning", "journal.days"] as const;
/** One of them. */
export type ChangeableValue = typeof changeableValues[number];
/** Lists that may be added to and taken from. */
export const changeableLists = ["neverBlock", "scenarios.off"] as const;
/** One of them. */
export type ChangeableList = typeof changeableLists[number];

/** As the schema of `neverBlock` has it. */
export const neverBlockMax = 1_024;
/** As the schema of `scenarios.off` has it. */
export const scenariosMax = 256;

/** The schemas of the values, the same as for every other source. */
export const valueSchemas = {
  mode: configSchema.shape.mode,
  learning: configSchema.shape.learning,
  "journal.days": configSchema.shape.journal.shape.days,
} as const;

const mark = {
  /** Who asked; one line. */
  by: z.string().max(128),
  /** Wall clock milliseconds. */
  atMs: z.number(),
};
const kept = <S extends z.ZodType>(value: S) =>
  z.strictObject({ value, ...mark }).exactOptional();

const fileSchema = z.strictObject({
  version: z.literal(1),
  values: z.strictObject({
    mode: kept(valueSchemas.mode),
    learning: kept(valueSchemas.learning),
    "journal.days": kept(valueSchemas["journal.days"]),
  }),
  neverBlock: z.record(
    z.string().refine(isProtectable, "expected an address or a network"),
    z.strictObject(mark),
  ).refine(
    (networks) => Object.keys(networks).length <= neverBlockMax,
    `expected at most ${neverBlockMax} networks`,
  ),
  scenarios: z.record(
    z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
    z.strictObject({ off: z.boolean(), ...mark }),
  ).refine(
    (names) => Object.keys(names).length <= scenariosMax,
    `expected at most ${scenariosMax} scenarios`,
  ),
});

/** What was changed. */
export type RunTimeSettings = z.infer<typeof fileSchema>;

/** Nothing was. */
export const nothingChanged: RunTimeSettings = {
  version: 1,
  values: {},
  neverBlock: {},
  scenarios: {},
};

/**
 * Reads the file.
 *
 * @param path Only for messages.
 * @throws {SyntaxError} If it is not what {@linkcode runTimeText} writes: an
 * agent must not start with half a never-block list.
 */
export function readRunTime(text: string, path: string): RunTimeSettings {
  const refuse = (why: string) =>
    new SyntaxError(
      `Cannot read what was changed while the agent ran: ${path}: ${why}\n` +
        `  Restore it from a backup, or begin with the configuration alone:\n` +
        `    mv ${path} ${path}.bad`,
    );
  if (text.length > runTimeBytesMax) throw refuse("it is too large");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse("it is not JSON");
  }
  const read = fileSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw refuse(
    `${issue?.path.join(".") || "the whole"}: ${
      issue?.message ?? "unreadable"
    }`,
  );
}

/** Spells the file. */
export function runTimeText(settings: RunTimeSettings): string {
  return JSON.stringify(settings, null, 2) + "\n";
}

/** A network in the spelling that two of them are compared by. */
export function networkOf(text: string): string {
  try {
    return parseNetwork(text).text;
  } catch {
    // Whoever uses it says what is wrong with it.
    return text;
  }
}

/** Whether containment can protect it: a mapped IPv6 network may be too wide. */
export function isProtectable(text: string): boolean {
  try {
    return isNetwork(text) && parseNetwork(text).text !== "";
  } catch {
    return false;
  }
}

/** Whether a flag or the environment has the last word about a value. */
export function isFixed({ kind }: ConfigOrigin): boolean {
  return kind === "flag" || kind === "environment";
}

/**
 * The settings in force: those of all other sources, with what was changed put
 * in its place.
 *
 * @param base Without it.
 */
export function overlay(
  base: readonly Setting[],
  changed: RunTimeSettings,
): Setting[] {
  return base.map((setting) => {
    const { name } = setting;
    if (name === "neverBlock") return withNetworks(setting, changed);
    if (name === "scenarios.off") return withScenarios(setting, changed);
    const entry = changed.values[name as ChangeableValue];
    if (!entry || isFixed(setting.origin)) return setting;
    return { name, value: entry.value, origin: originOf(entry) };
  });
}

/** The value of a setting, which every list of settings has. */
export function valueIn(
  settings: readonly Setting[],
  name: SettingName,
): unknown {
  return settings.find((each) => each.name === name)?.value;
}

function withNetworks(base: Setting, { neverBlock }: RunTimeSettings): Setting {
  const listed = base.value as readonly string[];
  const known = new Set(listed.map(networkOf));
  const added = Object.entries(neverBlock)
    .filter(([network]) => !known.has(networkOf(network)))
    .map(([value, entry]) => ({ value, origin: originOf(entry) }));
  return listOf(base, [...itemsOf(base), ...added]);
}

function withScenarios(base: Setting, { scenarios }: RunTimeSettings): Setting {
  const known = new Set(base.value as readonly string[]);
  const stays = itemsOf(base).filter(({ value }) =>
    scenarios[value]?.off !== false
  );
  const added = Object.entries(scenarios)
    .filter(([name, { off }]) => off && !known.has(name))
    .map(([value, entry]) => ({ value, origin: originOf(entry) }));
  const setting = listOf(base, [...stays, ...added]);
  const back = Object.entries(scenarios)
    .find(([name, { off }]) => !off && known.has(name));
  // One that is on again is in no list, and the whole is another all the same.
  return back && setting.origin.kind !== "run_time"
    ? { ...setting, origin: originOf(back[1]) }
    : setting;
}

function itemsOf({ value, origin }: Setting): NonNullable<Setting["items"]> {
  return (value as readonly string[]).map((each) => ({ value: each, origin }));
}

/** Of a list that was changed, the last change names the whole. */
function listOf(
  base: Setting,
  items: NonNullable<Setting["items"]>,
): Setting {
  const latest = items.map(({ origin }) => origin)
    .filter((origin) => origin.kind === "run_time")
    .sort((a, b) => b.atMs - a.atMs)[0];
  return {
    name: base.name,
    value: items.map(({ value }) => value),
    origin: latest ?? base.origin,
    items,
  };
}

function originOf(
  { by, atMs }: { readonly by: string; readonly atMs: number },
): Extract<ConfigOrigin, { kind: "run_time" }> {
  return { kind: "run_time", by, atMs };
}
