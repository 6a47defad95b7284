import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { KeyKeeper } from "../../cli/key_keeper.ts";
import {
  foundOwnMesh,
  keysLiveMs,
  rotateOwnKeys,
} from "../../cli/own_state.ts";
import { OperatorError } from "../../cli/operator_error.ts";
import { generationMax } from "../../mesh/mod.ts";
import { StateStore } from "../../mesh/host/mod.ts";
import { inStateDir } from "./child.ts";

const card = { name: "box", addresses: ["192.0.2.1:8443"] };
const dayMs = 86_400_000;
const foundedMs = Date.UTC(2026, 0, 1);

async function withKeeper(
  use: (opened: {
    keeper: KeyKeeper;
    store: StateStore;
    clock: { nowMs: number };
    notes: unknown[];
  }) => Promise<void>,
): Promise<void> {
  await inStateDir(async (directory) => {
    const store = await StateStore.open(directory);
    await foundOwnMesh(store, card, undefined, foundedMs);
    const clock = { nowMs: foundedMs + dayMs };
    const notes: unknown[] = [];
    const keeper = new KeyKeeper({
      store,
      wallMs: () => clock.nowMs,
      isLinked: () => Promise.resolve(false),
      note: (what, { why, to }) => void notes.push([what, why, to]),
      onTrouble: (message) => void notes.push(message),
    });
    await use({ keeper, store, clock, notes });
    await keeper.stop();
  });
}

const generationIn = async (store: StateStore) =>
  (await store.readKeys()).current.generation;

Deno.test("KeyKeeper.rotate() rotates, and not again the same day", async () => {
  await withKeeper(async ({ keeper, store, clock, notes }) => {
    const first = await keeper.rotate();
    deepEqual(first, {
      generation: 1,
      sinceMs: clock.nowMs,
      nextRotationMs: clock.nowMs + keysLiveMs,
    });
    clock.nowMs += dayMs - 1;
    const soon = await keeper.rotate();
    ok("refused" in soon && /keys rotate/.test(soon.nextStep));
    equal(await generationIn(store), 1);
    clock.nowMs += 1;
    // Two at once are one after the other, and the second too soon.
    const both = await Promise.all([keeper.rotate(), keeper.rotate()]);
    deepEqual(both.map((answer) => "refused" in answer), [false, true]);
    equal(await generationIn(store), 2);
    deepEqual(notes, [
      ["keys_rotated", "operator", 1],
      ["keys_rotated", "operator", 2],
    ]);
  });
});

Deno.test("KeyKeeper.rotateIfDue() rotates after 90 days", async () => {
  await withKeeper(async ({ keeper, store, clock, notes }) => {
    clock.nowMs = foundedMs + keysLiveMs - 1;
    equal(await keeper.rotateIfDue(), false);
    clock.nowMs += 1;
    equal(await keeper.rotateIfDue(), true);
    equal(await keeper.rotateIfDue(), false);
    equal(await generationIn(store), 1);
    deepEqual(notes, [["keys_rotated", "age", 1]]);
  });
});

Deno.test("rotateOwnKeys() stops, with the old keys kept, where the others would", async () => {
  await withKeeper(async ({ store }) => {
    const { current } = await store.readKeys();
    const worn = { ...current, generation: generationMax };
    await rejects(
      rotateOwnKeys({ store, keys: worn } as never, foundedMs),
      (error) =>
        error instanceof OperatorError && /keys join/.test(error.nextStep[1]!),
    );
    equal(await generationIn(store), 0);
  });
});
