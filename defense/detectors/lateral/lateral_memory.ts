/**
 * What a watch for lateral movement has learned, as bytes to keep over a
 * restart: JSON in UTF-8, of the shape of {@linkcode LateralMemory}. Read back
 * strictly: bytes that are not whole and ours are no memory, and the network
 * is learned anew.
 *
 * Bounds: those of the tables it comes from; a text is at most `textLengthMax`
 * characters, or it is not kept.
 *
 * @module
 */
import { novelties, type Novelty } from "./movement.ts";

/** How often each kind of first-ever thing was honest, for each of many. */
export type Taught = readonly (readonly [
  name: string,
  counts: Readonly<Partial<Record<Novelty, number>>>,
])[];

/** What was learned. */
export interface LateralMemory {
  /** Wall clock milliseconds of the first observation, later by what does not count. */
  readonly startMs: number;
  /** Of the last; absent in what an earlier version kept. */
  readonly lastMs?: number;
  /** In the order of last use. */
  readonly things: readonly string[];
  /** Places, and how many machines use them. */
  readonly places: readonly (readonly [place: string, visitors: number])[];
  /** By address. */
  readonly machines: Taught;
  /** By name, in lower case. */
  readonly accounts: Taught;
}

const version = 1;
const textLengthMax = 512;
const listLengthMax = 131_072;

/** As bytes. */
export function encodeMemory(memory: LateralMemory): Uint8Array {
  const fits = (text: string) => text.length <= textLengthMax;
  return new TextEncoder().encode(JSON.stringify({
    version,
    ...memory,
    things: memory.things.filter(fits),
    places: memory.places.filter(([place]) => fits(place)),
    machines: memory.machines.filter(([name]) => fits(name)),
    accounts: memory.accounts.filter(([name]) => fits(name)),
  }));
}

/** Reads it back; `undefined` if the bytes are none of ours. */
export function decodeMemory(bytes: Uint8Array): LateralMemory | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const written = value as Readonly<Record<string, unknown>>;
  const { startMs, lastMs, things, places, machines, accounts } = written;
  if (written["version"] !== version || !isMoment(startMs)) return undefined;
  if (lastMs !== undefined && !isMoment(lastMs)) return undefined;
  return isList(things, isText) && isList(places, isPlace) &&
      isList(machines, isTaught) && isList(accounts, isTaught)
    ? {
      startMs,
      ...(lastMs !== undefined && { lastMs }),
      things,
      places,
      machines,
      accounts,
    }
    : undefined;
}

function isList<T>(
  value: unknown,
  isItem: (item: unknown) => item is T,
): value is T[] {
  return Array.isArray(value) && value.length <= listLengthMax &&
    value.every(isItem);
}

function isMoment(value: unknown): value is number {
  return Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= textLengthMax;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isPlace(value: unknown): value is [string, number] {
  return Array.isArray(value) && value.length === 2 && isText(value[0]) &&
    isCount(value[1]);
}

function isTaught(value: unknown): value is Taught[number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [name, counts]: unknown[] = value;
  return isText(name) && typeof counts === "object" && counts !== null &&
    Object.entries(counts).every(([novelty, count]) =>
      novelties.some((known) => known === novelty) && isCount(count)
    );
}
