import { deepEqual, equal } from "node:assert/strict";
import { readEntry } from "../../mesh/entry_codec.ts";
import { foldRoster } from "../../mesh/roster_fold.ts";
import { founding, hour, join, keysOf, meshId, now } from "./roster_cast.ts";

function read(entries: readonly Uint8Array[]) {
  return entries.map((bytes) => readEntry(bytes, meshId)!);
}

Deno.test("foldRoster() refuses a node whose prefix is taken", () => {
  // Eight equal bytes are out of reach, so the prefix is one byte here.
  const [first, second] = twinsByFirstByte();
  const entries = read([
    ...founding,
    ...join(second, "second", { atMs: now + 2 * hour }),
    ...join(first, "first", { atMs: now + hour }),
  ]);
  const names = (prefixBytes: number) =>
    [...foldRoster(entries, prefixBytes).nodes.values()]
      .map(({ name }) => name);
  deepEqual(names(8), ["founder", "first", "second"]);
  deepEqual(names(1), ["founder", "first"]);
});

Deno.test("foldRoster() of nothing is nobody", () => {
  const state = foldRoster([]);
  equal(state.operator, undefined);
  equal(state.nodes.size, 0);
  equal(state.counted.size, 0);
});

function twinsByFirstByte() {
  const seen = new Map<string, ReturnType<typeof keysOf>>();
  for (let at = 0;; at++) {
    const keys = keysOf(`twin ${at}`);
    const byte = keys.node.slice(0, 2);
    const twin = seen.get(byte);
    if (twin) return [twin, keys] as const;
    seen.set(byte, keys);
  }
}
