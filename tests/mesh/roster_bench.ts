/**
 * What a change of the roster costs the mesh isolate, in which the cell clock
 * runs: founding a roster of 500 and 1,000 members, and one more entry of each
 * common kind. `deno bench -A tests/mesh/roster_bench.ts`
 *
 * Every measured merge is of an entry not seen before, as long as those
 * prepared last; signatures are checked once per entry.
 *
 * @module
 */
import { Roster } from "../../mesh/roster.ts";
import { foldRoster } from "../../mesh/roster_fold.ts";
import { readEntry } from "../../mesh/entry_codec.ts";
import {
  card,
  day,
  founder,
  founding,
  join,
  keysOf,
  meshId,
  now,
  operator,
  promote,
  renewal,
  revoke,
  rotate,
} from "./roster_cast.ts";

/** Two years of a mesh: joins, two cards, a rotation and a renewal each. */
function entriesOf(members: number): Uint8Array[] {
  const entries = [...founding];
  for (let at = 1; at < members; at++) {
    const keys = keysOf(`member ${at}`);
    const { next, entry } = rotate(keys);
    entries.push(
      ...join(keys, `m${at}`, { custodian: at < 5 }),
      card(keys, 1),
      entry,
      card(next, 2),
      renewal(founder, keys, now + day + at),
    );
  }
  return entries;
}

/** Merges one prepared entry after the other into its own roster. */
function merging(
  roster: Roster,
  prepare: (at: number) => Uint8Array,
): (b: Deno.BenchContext) => void {
  const prepared = Array.from({ length: 400 }, (_, at) => prepare(at));
  let at = 0;
  return (b) => {
    const entry = prepared[at++ % prepared.length]!;
    b.start();
    roster.merge([entry], now + 60 * day, "peer");
    b.end();
  };
}

const options = { n: 100, warmup: 20 };
for (const members of [500, 1_000]) {
  const entries = entriesOf(members);
  const read = entries.map((bytes) => readEntry(bytes, meshId)!);
  const whole = () => {
    const roster = new Roster(meshId);
    roster.merge(entries, now);
    return roster;
  };
  const group = `${members} members, ${entries.length} entries`;
  Deno.bench(`fold all: ${group}`, { group, n: 30, warmup: 5 }, () => {
    foldRoster(read);
  });
  const rows: [string, (at: number) => Uint8Array][] = [
    ["card", (at) => card(rotate(keysOf(`member ${at % 9 + 1}`)).next, at + 3)],
    [
      "renewal",
      (at) => renewal(founder, keysOf(`member ${at + 1}`), now + 40 * day + at),
    ],
    [
      "revocation",
      (at) =>
        revoke("operator", keysOf(`member ${at + 20}`), now + 2 * day + at),
    ],
    [
      "promotion",
      (at) =>
        promote(operator, keysOf(`member ${at + 20}`), now + 2 * day + at),
    ],
    ["invite", (at) => join(keysOf(`new ${at}`), `new ${at}`)[0]],
  ];
  for (const [name, prepare] of rows) {
    Deno.bench(
      `merge one ${name}: ${group}`,
      { group, ...options },
      merging(whole(), prepare),
    );
  }
}
