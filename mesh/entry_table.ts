/**
 * Roster entries sorted so that a fold over them does not depend on the order
 * in which they arrived.
 *
 * @module
 */
import type { Entry, EntryKind } from "./entry_body.ts";

/** Entries of one kind. */
export type EntryOf<Kind extends EntryKind> = Extract<Entry, { kind: Kind }>;

/** Entries by kind, each kind earliest first, then the smaller id. */
export class EntryTable {
  readonly #byKind = new Map<EntryKind, Entry[]>();

  constructor(entries: Iterable<Entry>) {
    for (const entry of entries) {
      const list = this.#byKind.get(entry.kind);
      if (list) list.push(entry);
      else this.#byKind.set(entry.kind, [entry]);
    }
    for (const list of this.#byKind.values()) list.sort(byTimeThenId);
  }

  /** All entries of a kind. */
  of<Kind extends EntryKind>(
    kind: Kind,
  ): readonly EntryOf<Kind>[] {
    return (this.#byKind.get(kind) ?? []) as EntryOf<Kind>[];
  }

  /** All entries that are judged by their time, earliest first. */
  timed(): readonly TimedEntry[] {
    return timedKinds.flatMap((kind): readonly TimedEntry[] => this.of(kind))
      .sort(byTimeThenId);
  }
}

/** What is judged in the order of the times stated. */
const timedKinds = [
  "admit",
  "renew",
  "revoke",
  "promote",
  "retire",
  "succeed",
  "acknowledge",
  "name",
] as const satisfies readonly EntryKind[];

/** An entry that is judged by what held at the time it states. */
export type TimedEntry = EntryOf<typeof timedKinds[number]>;

/** Entries that state no time come as if issued in 1970. */
function byTimeThenId(a: Entry, b: Entry): number {
  const difference = issuedAt(a) - issuedAt(b);
  return difference || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function issuedAt(entry: Entry): number {
  return "issuedAtMs" in entry ? entry.issuedAtMs : 0;
}
