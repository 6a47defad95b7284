/**
 * Judges an order to change settings while the agent runs: what would be kept
 * after it, or what is wrong with each part of it. An order is carried out whole
 * or not at all.
 *
 * What a flag or the environment says is changed where it was said, and so is
 * an address that the configuration file protects: nobody must find a line
 * there that does not count.
 *
 * @module
 */
import type {
  SettingChange,
  SettingFault,
  SettingOrder,
  SettingView,
} from "../dashboard/mod.ts";
import { describeIssue } from "./config_file.ts";
import {
  type ConfigOrigin,
  describeOrigin,
  type Setting,
  type SettingName,
  settingNames,
} from "./config_source.ts";
import { nearest } from "./nearest.ts";
import {
  type ChangeableList,
  changeableLists,
  changeableValues,
  isFixed,
  isProtectable,
  networkOf,
  neverBlockMax,
  overlay,
  type RunTimeSettings,
  scenariosMax,
  valueIn,
  valueSchemas,
} from "./run_time_settings.ts";

/** What an order is judged by. */
export interface ChangeScene {
  /** Without what was changed while the agent ran. */
  readonly base: readonly Setting[];
  /** What was changed so far. */
  readonly changed: RunTimeSettings;
  /** Names of the scenarios that there are. */
  readonly scenarios: ReadonlySet<string>;
  /** Who asks. */
  readonly by: string;
  /** Wall clock milliseconds. */
  readonly atMs: number;
}

/** What would come of an order. */
export interface JudgedChange {
  /** What would be kept; meaningless with faults. */
  readonly next: RunTimeSettings;
  /** The parts of the order that change anything. */
  readonly effective: readonly SettingOrder[];
  readonly faults: readonly SettingFault[];
}

/** Judges the parts of an order one after the other. */
export function judgeChanges(
  orders: readonly SettingOrder[],
  scene: ChangeScene,
): JudgedChange {
  let { changed } = scene;
  const effective: SettingOrder[] = [];
  const faults: SettingFault[] = [];
  for (const [index, order] of orders.entries()) {
    const judged = judge(order, { ...scene, changed });
    if (typeof judged === "string") {
      faults.push({ index, name: order.name, reason: judged });
    } else if (differs(judged, changed, scene.base)) {
      effective.push(order);
      changed = judged;
    }
  }
  const all = overlay(scene.base, changed);
  const lengthOf = (name: "neverBlock" | "scenarios.off") =>
    (valueIn(all, name) as readonly string[]).length;
  const tooMany = lengthOf("neverBlock") > neverBlockMax ||
    lengthOf("scenarios.off") > scenariosMax ||
    Object.keys(changed.scenarios).length > scenariosMax;
  if (tooMany) {
    const index = orders.length - 1;
    const name = orders[index]?.name ?? "";
    faults.push({ index, name, reason: "the list is full" });
  }
  return { next: changed, effective, faults };
}

/** What may be done about a setting. */
export function changeOf(
  name: SettingName,
  base: readonly Setting[],
): SettingChange {
  if (isOneOf(changeableLists, name)) return "list";
  if (name === "profile") return "profile";
  if (!isOneOf(changeableValues, name)) return "restart";
  const origin = base.find((each) => each.name === name)?.origin;
  return origin && isFixed(origin) ? "fixed" : "value";
}

/** Settings as the API shows them. */
export function settingViews(
  base: readonly Setting[],
  changed: RunTimeSettings,
): SettingView[] {
  return overlay(base, changed).map(({ name, value, origin, items }) => ({
    name,
    value,
    origin: describeOrigin(origin),
    change: changeOf(name, base),
    ...markOf(origin),
    ...(items && {
      items: items.map((item) => ({
        value: item.value,
        origin: describeOrigin(item.origin),
        ...markOf(item.origin),
        // A scenario is switched, wherever it was switched off.
        removable: item.origin.kind === "run_time" || name === "scenarios.off",
      })),
    }),
  }));
}

function markOf(origin: ConfigOrigin): Pick<SettingView, "changed"> {
  if (origin.kind !== "run_time") return {};
  return { changed: { by: origin.by, atMs: origin.atMs } };
}

