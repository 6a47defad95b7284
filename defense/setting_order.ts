/**
 * Changes of settings as an operator's signal carries them to other machines:
 * what is to be another value, and whose. What a name or a value means only the
 * machine itself knows, and judges; here they are words within bounds.
 *
 * A change is the CBOR array `[action 0–3, name]`, and a value behind it where
 * there is one; members are their ids in ascending order, or null for all.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";

/** Changes that one signal carries. Our choice: a page full. */
export const orderedChangesMax = 8;
/** Machines that one signal names; more are all of them. Our choice. */
export const namedMembersMax = 32;
/** Names a setting: `mode`, `journal.days`. */
export const settingName = /^[a-zA-Z]{1,32}(?:\.[a-zA-Z]{1,32})?$/;
/** Value of one: an address, a name; nothing that a terminal obeys. */
export const settingText = /^[\x20-\x7e]{1,128}$/;

/** What can be done to a setting. */
export const settingActions = ["set", "unset", "add", "remove"] as const;

/** One change. */
export interface OrderedChange {
  /** `mode`, `neverBlock`, … */
  readonly name: string;
  /** What is done to it. */
  readonly action: typeof settingActions[number];
  /** What is set, added or removed. */
  readonly value?: string | number;
}

/** Settings of several machines. */
export interface SettingsOrder {
  /** All of them or none, in this order. */
  readonly changes: readonly OrderedChange[];
  /** Whose; ids in ascending order. */
  readonly members: readonly NodeId[] | "all";
}

/** Whether a machine is meant. */
export function addresses(
  { members }: Pick<SettingsOrder, "members">,
  self: NodeId,
): boolean {
  return members === "all" || members.includes(self);
}

/** Whether two orders ask for the same, of whomever. */
export function sameChanges(
  a: readonly OrderedChange[],
  b: readonly OrderedChange[],
): boolean {
  const text = (all: readonly OrderedChange[]) =>
    JSON.stringify(
      all.map(({ name, action, value }) => [name, action, value]),
    );
  return text(a) === text(b);
}

/** In words, for the journal and for people: `set mode enforce`. */
export function changesText(changes: readonly OrderedChange[]): string {
  return changes.map(({ name, action, value }) =>
    value === undefined ? `${action} ${name}` : `${action} ${name} ${value}`
  ).join(", ");
}

/** As it is signed. */
export function writeSettings({ changes, members }: SettingsOrder) {
  return [
    changes.map(({ name, action, value }) => [
      settingActions.indexOf(action),
      name,
      ...(value === undefined ? [] : [value]),
    ]),
    members === "all" ? null : members.map((each) => Uint8Array.fromHex(each)),
  ];
}

/** Reads what somebody signed; `undefined` if it is out of bounds. */
export function readSettings(
  changes: unknown,
  members: unknown,
): SettingsOrder | undefined {
  if (!Array.isArray(changes)) return undefined;
  if (changes.length < 1 || changes.length > orderedChangesMax) {
    return undefined;
  }
  const read = changes.map(readChange);
  if (!read.every((each) => each !== undefined)) return undefined;
  const whose = members === null ? "all" : readMembers(members);
  return whose && { changes: read, members: whose };
}

function readChange(field: unknown): OrderedChange | undefined {
  if (!Array.isArray(field) || field.length < 2 || field.length > 3) {
    return undefined;
  }
  const [number, name, value] = field as unknown[];
  const action = typeof number === "number"
    ? settingActions[number]
    : undefined;
  if (!action || !isSettingName(name)) return undefined;
  if (field.length === 2) return { name, action };
  return isSettingValue(value) ? { name, action, value } : undefined;
}

function readMembers(field: unknown): NodeId[] | undefined {
  if (!Array.isArray(field)) return undefined;
  if (field.length < 1 || field.length > namedMembersMax) return undefined;
  const ids: NodeId[] = [];
  for (const each of field as unknown[]) {
    if (!(each instanceof Uint8Array) || each.length !== 32) return undefined;
    const id = each.toHex() as NodeId;
    // One order has one spelling.
    if (id <= (ids.at(-1) ?? "")) return undefined;
    ids.push(id);
  }
  return ids;
}

function isSettingName(value: unknown): value is string {
  return typeof value === "string" && settingName.test(value);
}

function isSettingValue(value: unknown): value is string | number {
  return typeof value === "string"
    ? settingText.test(value)
    : Number.isSafeInteger(value);
}