/** What would be kept after one part, or what is wrong with it. */
function judge(
  { name, action, value }: SettingOrder,
  scene: ChangeScene,
): RunTimeSettings | string {
  const { base, changed } = scene;
  if (isOneOf(changeableLists, name)) {
    if (action === "set") return "it is a list: add to it, or remove from it";
    if (action === "unset") return emptied(name, changed);
    return name === "neverBlock"
      ? judgeNetwork(action, value, scene)
      : judgeScenario(action, value, scene);
  }
  if (name === "profile") {
    return "it is changed at most once a day, with: stealthmesh profile NAME";
  }
  if (!isOneOf(changeableValues, name)) return whyNot(name);
  if (action === "add" || action === "remove") {
    return "it is no list: set it, or unset it";
  }
  if (action === "unset") {
    const { [name]: _gone, ...values } = changed.values;
    return { ...changed, values };
  }
  const origin = base.find((each) => each.name === name)?.origin;
  if (origin && isFixed(origin)) {
    return `${describeOrigin(origin)} has the last word; start the agent ` +
      "without it to change it here";
  }
  const read = valueSchemas[name].safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    return issue ? describeIssue(issue) : "expected another value";
  }
  const { by, atMs } = scene;
  const values = { ...changed.values, [name]: { value: read.data, by, atMs } };
  return { ...changed, values };
}

function judgeNetwork(
  action: "add" | "remove",
  value: unknown,
  { base, changed, by, atMs }: ChangeScene,
): RunTimeSettings | string {
  if (typeof value !== "string" || !isProtectable(value)) {
    return "expected an address or a network, such as 192.0.2.0/24";
  }
  const network = networkOf(value);
  const setting = base.find(({ name }) => name === "neverBlock");
  const listed = setting?.value as readonly string[] | undefined ?? [];
  const inBase = listed.map(networkOf).includes(network);
  const { [network]: known, ...others } = changed.neverBlock;
  if (action === "add") {
    if (inBase || known) return changed;
    const neverBlock = { ...others, [network]: { by, atMs } };
    return { ...changed, neverBlock };
  }
  if (known) return { ...changed, neverBlock: others };
  return inBase && setting
    ? `${network} stands in ${
      describeOrigin(setting.origin)
    }; take it out there`
    : `${network} was not added here; what is found by itself always stays`;
}

function judgeScenario(
  action: "add" | "remove",
  value: unknown,
  { base, changed, scenarios, by, atMs }: ChangeScene,
): RunTimeSettings | string {
  const off = valueIn(base, "scenarios.off") as readonly string[];
  if (typeof value !== "string" || !scenarios.has(value)) {
    const meant = nearest(String(value), [...scenarios]);
    return meant === undefined
      ? "no scenario has this name; see: stealthmesh scenarios list"
      : `no scenario has this name; did you mean ${meant}?`;
  }
  const wanted = action === "add";
  const rest = { ...changed.scenarios };
  const now = Object.hasOwn(rest, value) ? rest[value] : undefined;
  if ((now?.off ?? off.includes(value)) === wanted) return changed;
  delete rest[value];
  if (off.includes(value) !== wanted) rest[value] = { off: wanted, by, atMs };
  return { ...changed, scenarios: rest };
}

function emptied(
  name: ChangeableList,
  changed: RunTimeSettings,
): RunTimeSettings {
  return name === "neverBlock"
    ? { ...changed, neverBlock: {} }
    : { ...changed, scenarios: {} };
}

function whyNot(name: string): string {
  if (isOneOf(settingNames, name)) {
    return "it is read when the agent starts: change it in the configuration " +
      "file, then start the agent again";
  }
  const meant = nearest(name, settingNames);
  return meant === undefined
    ? `there is no such setting; these may change: ${
      [...changeableValues, ...changeableLists].join(", ")
    }`
    : `there is no such setting; did you mean ${meant}?`;
}

/** Whether anything but who asked and when is another. */
function differs(
  next: RunTimeSettings,
  changed: RunTimeSettings,
  base: readonly Setting[],
): boolean {
  if (next === changed) return false;
  const meant = (settings: RunTimeSettings) =>
    JSON.stringify(
      overlay(base, settings).map(({ value, items, origin }) => [
        value,
        items?.map((item) => [item.value, item.origin.kind]),
        origin.kind,
      ]),
    );
  return meant(next) !== meant(changed);
}

function isOneOf<T extends string>(
  names: readonly T[],
  name: string,
): name is T {
  return (names as readonly string[]).includes(name);
}
